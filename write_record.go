package omise

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The metadata that [WithIntent] adds to the object that a write makes.
const (
	// IntentKey is the key of the intent, as it was given.
	IntentKey = "omise_intent"

	// CallKey is the key of a mark that is different in every call. It tells apart the
	// objects of two calls with the same intent, such as a second attempt after a
	// declined card. Keep both keys when you update metadata.
	CallKey = "omise_call"
)

// A writeRecord is the part of an error that Resolve needs to find the result of a
// write, also in another process. It holds no secret.
type writeRecord struct {
	IDs         []string `json:"ids,omitempty"`          // of the path
	Intent      string   `json:"intent,omitempty"`       // see WithIntent
	Call        string   `json:"call,omitempty"`         // see CallKey
	Account     string   `json:"account,omitempty"`      // fingerprint of the server and the key
	SubMerchant string   `json:"sub_merchant,omitempty"` // see WithSubMerchant
	details

	First time.Time `json:"first_attempt"`
	Last  time.Time `json:"last_attempt"`

	// ServerFirst is First by the clock of the API, if the client has seen it.
	ServerFirst time.Time `json:"server_first_attempt,omitzero"`

	// Refused says that no answer was lost: the API answered at once that the token
	// was used before, perhaps by an earlier delivery of the same call.
	Refused bool `json:"refused,omitempty"`

	// Gone says that a look after the refusal has seen that the object of a delete does not
	// exist.
	Gone bool `json:"gone,omitempty"`

	stored bool // it was read from JSON, so its times may be of another machine

	operation string // method and path
}

// newWriteRecord begins the record of a write.
func newWriteRecord(params any, o *callOptions, ids []string) *writeRecord {
	w := &writeRecord{IDs: ids, Intent: o.intent}
	if o.intent != "" {
		w.Call = CallMark(cmp.Or(keyOf(params), o.idempotencyKey))
	}
	if o.subMerchant != nil {
		w.SubMerchant = *o.subMerchant
	}
	if p, ok := params.(describer); ok && !isNil(params) {
		w.details = p.details()
		w.details.dropOddIDs()
	}
	for name := range o.extra {
		if key, ok := strings.CutPrefix(name, "metadata["); ok {
			w.dropKey(strings.TrimSuffix(key, "]"))
		}
	}
	return w
}

// CallMark returns the value of [CallKey] in the metadata of an object that a call with
// [WithIntent] and this [WithIdempotencyKey] has made. So the object can be found by
// a key that was stored before the call.
//
// See https://docs.omise.co/charges-api.
func CallMark(key string) string { return fingerprint("omise-go call", key) }

// elapsed returns the time since the first attempt. The monotonic clock stops while a
// machine sleeps, and the other clock may be set.
func (w *writeRecord) elapsed(now time.Time) time.Duration {
	return max(now.Sub(w.First), now.Round(0).Sub(w.First.Round(0)))
}

// A metadataMatch says whether the metadata of an object name a write.
type metadataMatch int

const (
	matchNone  metadataMatch = iota // they name no write: they may have been replaced
	matchThis                       // they name this write
	matchPart                       // some values are those of this write: others may have been changed
	matchOther                      // they name another write
)

// compareMetadata compares the metadata of an object with those of the write. Marks that the
// write has not sent are of another call.
func (w *writeRecord) compareMetadata(m Metadata) metadataMatch {
	foreign := func(mark string) bool { return m[mark] != nil && !slices.Contains(w.Named, mark) }
	switch {
	case w.hasCallMark(details{metadata: m}):
		return matchThis
	case foreign(CallKey) || foreign(IntentKey):
		return matchOther
	case w.Intent != "" || len(w.Named) == 0 || len(w.Values) != len(w.Named): // or the digests are missing
		return matchNone
	}
	for _, key := range w.Named {
		if _, there := m[key]; !there {
			return matchNone
		}
	}
	switch w.sameValues(m) {
	case len(w.Named):
		return matchThis
	case 0:
		return matchOther
	}
	return matchPart
}

// reservedKey returns the mark that the caller sends although [WithIntent] sets it, or "".
func (w *writeRecord) reservedKey(extra url.Values) string {
	for _, mark := range []string{IntentKey, CallKey} {
		if w.Intent != "" && slices.Contains(w.Named, mark) || extra.Has("metadata["+mark+"]") {
			return mark
		}
	}
	return ""
}

// hasCallMark reports whether an object has the mark of the call, so that it was made by it.
func (w *writeRecord) hasCallMark(o details) bool {
	return w.Call != "" && o.metadata[CallKey] == w.Call
}

// hasNoMetadata reports whether the write has neither an intent nor metadata to name its
// object.
func (w *writeRecord) hasNoMetadata() bool { return w.Intent == "" && len(w.Named) == 0 }

// mismatch returns the first attribute in which an object differs from the write, or
// "".
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
	case o.charge != "" && len(w.IDs) > 0 && o.charge != w.IDs[0]:
		return "charge"
	}
	return ""
}

// isSameOrder reports whether an object with the intent of the write can be of its order,
// which another card or source may have paid. Another shop may use the same intent.
func (w *writeRecord) isSameOrder(o details) bool {
	sameCustomer := w.Customer == "" || o.Customer == "" || w.Customer == o.Customer
	return sameCustomer && (w.Amount == 0 || w.Amount == o.Amount) && (w.Currency == "" || strings.EqualFold(string(w.Currency), string(o.Currency)))
}

// accepts checks that the object in a direct answer is the one that the write asked
// for. named says that the write makes the object, so that its metadata are compared,
// too, if the answer has any.
func (w *writeRecord) accepts(o details, named bool) error {
	attribute := w.mismatch(o)
	if attribute == "" && named && len(o.metadata) > 0 && w.compareMetadata(o.metadata) >= matchPart {
		attribute = "metadata"
	}
	switch attribute {
	case "":
		return nil
	case "amount", "currency":
		return fmt.Errorf("%w: it is about %d %s, not %d %s", errNotAsked, o.Amount, o.Currency, w.Amount, w.Currency)
	case "captured amount":
		return fmt.Errorf("%w: %d are captured, not %d", errNotAsked, o.Captured, w.Captured)
	}
	return fmt.Errorf("%w: it has another %s", errNotAsked, attribute)
}

var errNotAsked = errors.New("the answer is not what was asked for")
