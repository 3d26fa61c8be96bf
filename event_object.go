package omise

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/omisekit/omise-go/internal/wire"
)

// Object returns the object that the event is about, as it was then:
//
//	switch object := event.Object().(type) {
//	case *omise.Charge: // object.Paid, object.Failure()
//	case *omise.Refund:
//	case *omise.DeletedObject: // object.ID is gone
//	case *omise.UnknownObject: // object.Raw
//	case nil: // the event came without data
//	}
//
// It is a pointer to the model of its kind, a [*DeletedObject] where nothing
// but the id is left, and nil where the event has no data, as those of
// [ChargesService.ListEvents]. What is of an unknown kind, cannot be read or
// lacks its amount or currency is an [*UnknownObject], so that no amount is zero
// by mistake. The attributes of older API versions are read under their names of
// today.
//
// Every call reads Data anew.
//
// See https://docs.omise.co/api-webhooks.
func (e *Event) Object() any {
	data := bytes.TrimSpace(e.Data)
	if len(data) == 0 || bytes.Equal(data, []byte("null")) {
		return nil
	}
	unknown := &UnknownObject{Raw: e.Data}
	fields := wire.Fields(data)
	if fields == nil {
		return unknown
	}
	unknown.Object, unknown.ID = text(fields["object"]), text(fields["id"])
	if isStub(fields) {
		return &DeletedObject{Object: unknown.Object, ID: unknown.ID}
	}
	newModel := eventModels[kindNamed(unknown.Object)]
	if newModel == nil {
		return unknown
	}
	if isOlder(fields, data) {
		if data, fields = modern(data); data == nil {
			return unknown
		}
	}
	model := newModel()
	if _, err := wire.Decode(data, model); err != nil {
		return unknown
	}
	if model.identity().check("") != nil || !hasMoney(reflect.TypeOf(model).Elem(), fields) {
		return unknown
	}
	return model
}

// An UnknownObject is what an event is about where this package has no model for
// it, or cannot read it as one.
type UnknownObject struct {
	Object string          // what it says it is, "" if it does not
	ID     string          // "" if it has none
	Raw    json.RawMessage // the whole of it
}

// A DeletedObject is what older API versions leave of an object that is gone.
// In the newest one it is a model with its Deleted set.
type DeletedObject struct {
	Object string // what it was, such as "customer"
	ID     string
}

// ParseEvent reads an event from the body of a webhook, as [EventsService.Get]
// reads one from an answer. It proves nothing about who sent it: see package
// webhook.
//
// What is no JSON, no event, or an event without an id or a key is an error,
// which never quotes the body.
//
// See https://docs.omise.co/api-webhooks.
func ParseEvent(body []byte) (*Event, error) {
	event := new(Event)
	if _, err := wire.Decode(body, event); err != nil {
		return nil, fmt.Errorf("omise: this is no event: %w", err)
	}
	dateEvents(event, body)
	switch {
	case event.ObjectName != "event":
		return nil, fmt.Errorf("omise: this is %s, not an event", describe(event.ObjectName))
	case event.Key == "":
		return nil, errors.New("omise: the event has no key")
	case idRule(event.ID, kindUnknown, false) != "" || len(event.ID) > longestID:
		return nil, errors.New("omise: the event has no id, or an impossible one")
	}
	return event, nil
}

// longestID is far beyond any id, and fits into any column.
const longestID = 255

// isStub tells whether nothing is left of an object but who it was.
func isStub(fields map[string]json.RawMessage) bool {
	for name := range fields {
		switch name {
		case "object", "id", "livemode", "location", "deleted":
		default:
			return false
		}
	}
	return string(fields["deleted"]) == "true" && text(fields["id"]) != ""
}

// hasMoney tells whether the amounts and currencies that a model must have are
// there.
func hasMoney(model reflect.Type, fields map[string]json.RawMessage) bool {
	for field := range model.Fields() {
		money := field.Type.Kind() == reflect.Int64 || field.Type == reflect.TypeFor[Currency]()
		if !money || field.Tag.Get("wire") != "strict" {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if value := string(fields[name]); value == "" || value == "null" || value == `""` {
			return false
		}
	}
	return true
}

// text returns a JSON string, and "" for anything else.
func text(data json.RawMessage) (s string) {
	if wire.Unmarshal(data, &s) != nil {
		return ""
	}
	return s
}

// eventModels make the model for the object of an event.
var eventModels = [len(kinds)]func() identified{
	kindAccount:           func() identified { return new(Account) },
	kindAPIVersionInfo:    func() identified { return new(APIVersionInfo) },
	kindAudit:             func() identified { return new(Audit) },
	kindBalance:           func() identified { return new(Balance) },
	kindBatchRecurring:    func() identified { return new(BatchRecurring) },
	kindBulk:              func() identified { return new(Bulk) },
	kindCapability:        func() identified { return new(Capability) },
	kindCard:              func() identified { return new(Card) },
	kindChain:             func() identified { return new(Chain) },
	kindCharge:            func() identified { return new(Charge) },
	kindConsent:           func() identified { return new(Consent) },
	kindCustomer:          func() identified { return new(Customer) },
	kindDispute:           func() identified { return new(Dispute) },
	kindDocument:          func() identified { return new(Document) },
	kindEvent:             func() identified { return new(Event) },
	kindExport:            func() identified { return new(Export) },
	kindForex:             func() identified { return new(Forex) },
	kindLink:              func() identified { return new(Link) },
	kindLinksPlusLink:     func() identified { return new(LinksPlusLink) },
	kindLinkedAccount:     func() identified { return new(LinkedAccount) },
	kindMFAConfirmation:   func() identified { return new(MFAConfirmation) },
	kindOccurrence:        func() identified { return new(Occurrence) },
	kindReceipt:           func() identified { return new(Receipt) },
	kindRecipient:         func() identified { return new(Recipient) },
	kindRefund:            func() identified { return new(Refund) },
	kindRoutingGroupRule:  func() identified { return new(RoutingGroupRule) },
	kindSchedule:          func() identified { return new(Schedule) },
	kindSource:            func() identified { return new(Source) },
	kindSubMerchant:       func() identified { return new(SubMerchant) },
	kindSystemInfo:        func() identified { return new(SystemInfo) },
	kindLinksPlusTemplate: func() identified { return new(LinksPlusTemplate) },
	kindToken:             func() identified { return new(Token) },
	kindTransaction:       func() identified { return new(Transaction) },
	kindTransfer:          func() identified { return new(Transfer) },
	kindWebhookSecret:     func() identified { return new(WebhookSecret) },
}
