package omise

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/redact"
)

// details are the attributes by which a write and an object are compared, to decide
// whether the write has made the object.
type details struct {
	// Of a write and of an object.
	Amount    int64    `json:"amount,omitempty"`
	Currency  Currency `json:"currency,omitempty"`
	Captured  int64    `json:"captured,omitempty"` // part of an authorized amount
	Source    string   `json:"source,omitempty"`
	Card      string   `json:"card,omitempty"`
	Customer  string   `json:"customer,omitempty"`
	Recipient string   `json:"recipient,omitempty"`

	// Only of a write. Named are the keys of its metadata, and Values are their values.
	// digest replaces the values by digests, because they may be personal data.
	Token    string   `json:"token,omitempty"`
	Named    []string `json:"named,omitempty"`
	Values   []string `json:"values,omitempty"`
	Digested bool     `json:"digested,omitempty"`
	Parts    bool     `json:"parts,omitempty"` // the amount may be split among several objects

	// Only of an object.
	live     bool   // it took money or may still take it
	taken    bool   // it took money or holds it
	returned bool   // all the money of the charge was refunded
	charge   string // charge of a refund
	group    string // group of a part of a split transfer
	metadata Metadata
	created  time.Time
}

// dropOddIDs drops values that are not ids, because a card number in the wrong field
// must not get into an error.
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

// recordMetadata records the metadata of a write, without the keys that hold a secret or
// a long number. It copies the values, because an observer of the caller may change the
// map meanwhile.
func (d *details) recordMetadata(m Metadata) {
	if len(m) == 0 {
		return
	}
	d.Named = make([]string, 0, len(m))
	for key, value := range m {
		if isPlain(value) && redact.Clean(key) == key { // an error shows the key
			d.Named = append(d.Named, key)
		}
	}
	slices.Sort(d.Named)
	d.Values = textsOf(d.Named, m)
}

// dropKey drops a key that the write sends with two values.
func (d *details) dropKey(key string) {
	if i := slices.Index(d.Named, key); i >= 0 {
		d.Named, d.Values = slices.Delete(d.Named, i, i+1), slices.Delete(d.Values, i, i+1)
	}
}

// digest replaces the values of a write by digests, because an error is kept longer than
// the call and is stored.
func (d *details) digest() {
	if d.Digested {
		return
	}
	d.Digested = true
	for i, key := range d.Named {
		d.Values[i] = valueDigest(key, d.Values[i])
	}
}

// sameValues returns the number of the keys of a write that have the same value in
// metadata.
func (d *details) sameValues(m Metadata) int {
	same := 0
	for i, key := range d.Named {
		text := textOf(m[key])
		if d.Digested {
			text = valueDigest(key, text)
		}
		if d.Values[i] == text {
			same++
		}
	}
	return same
}

// textsOf returns the values of some keys as texts.
func textsOf(keys []string, m Metadata) []string {
	if len(keys) == 0 {
		return nil
	}
	texts := make([]string, len(keys))
	for i, key := range keys {
		texts[i] = textOf(m[key])
	}
	return texts
}

// isPlain reports whether a value comes back from the API as the text that was sent.
func isPlain(value any) bool {
	text, ok := form.Text(value)
	return ok && text != "" && text == strings.TrimSpace(text) && utf8.ValidString(text)
}

func textOf(value any) string {
	text, ok := form.Text(value)
	if !ok {
		return fmt.Sprint(value)
	}
	return text
}

// valueDigest returns a digest of the value of a key in metadata.
func valueDigest(key, value string) string {
	return fingerprint("omise-go metadata", strconv.Quote(key)+"="+value)
}

// fingerprint returns a digest that differs for different values and does not reveal
// them.
func fingerprint[T string | []byte](use string, value T) string {
	sum := sha256.Sum256(append(append(make([]byte, 0, 256), use+"\x00"...), value...))
	return hex.EncodeToString(sum[:12])
}
