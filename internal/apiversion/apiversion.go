// Package apiversion translates the names of attributes between the newest version of the
// API and the older versions 2014-07-27, 2015-11-17 and 2017-11-02.
//
// The SDK reads events of these versions with it, and the fake answers in them.
package apiversion

import "strings"

// Newest is the newest version. The models use its names.
const Newest = "2019-05-29"

// A rename is an attribute that has another name in the newest version than in the older
// versions.
type rename struct {
	object   string // object with the attribute; "" for all objects
	old, new string
}

// Attributes that are not in this list have no new name. For example, the transaction of a
// dispute or a transfer became a list of transactions. Only the raw data has it.
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

// currencies has the attributes that older versions write in small letters.
var currencies = []string{"base", "currency", "funding_currency", "quote"}

// Modernize gives an object of an older version, and the objects inside it, the names of
// the newest version. Values are as encoding/json decodes them.
func Modernize(value any) {
	each(value, func(object map[string]any, name string) {
		for _, r := range renames {
			if r.object == "" || r.object == name {
				move(object, r.old, r.new)
			}
		}
		changeCurrencies(object, strings.ToUpper)
	})
}

// Age gives an object of the newest version, and the objects inside it, the names of the
// older versions. It does not change the data of an event, because that has the version of
// the account at the time of the event.
func Age(value any) {
	each(value, func(object map[string]any, name string) {
		changeCurrencies(object, strings.ToLower)
		for _, r := range renames {
			if r.object == "" || r.object == name {
				move(object, r.new, r.old)
			}
		}
	})
}

// move gives an attribute another name, unless an attribute of that name has a value.
func move(object map[string]any, from, to string) {
	if value, sent := object[from]; sent && object[to] == nil {
		object[to] = value
		delete(object, from)
	}
}

func changeCurrencies(object map[string]any, change func(string) string) {
	for _, attribute := range currencies {
		if code, ok := object[attribute].(string); ok {
			object[attribute] = change(code)
		}
	}
}

// each calls do for an object and the objects inside it. It skips metadata, which belongs
// to the merchant, and the data of an event, which can have another version.
func each(value any, do func(object map[string]any, name string)) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			each(item, do)
		}
	case map[string]any:
		name, named := v["object"].(string)
		for key, inner := range v {
			if key != "metadata" && (key != "data" || name != "event") {
				each(inner, do)
			}
		}
		if named {
			do(v, name)
		}
	}
}
