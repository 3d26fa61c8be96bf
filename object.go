package omise

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/omisekit/omise-go/internal/memo"
)

// An object is one kind of object: what the API calls it, where it lives, how
// its ids begin and which model it has.
type object struct {
	name    string
	segment string // end of the path before its id
	prefix  string // of its ids
	model   any    // a nil pointer to it
}

// modelType returns nil for the zero object.
func (o object) modelType() reflect.Type {
	if o.model == nil {
		return nil
	}
	return reflect.TypeOf(o.model).Elem()
}

// objects is what tells one kind of object from another: an id given to the
// wrong method, an answer that is not what was asked for.
var objects = []object{
	{"account", "", "account", (*Account)(nil)},
	{"api_version", "", "", (*APIVersionInfo)(nil)},
	{"audit", "", "", (*Audit)(nil)},
	{"balance", "", "", (*Balance)(nil)},
	{"batch_recurring", "recurring_exports", "recurr", (*BatchRecurring)(nil)},
	{"bulk", "", "", (*Bulk)(nil)},
	{"capability", "", "", (*Capability)(nil)},
	{"card", "cards", "card", (*Card)(nil)},
	{"chain", "chains", "acch", (*Chain)(nil)},
	{"charge", "charges", "chrg", (*Charge)(nil)},
	{"consent", "", "", (*Consent)(nil)},
	{"customer", "customers", "cust", (*Customer)(nil)},
	{"dispute", "disputes", "dspt", (*Dispute)(nil)},
	{"document", "documents", "docu", (*Document)(nil)},
	{"event", "events", "evnt", (*Event)(nil)},
	{"export", "", "xprt", (*Export)(nil)},
	{"forex", "", "", (*Forex)(nil)},
	{"link", "links", "link", (*Link)(nil)},
	{"link", "external/links", "", (*LinksPlusLink)(nil)},
	{"linked_account", "linked_accounts", "lnac", (*LinkedAccount)(nil)},
	{"mfa_confirmation", "", "", (*MFAConfirmation)(nil)},
	{"occurrence", "occurrences", "occu", (*Occurrence)(nil)},
	{"receipt", "receipts", "rcpt", (*Receipt)(nil)},
	{"recipient", "recipients", "recp", (*Recipient)(nil)},
	{"refund", "refunds", "rfnd", (*Refund)(nil)},
	{"routing_group_rule", "", "", (*RoutingGroupRule)(nil)},
	{"schedule", "schedules", "schd", (*Schedule)(nil)},
	{"source", "sources", "src", (*Source)(nil)},
	{"sub_merchant", "", "", (*SubMerchant)(nil)},
	{"system_info", "", "", (*SystemInfo)(nil)},
	{"template", "external/templates", "", (*LinksPlusTemplate)(nil)},
	{"token", "tokens", "tokn", (*Token)(nil)},
	{"transaction", "transactions", "trxn", (*Transaction)(nil)},
	{"transfer", "transfers", "trsf", (*Transfer)(nil)},
	{"webhook_secret", "webhooks/secrets", "", (*WebhookSecret)(nil)},
}

// objectOf finds the kind of object that a model describes.
func objectOf(model reflect.Type) (object, bool) {
	for _, o := range objects {
		if o.modelType() == model {
			return o, true
		}
	}
	return object{}, false
}

// objectNamed finds the kind of object that goes by a name: the first of them,
// since an event is never about a page of Payment Links+.
func objectNamed(name string) (object, bool) {
	for _, o := range objects {
		if o.name == name {
			return o, true
		}
	}
	return object{}, false
}

// objectAt finds the kind of object whose id follows a path.
func objectAt(path string) (found object) {
	for _, o := range objects {
		before, ends := strings.CutSuffix(path, o.segment)
		if o.segment != "" && len(o.segment) > len(found.segment) && ends && strings.HasSuffix(before, "/") {
			found = o
		}
	}
	return found
}

// identify checks that a decoded answer is what was asked for. id is the id
// that was asked for, "" if the answer is about something new; also is another
// name that the object may go by.
func identify(answer any, id, also string) error {
	switch page := answer.(type) {
	case listed:
		return page.place().identify()
	case searched:
		return page.sheet().identify()
	}
	return identityOf(reflect.TypeOf(answer).Elem()).check(answer, id, also)
}

// An identity is where a model says what it is and which one.
type identity struct {
	object
	known bool
	id    []int // index of its ID field, nil if it has none
}

var identities memo.Memo // of each reflect.Type of a model

func identityOf(model reflect.Type) *identity {
	return identities.Get(model, func() any { return newIdentity(model) }).(*identity)
}

func newIdentity(model reflect.Type) *identity {
	kind, known := objectOf(model)
	this := &identity{object: kind, known: known}
	if model.Kind() == reflect.Struct {
		if field, ok := model.FieldByName("ID"); ok {
			this.id = field.Index
		}
	}
	return this
}

// of returns the id of a model as text, "" if it has none.
func (i *identity) of(model reflect.Value) string {
	if i.id == nil {
		return ""
	}
	switch field := model.FieldByIndex(i.id); {
	case field.IsZero():
		return ""
	case field.CanInt():
		return strconv.FormatInt(field.Int(), 10)
	default:
		return field.String()
	}
}

// check is identify for a model of this kind. It names itself in its first
// field, whatever that is called.
func (i *identity) check(answer any, id, also string) error {
	if document, ok := answer.(*json.RawMessage); ok && isAPIError(*document) {
		return errors.New("the answer is an error")
	}
	if !i.known {
		return nil
	}
	v := reflect.ValueOf(answer).Elem()
	if got := v.Field(0).String(); got != i.name && (also == "" || got != also) {
		return fmt.Errorf("the answer is %s, not %s %s", describe(got), article(i.name), i.name)
	}
	if i.id == nil {
		return nil
	}
	switch got := i.of(v); {
	case got == "":
		return fmt.Errorf("the %s in the answer has no id", i.name)
	case id != "" && got != id:
		return fmt.Errorf("the answer is another %s than the one asked for", i.name)
	}
	return nil
}

// describe names what the answer says it is, which may be anything.
func describe(object string) string {
	if object == "" {
		return "no object of the API"
	}
	for _, r := range object {
		if !isIDRune(r) {
			return "an unknown object"
		}
	}
	return article(object) + " " + object
}

func article(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an"
	}
	return "a"
}

// idRule returns what the id of an object has to be, or "" if it is fine. Of the
// zero object nothing is known.
func idRule(id string, of object, livemode bool) string {
	if id == "" {
		return "is required"
	}
	for _, r := range id {
		if !isIDRune(r) {
			return "must hold only letters, digits, _ and -"
		}
	}
	if of.prefix == "" {
		return ""
	}
	// "search" and "open" would be fine names for an id, and other endpoints.
	if !strings.HasPrefix(id, of.prefix+"_") {
		return fmt.Sprintf("must be the id of %s %s (%s_...)", article(of.name), of.name, of.prefix)
	}
	if livemode && strings.HasPrefix(id, of.prefix+"_test_") {
		return "is a test id, but the key is a live key"
	}
	return ""
}

// isID tells whether a segment of a path is an id: of a known kind of object,
// or as long and as odd as ids are.
func isID(segment string) bool {
	for _, o := range objects {
		if o.prefix != "" && strings.HasPrefix(segment, o.prefix+"_") {
			return true
		}
	}
	return len(segment) > 16 && strings.ContainsAny(segment, "0123456789")
}

func isIDRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-'
}
