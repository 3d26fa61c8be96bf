package omise

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
)

// The metadata that [WithIntent] adds to the object that a write makes.
const (
	// IntentKey is the key of the intent, as it was given.
	IntentKey = "omise_intent"

	// CallKey is the key of a mark that only one call has. It tells the object of
	// one call from that of another call with the same intent, such as a second
	// attempt after a declined card. Keep both keys when you update metadata.
	CallKey = "omise_call"
)

// A writeRecord is what a write leaves in its error: enough to find out what became
// of it, also in another process. Nothing in it is secret.
type writeRecord struct {
	IDs         []string `json:"ids,omitempty"`          // of the path
	Intent      string   `json:"intent,omitempty"`       // see WithIntent
	Call        string   `json:"call,omitempty"`         // see CallKey
	Account     string   `json:"account,omitempty"`      // fingerprint of the key
	SubMerchant string   `json:"sub_merchant,omitempty"` // see WithSubMerchant
	details

	First time.Time `json:"first_attempt"`
	Last  time.Time `json:"last_attempt"`

	// ServerFirst is First by the clock of the API, if the client has seen it.
	ServerFirst time.Time `json:"server_first_attempt,omitzero"`

	// Refused says that no answer was lost: the API answered at once that the token
	// was used before, perhaps by an earlier delivery of the same call.
	Refused bool `json:"refused,omitempty"`

	operation string // method and path
	stored    bool   // it went through JSON, and its times may be of another machine
}

// details are what a write says about its object, and what an object says about
// itself. They are compared before an object is taken for the work of a write.
type details struct {
	Amount    int64    `json:"amount,omitempty"`
	Currency  Currency `json:"currency,omitempty"`
	Captured  int64    `json:"captured,omitempty"` // part of an authorized amount
	Parts     bool     `json:"parts,omitempty"`    // the amount may be split among several objects
	Token     string   `json:"token,omitempty"`
	Source    string   `json:"source,omitempty"`
	Card      string   `json:"card,omitempty"`
	Customer  string   `json:"customer,omitempty"`
	Recipient string   `json:"recipient,omitempty"`

	// Named are the keys of the metadata, and NameSum is a digest of their values,
	// since the metadata itself may hold personal data.
	Named   []string `json:"named,omitempty"`
	NameSum string   `json:"name_sum,omitempty"`

	metadata Metadata // of an object
	created  time.Time
	live     bool // of an object: it took money or may still take it
}

// newWriteRecord begins the record of a write.
func newWriteRecord(params any, o *callOptions, ids []string) *writeRecord {
	w := &writeRecord{IDs: ids, Intent: o.intent}
	if o.intent != "" {
		w.Call = callMark(o.idempotencyKey)
	}
	if o.subMerchant != nil {
		w.SubMerchant = *o.subMerchant
	}
	if p, ok := params.(describer); ok && !isNil(params) {
		w.details = p.details()
		w.details.dropOddIDs()
	}
	return w
}

// callMark returns the mark of the call with an idempotency key. A call that repeats
// a key has the same mark.
func callMark(key string) string { return fingerprint("omise-go call", key) }

// fingerprint returns a digest that tells values apart and does not reveal them.
func fingerprint(use, value string) string {
	sum := sha256.Sum256([]byte(use + "\x00" + value))
	return hex.EncodeToString(sum[:12])
}

// dropOddIDs drops what is not an id: a card number in the wrong place must not get
// into an error.
func (d *details) dropOddIDs() {
	drop := func(id *string, k kind) {
		if *id != "" && idRule(*id, k, false) != "" {
			*id = ""
		}
	}
	drop(&d.Token, kindToken)
	drop(&d.Source, kindSource)
	drop(&d.Card, kindCard)
	drop(&d.Customer, kindCustomer)
	drop(&d.Recipient, kindRecipient)
}

// name notes the metadata of a write.
func (d *details) name(m Metadata) {
	d.Named, d.NameSum = nil, ""
	for key, value := range m {
		if isPlain(value) {
			d.Named = append(d.Named, key)
		}
	}
	if slices.Sort(d.Named); len(d.Named) > 0 {
		d.NameSum = nameSum(d.Named, m)
	}
}

// isPlain reports whether a value comes back from the API as the text that was sent.
func isPlain(value any) bool {
	switch value.(type) {
	case nil, map[string]any, Metadata, []any, []string:
		return false
	}
	text := fmt.Sprint(value)
	return text != "" && text == strings.TrimSpace(text)
}

func nameSum(keys []string, m Metadata) string {
	var b strings.Builder
	for _, key := range keys {
		fmt.Fprintf(&b, "%q=%q\n", key, fmt.Sprint(m[key]))
	}
	return fingerprint("omise-go metadata", b.String())
}

// A naming is what the metadata of an object say about whether a write has made it.
type naming int

const (
	unnamed   naming = iota // they say nothing: they may have been replaced
	sameName                // they name this write
	otherName               // they name another write
)

// names compares the metadata of an object with those of the write.
func (w *writeRecord) names(m Metadata) naming {
	call, intent := m[CallKey], m[IntentKey]
	switch {
	case w.Call != "" && call == w.Call:
		return sameName
	case call != nil || intent != nil:
		return otherName
	case w.Intent != "" || len(w.Named) == 0:
		return unnamed
	}
	for _, key := range w.Named {
		if _, there := m[key]; !there {
			return unnamed
		}
	}
	if nameSum(w.Named, m) == w.NameSum {
		return sameName
	}
	return otherName
}

// isNameless reports whether the write has given its object no name at all.
func (w *writeRecord) isNameless() bool { return w.Intent == "" && len(w.Named) == 0 }

// mismatch returns the first attribute in which an object differs from what the write
// said, or "".
func (w *writeRecord) mismatch(o details) string {
	differs := func(said, is string) bool { return said != "" && said != is }
	switch {
	case w.Amount != 0 && w.Amount != o.Amount && !(w.Parts && o.Amount < w.Amount):
		return "amount"
	case w.Currency != "" && !strings.EqualFold(string(w.Currency), string(o.Currency)):
		return "currency"
	case w.Captured != 0 && o.Captured != 0 && w.Captured != o.Captured:
		return "captured amount"
	case differs(w.Source, o.Source):
		return "source"
	case differs(w.Card, o.Card) && o.Card != "":
		return "card"
	case differs(w.Customer, o.Customer):
		return "customer"
	case differs(w.Recipient, o.Recipient):
		return "recipient"
	}
	return ""
}

// accepts checks that the object in a direct answer is the one that the write asked
// for. named says that the write has made the object, so that its metadata count; an
// answer without any metadata says nothing about them.
func (w *writeRecord) accepts(o details, named bool) error {
	attribute := w.mismatch(o)
	if attribute == "" && named && len(o.metadata) > 0 && w.names(o.metadata) == otherName {
		attribute = "metadata"
	}
	switch attribute {
	case "":
		return nil
	case "amount", "currency":
		return fmt.Errorf("%w: it is about %d %s, not %d %s", transport.ErrNotAsked, o.Amount, o.Currency, w.Amount, w.Currency)
	case "captured amount":
		return fmt.Errorf("%w: %d are captured, not %d", transport.ErrNotAsked, o.Captured, w.Captured)
	}
	return fmt.Errorf("%w: it has another %s", transport.ErrNotAsked, attribute)
}
