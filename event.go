package omise

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// An Event is something that happened on the account. A webhook delivers the same JSON.
//
// Data holds the object as it was at that moment, in the API version that the account
// had then, also if the client asks for another version. [Event.Object] reads it. Times
// are UTC.
//
// See https://docs.omise.co/events-api.
type Event struct {
	ObjectName string          `json:"object" wire:"strict"` // "event"
	ID         string          `json:"id" wire:"strict"`
	Livemode   bool            `json:"livemode"`
	Location   string          `json:"location"` // path of the event
	Key        EventKey        `json:"key" wire:"strict"`
	Data       json.RawMessage `json:"data"` // as it was sent; nil in [ChargesService.ListEvents]
	CreatedAt  time.Time       `json:"created_at" wire:"formerly=created"`

	WebhookDeliveries []*WebhookDelivery `json:"webhook_deliveries"` // until now; empty in a webhook

	// The user who did it, for accounts that have teams.
	TeamUID  string `json:"team_uid"`
	UserUID  string `json:"user_uid"`
	ActorUID string `json:"actor_uid"`
}

func (e *Event) identity() identity { return identity{kindEvent, e.ObjectName, e.ID} }

// A WebhookDelivery is one attempt to post an event to a webhook.
//
// See https://docs.omise.co/api-webhooks.
type WebhookDelivery struct {
	Object    string   `json:"object" wire:"strict"` // "webhook_delivery"
	ID        string   `json:"id" wire:"strict"`
	URI       string   `json:"uri"`    // where it was posted to
	Status    int      `json:"status"` // HTTP status of the answer
	Key       EventKey `json:"key"`
	Error     string   `json:"error"`      // why it did not arrive
	Payload   string   `json:"payload"`    // the event as it was posted
	CreatedAt string   `json:"created_at"` // as the API writes it, such as "2026-01-31 10:27:09 UTC"
}

// EventKey says what happened. The API may add values.
//
// See https://docs.omise.co/api-webhooks.
type EventKey string

// The keys of events.
const (
	EventKeyCardDestroy         EventKey = "card.destroy" // a card was removed from a customer
	EventKeyCardUpdate          EventKey = "card.update"
	EventKeyChargeCapture       EventKey = "charge.capture"  // an authorized charge was captured
	EventKeyChargeComplete      EventKey = "charge.complete" // the payer finished, paid or not
	EventKeyChargeCreate        EventKey = "charge.create"
	EventKeyChargeExpire        EventKey = "charge.expire"
	EventKeyChargeReverse       EventKey = "charge.reverse" // an authorization was released
	EventKeyChargeUpdate        EventKey = "charge.update"
	EventKeyCustomerCreate      EventKey = "customer.create"
	EventKeyCustomerDestroy     EventKey = "customer.destroy"
	EventKeyCustomerUpdate      EventKey = "customer.update"
	EventKeyCustomerUpdateCard  EventKey = "customer.update.card" // a card of the customer changed
	EventKeyDisputeAccept       EventKey = "dispute.accept"       // the merchant accepted it
	EventKeyDisputeClose        EventKey = "dispute.close"        // won or lost
	EventKeyDisputeCreate       EventKey = "dispute.create"
	EventKeyDisputeUpdate       EventKey = "dispute.update"
	EventKeyLinkCreate          EventKey = "link.create"
	EventKeyRecipientActivate   EventKey = "recipient.activate" // transfers to it are allowed
	EventKeyRecipientCreate     EventKey = "recipient.create"
	EventKeyRecipientDeactivate EventKey = "recipient.deactivate" // transfers to it are not allowed any more
	EventKeyRecipientDestroy    EventKey = "recipient.destroy"
	EventKeyRecipientUpdate     EventKey = "recipient.update"
	EventKeyRecipientVerify     EventKey = "recipient.verify" // its bank account was checked
	EventKeyRefundCreate        EventKey = "refund.create"
	EventKeyScheduleCreate      EventKey = "schedule.create"
	EventKeyScheduleDestroy     EventKey = "schedule.destroy"
	EventKeyScheduleExpire      EventKey = "schedule.expire"   // the last run is over
	EventKeyScheduleExpiring    EventKey = "schedule.expiring" // the next run is the last
	EventKeyScheduleSuspend     EventKey = "schedule.suspend"  // stopped after failures
	EventKeyTransferCreate      EventKey = "transfer.create"
	EventKeyTransferDestroy     EventKey = "transfer.destroy"
	EventKeyTransferFail        EventKey = "transfer.fail"
	EventKeyTransferPay         EventKey = "transfer.pay"  // the money arrived
	EventKeyTransferSend        EventKey = "transfer.send" // handed to the bank
	EventKeyTransferUpdate      EventKey = "transfer.update"
)

// EventsService reads the events of the account. All its calls need the secret key.
//
// See https://docs.omise.co/events-api.
type EventsService service

var (
	eventGet  = get("/events/{id}")
	eventList = get("/events")
)

// Get returns an event.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/events-api.
func (s *EventsService) Get(ctx context.Context, id string, opts ...RequestOption) (*Event, error) {
	return call[Event](ctx, s.client, eventGet, nil, opts, id)
}

// List returns one page of the events of the account. Those of one charge are
// in [ChargesService.ListEvents].
//
// See https://docs.omise.co/events-api.
func (s *EventsService) List(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Event], error) {
	return list[Event](ctx, s.client, eventList, params, opts)
}

// All goes through the events of the account, page by page.
//
// See https://docs.omise.co/events-api.
func (s *EventsService) All(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Event, error] {
	return all[Event](ctx, s.client, eventList, params, opts)
}
