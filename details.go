package omise

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

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

// fingerprint returns a digest that tells values apart and does not reveal them.
func fingerprint(use, value string) string {
	sum := sha256.Sum256([]byte(use + "\x00" + value))
	return hex.EncodeToString(sum[:12])
}
