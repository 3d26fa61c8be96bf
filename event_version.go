package omise

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"
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

// isOlder tells whether an object may be written in an older version: all of
// them say when it was created, and none as the newest one does.
func isOlder(fields map[string]json.RawMessage, data []byte) bool {
	_, dated := fields["created_at"]
	return !dated || bytes.Contains(data, []byte(`"created"`))
}

// modern rewrites an object in the names of the newest version, and returns nil
// for what is no object.
func modern(data []byte) (rewritten []byte, fields map[string]json.RawMessage) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var object map[string]any
	if decoder.Decode(&object) != nil {
		return nil, nil
	}
	modernize(object)
	rewritten, err := json.Marshal(object)
	if err != nil || json.Unmarshal(rewritten, &fields) != nil {
		return nil, nil
	}
	return rewritten, fields
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

// dateEvents gives events of older versions, one or a page of them, the time
// that they call "created". body is what they were decoded from.
func dateEvents(model any, body []byte) {
	undated := func(e *Event) bool { return e != nil && e.CreatedAt.IsZero() }
	var events []*Event
	var times struct {
		older
		Data []older `json:"data"`
	}
	switch m := model.(type) {
	case *Event:
		if !undated(m) || json.Unmarshal(body, &times.older) != nil {
			return
		}
		events, times.Data = []*Event{m}, []older{times.older}
	case *List[Event]:
		if !slices.ContainsFunc(m.Data, undated) || json.Unmarshal(body, &times) != nil {
			return
		}
		events = m.Data
	}
	for i, e := range events {
		if undated(e) && i < len(times.Data) {
			e.CreatedAt = times.Data[i].Created.UTC()
		}
	}
}

// older is what an event of an older version calls otherwise.
type older struct {
	Created time.Time `json:"created"`
}
