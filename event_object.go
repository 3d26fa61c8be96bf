package omise

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

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
	head := headOf(data)
	if head.isGone {
		return &DeletedObject{Object: head.object, ID: head.id}
	}
	if model := modelIn(data, head.object); model != nil {
		return model
	}
	return &UnknownObject{Object: head.object, ID: head.id, Raw: e.Data}
}

// modelIn returns the model of an object of a kind, nil if it cannot be read or
// has no amount.
func modelIn(data []byte, name string) any {
	newModel := eventModels[kindNamed(name)]
	if newModel == nil {
		return nil
	}
	if isOlder(data) {
		data = modern(data)
	}
	model := newModel()
	if _, err := wire.Decode(data, model); err != nil {
		return nil
	}
	if model.identity().check("") != nil || !hasMoney(reflect.ValueOf(model).Elem(), data) {
		return nil
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
// A body that is no JSON or no event is an error, as is an event without a key or
// with an id that does not begin with evnt_. The error never quotes the body.
//
// See https://docs.omise.co/api-webhooks.
func ParseEvent(body []byte) (*Event, error) {
	event := new(Event)
	if _, err := wire.Decode(body, event); err != nil {
		return nil, fmt.Errorf("omise: this is no event: %w", err)
	}
	switch {
	case event.ObjectName != "event":
		return nil, fmt.Errorf("omise: this is %s, not an event", describe(event.ObjectName))
	case event.Key == "":
		return nil, errors.New("omise: the event has no key")
	case idRule(event.ID, kindEvent, false) != "" || len(event.ID) > longestID:
		return nil, errors.New("omise: the event has no id of an event")
	}
	return event, nil
}

// longestID is far beyond any id, and fits into any column.
const longestID = 255

// A head is how an object introduces itself.
type head struct {
	object, id string
	isGone     bool // nothing is left but the head
}

// headOf reads no further than it has to: the rest is the model's.
func headOf(data []byte) (h head) {
	deleted, more := false, false
	for name, value := range wire.Attributes(data) {
		switch string(name) {
		case "object":
			h.object = wire.Text(value)
		case "id":
			h.id = wire.Text(value)
		case "deleted":
			deleted = string(value) == "true"
		case "livemode", "location":
		default:
			more = true
		}
		if more && h.object != "" && h.id != "" {
			return h
		}
	}
	h.isGone = deleted && !more && h.id != "" && json.Valid(data)
	return h
}

// hasMoney reports whether the amounts and currencies that a model must have are
// in the document that it was read from.
func hasMoney(model reflect.Value, data []byte) bool {
	var missing []string
	for _, field := range moneyOf(model.Type()) {
		if model.FieldByIndex(field.Index).IsZero() {
			missing = append(missing, field.Tag.Get("json"))
		}
	}
	if len(missing) == 0 {
		return true
	}
	for name, value := range wire.Attributes(data) {
		if text := string(value); text != "null" && text != `""` {
			missing = slices.DeleteFunc(missing, func(m string) bool { return m == string(name) })
		}
	}
	return len(missing) == 0
}

var moneyFields sync.Map // the []reflect.StructField of each model

// moneyOf returns the amounts and currencies that a model must have.
func moneyOf(model reflect.Type) []reflect.StructField {
	if known, ok := moneyFields.Load(model); ok {
		return known.([]reflect.StructField)
	}
	var money []reflect.StructField
	for field := range model.Fields() {
		isMoney := field.Type.Kind() == reflect.Int64 || field.Type == reflect.TypeFor[Currency]()
		if isMoney && field.Tag.Get("wire") == "strict" {
			money = append(money, field)
		}
	}
	moneyFields.Store(model, money)
	return money
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
