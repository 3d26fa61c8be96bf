package omise

import (
	"bytes"
	"encoding/json"
	"strings"
)

// A rename is an attribute that API version 2019-05-29 calls otherwise than
// 2014-07-27, 2015-11-17 and 2017-11-02 do. An event stays in the version that
// its account had at that moment.
type rename struct {
	object   string // that has the attribute; "" for all
	old, new string
}

// What is not here has no new name: the transaction of a dispute or a transfer,
// which became a list of them, is in the raw data alone.
//
// See https://docs.omise.co/upgrade-guide-2017-to-2019.
var renames = []rename{
	{"", "created", "created_at"},
	{"balance", "available", "transferable"},
	{"balance", "reserve_amount", "reserve"},
	{"charge", "captured", "paid"},
	{"charge", "refunded", "refunded_amount"},
	{"forex", "from", "base"},
	{"forex", "to", "quote"},
	{"occurrence", "retry_date", "retry_on"},
	{"occurrence", "schedule_date", "scheduled_on"},
	{"receipt", "date", "issued_on"},
	{"schedule", "end_date", "end_on"},
	{"schedule", "next_occurrence_dates", "next_occurrences_on"},
	{"schedule", "next_occurrences", "next_occurrences_on"},
	{"schedule", "start_date", "start_on"},
	{"source", "installment_terms", "installment_term"},
	{"transaction", "source", "origin"},
	{"transaction", "transferable", "transferable_at"},
	{"transaction", "type", "direction"},
}

// currencies are the attributes that older versions write in small letters.
var currencies = []string{"base", "currency", "funding_currency", "quote"}

// isOlder reports whether an object may be written in an older version: all of
// them say when it was created, and none as the newest one does.
func isOlder(data []byte) bool {
	return bytes.Contains(data, []byte(`"created"`)) || !bytes.Contains(data, []byte(`"created_at"`))
}

// modern rewrites an object in the names of the newest version, and returns nil
// for what is no object.
func modern(data []byte) []byte {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var object map[string]any
	if decoder.Decode(&object) != nil {
		return nil
	}
	modernize(object)
	rewritten, _ := json.Marshal(object) // which what was just decoded never fails
	return rewritten
}

// modernize renames what an object and those inside it call otherwise. Metadata
// is the merchant's own, whatever it looks like.
func modernize(value any) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			modernize(item)
		}
	case map[string]any:
		if name, ok := v["object"].(string); ok {
			modernizeObject(v, name)
		}
		for name, inner := range v {
			if name != "metadata" {
				modernize(inner)
			}
		}
	}
}

func modernizeObject(object map[string]any, name string) {
	for _, r := range renames {
		if r.object != "" && r.object != name {
			continue
		}
		if value, sent := object[r.old]; sent && object[r.new] == nil {
			object[r.new] = value
			delete(object, r.old)
		}
	}
	for _, attribute := range currencies {
		if code, ok := object[attribute].(string); ok {
			object[attribute] = strings.ToUpper(code)
		}
	}
}
