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
// It is a pointer to the model of its kind, a [*DeletedObject] if only the id is left,
// or nil if the event has no data, as the events of [ChargesService.ListEvents]. An
// object of an unknown kind, an object that cannot be read, and an object without its
// amount or currency is an [*UnknownObject], so that no amount is zero by mistake.
// Attributes of older API versions are read under their present names.
//
// Every call decodes Data again.
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

// modelIn decodes an object into the model for its name. It returns nil if there is no
// model, or if the object cannot be read or has no amount.
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

// An UnknownObject is the object of an event that this package has no model for, or
// cannot read.
type UnknownObject struct {
	Object string          // its name in the API, "" if it has none
	ID     string          // "" if it has none
	Raw    json.RawMessage // the whole object
}

// A DeletedObject is a deleted object of which an older API version has only the id.
// The newest version sends a model with Deleted set.
type DeletedObject struct {
	Object string // its name in the API, such as "customer"
	ID     string
}

// ParseEvent reads an event from the body of a webhook, as [EventsService.Get] reads
// one from an answer. It does not check who sent the body: package webhook does.
//
// It returns an error if the body is not the JSON of an event, or if the event has no
// key or an id that does not begin with evnt_. The error never quotes the body.
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

// longestID is longer than any id, and fits into a usual database column.
const longestID = 255

// A head has the first facts about an object.
type head struct {
	object, id string
	isGone     bool // it is deleted and has no other attributes
}

// headOf reads the head of an object. It stops as soon as it has seen the name, the id
// and another attribute.
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

// hasMoney reports whether the amounts and currencies that a model must have are in the
// JSON that it was read from.
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

// eventModels makes an empty model for each kind of object.
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
