package omise

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/omisekit/omise-go/internal/redact"
)

// A kind is a kind of object, such as a charge. It is used to find an id that was given
// to the wrong method, and an answer that is not the object that was asked for.
type kind int

const (
	kindUnknown kind = iota
	kindAccount
	kindAPIVersionInfo
	kindAudit
	kindBalance
	kindBatchRecurring
	kindBulk
	kindCapability
	kindCard
	kindChain
	kindCharge
	kindConsent
	kindCustomer
	kindDispute
	kindDocument
	kindEvent
	kindExport
	kindForex
	kindLink
	kindLinksPlusLink
	kindLinkedAccount
	kindMFAConfirmation
	kindOccurrence
	kindReceipt
	kindRecipient
	kindRefund
	kindRoutingGroupRule
	kindSchedule
	kindSource
	kindSubMerchant
	kindSystemInfo
	kindLinksPlusTemplate
	kindToken
	kindTransaction
	kindTransfer
	kindWebhookSecret
)

// kinds has the names and the ids of each kind.
//
// Doubt: the API's description calls the versions of the API account, a balance
// aggregated_balance and a transaction aggregated_transaction. No recording has these
// names; each is accepted beside the usual one.
//
// Doubt: the API's description calls what a search for schedules finds
// charge_schedule and transfer_schedule, and older recordings call such parts of a
// schedule scheduled_charge and scheduled_transfer. All of them are accepted beside
// schedule.
//
// Doubt: a draft calls the answer to a change of several schedules bulk_operation,
// the API's description calls it bulk. Both are accepted.
var kinds = [...]struct {
	name    string   // of the object, as the API writes it
	also    []string // other names that the API's documentation gives it
	segment string   // end of the path before an id of the kind
	prefix  string   // of the ids
	noID    bool     // the object has no id
}{
	kindAccount:           {name: "account", prefix: "account"},
	kindAPIVersionInfo:    {name: "api_version", also: []string{"account"}, noID: true},
	kindAudit:             {name: "audit"},
	kindBalance:           {name: "balance", also: []string{"aggregated_balance"}, noID: true},
	kindBatchRecurring:    {name: "batch_recurring", segment: "recurring_exports", prefix: "recurr"},
	kindBulk:              {name: "bulk", also: []string{"bulk_operation"}, noID: true},
	kindCapability:        {name: "capability", noID: true},
	kindCard:              {name: "card", segment: "cards", prefix: "card"},
	kindChain:             {name: "chain", segment: "chains", prefix: "acch"},
	kindCharge:            {name: "charge", segment: "charges", prefix: "chrg"},
	kindConsent:           {name: "consent"},
	kindCustomer:          {name: "customer", segment: "customers", prefix: "cust"},
	kindDispute:           {name: "dispute", segment: "disputes", prefix: "dspt"},
	kindDocument:          {name: "document", segment: "documents", prefix: "docu"},
	kindEvent:             {name: "event", segment: "events", prefix: "evnt"},
	kindExport:            {name: "export", prefix: "xprt"},
	kindForex:             {name: "forex", noID: true},
	kindLink:              {name: "link", segment: "links", prefix: "link"},
	kindLinksPlusLink:     {name: "link", segment: "external/links"},
	kindLinkedAccount:     {name: "linked_account", segment: "linked_accounts", prefix: "lnac"},
	kindMFAConfirmation:   {name: "mfa_confirmation", noID: true},
	kindOccurrence:        {name: "occurrence", segment: "occurrences", prefix: "occu"},
	kindReceipt:           {name: "receipt", segment: "receipts", prefix: "rcpt"},
	kindRecipient:         {name: "recipient", segment: "recipients", prefix: "recp"},
	kindRefund:            {name: "refund", segment: "refunds", prefix: "rfnd"},
	kindRoutingGroupRule:  {name: "routing_group_rule"},
	kindSchedule:          {name: "schedule", also: scheduleNames, segment: "schedules", prefix: "schd"},
	kindSource:            {name: "source", segment: "sources", prefix: "src"},
	kindSubMerchant:       {name: "sub_merchant"},
	kindSystemInfo:        {name: "system_info", noID: true},
	kindLinksPlusTemplate: {name: "template", segment: "external/templates"},
	kindToken:             {name: "token", segment: "tokens", prefix: "tokn"},
	kindTransaction:       {name: "transaction", also: []string{"aggregated_transaction"}, segment: "transactions", prefix: "trxn"},
	kindTransfer:          {name: "transfer", segment: "transfers", prefix: "trsf"},
	kindWebhookSecret:     {name: "webhook_secret", segment: "webhooks/secrets"},
}

// scheduleNames are the names that a schedule may have besides its own.
var scheduleNames = []string{"charge_schedule", "transfer_schedule", "scheduled_charge", "scheduled_transfer"}

// kindNamed returns the kind of the objects with a name. A link of Payment Links+ has
// the same name as a [Link], which comes first.
func kindNamed(name string) kind {
	for k, info := range kinds {
		if info.name == name && name != "" {
			return kind(k)
		}
	}
	return kindUnknown
}

// kindAfter returns the kind of object whose id follows a path.
func kindAfter(path string) (found kind) {
	for k, info := range kinds {
		if info.segment != "" && len(info.segment) > len(kinds[found].segment) && strings.HasSuffix(path, "/"+info.segment) {
			found = kind(k)
		}
	}
	return found
}

// An identity is the name and the id of a decoded object.
type identity struct {
	kind kind   // of its model
	name string // in the answer
	id   string // "" if it has none
}

// identified is implemented by every model. It lets the request path check that
// an answer is the object that was asked for.
type identified interface{ identity() identity }

// idText returns a numeric id as text, or "" for 0.
func idText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// idOf returns the id of a record, or "" if it has no id.
func idOf(record any) string {
	if object, ok := record.(identified); ok {
		return object.identity().id
	}
	return ""
}

// identify checks that a decoded answer is the object that was asked for. An object of
// the kind asked must have the id in the path. also is another name that the object may
// have.
func identify(answer any, asked kind, id, also string) error {
	if page, ok := answer.(interface{ identifyRecords() error }); ok {
		return page.identifyRecords()
	}
	if err := identifyObject(answer, also); err != nil {
		return err
	}
	if object, ok := answer.(identified); ok {
		this := object.identity()
		if this.id != "" && this.kind == asked && this.id != id {
			return fmt.Errorf("the answer is another %s than the one asked for", kinds[this.kind].name)
		}
	}
	return nil
}

// identifyObject checks that an object is of the kind of its model. also is another
// name that it may have.
func identifyObject(object any, also string) error {
	switch object := object.(type) {
	case identified:
		return object.identity().check(also)
	case *json.RawMessage:
		if isAPIError(*object) {
			return errors.New("the answer is an error")
		}
	}
	return nil
}

// identifyAll checks the records of a page.
func identifyAll[T any](records []*T) error {
	for i, record := range records {
		if err := identifyRecord(i, record, record == nil); err != nil {
			return err
		}
	}
	return nil
}

func identifyRecord(i int, record any, null bool) error {
	if null {
		return fmt.Errorf("record %d is null", i)
	}
	if err := identifyObject(record, ""); err != nil {
		return fmt.Errorf("record %d: %w", i, err)
	}
	return nil
}

// check checks that the object has a name of its kind, or the other name that its
// route allows, and that it has an id.
func (i identity) check(also string) error {
	info := kinds[i.kind]
	if i.name != info.name && (also == "" || i.name != also) && !slices.Contains(info.also, i.name) {
		return fmt.Errorf("the answer is %s, not %s %s", describe(i.name), article(info.name), info.name)
	}
	if i.id == "" && !info.noID {
		return fmt.Errorf("the %s in the answer has no id", info.name)
	}
	return nil
}

// describe returns the name of an object for the text of an error. It does not repeat a
// name that the API cannot have given, because that may be any text, also a secret.
func describe(object string) string {
	switch {
	case object == "":
		return "no object of the API"
	case len(object) > longestName || redact.Clean(object) != object:
		return "an unknown object"
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

// idRule returns the rule that an id of a kind breaks, or "" if it breaks no rule.
func idRule(id string, k kind, livemode bool) string {
	if id == "" {
		return "is required"
	}
	for _, r := range id {
		if !isIDRune(r) {
			return "must hold only letters, digits, _ and -"
		}
	}
	info := kinds[k]
	if info.prefix == "" {
		return ""
	}
	// Without this check, "search" would pass as an id and reach another endpoint.
	if !strings.HasPrefix(id, info.prefix+"_") {
		return fmt.Sprintf("must be the id of %s %s (%s_...)", article(info.name), info.name, info.prefix)
	}
	if livemode && strings.HasPrefix(id, info.prefix+"_test_") {
		return "is a test id, but the key is a live key"
	}
	return ""
}

// isID reports whether a segment of a path is the id of a known kind.
func isID(segment string) bool {
	for _, info := range kinds {
		if info.prefix != "" && strings.HasPrefix(segment, info.prefix+"_") {
			return true
		}
	}
	return false
}

func isIDRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-'
}
