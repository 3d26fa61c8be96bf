package mock

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/omisekit/omise-go/internal/fake"
)

// A call is an entry of the journal.
type call struct {
	Number         int            `json:"number"`
	Time           string         `json:"time"`
	Method         string         `json:"method"`
	Route          string         `json:"route,omitempty"`
	Path           string         `json:"path"`
	Params         map[string]any `json:"params,omitempty"`
	IdempotencyKey string         `json:"idempotency_key,omitempty"`
	Status         int            `json:"status"`
	ErrorCode      string         `json:"error_code,omitempty"`
	Fault          string         `json:"fault,omitempty"`
	Guesses        []string       `json:"guesses,omitempty"`
	Unknown        []string       `json:"unknown,omitempty"`
}

// journal answers with the calls in the journal, or with the calls after a given number,
// and with the number of dropped calls.
func (w *World) journal(r *http.Request) (any, error) {
	after := 0
	if text := r.URL.Query().Get("after"); text != "" {
		var err error
		if after, err = strconv.Atoi(text); err != nil {
			return nil, &Invalid{"after", "must be the number of a call"}
		}
	}
	calls := []call{}
	for _, c := range w.Fake().Calls() {
		if c.Number > after {
			calls = append(calls, call{
				Number: c.Number, Time: moment(c.Time), Method: c.Method, Route: c.Route, Path: c.Path, Params: c.Params,
				IdempotencyKey: c.IdempotencyKey, Status: c.Status, ErrorCode: c.ErrorCode, Fault: c.Fault,
				Guesses: c.Guesses, Unknown: c.Unknown,
			})
		}
	}
	return object{"calls": calls, "dropped": w.Fake().DroppedCalls()}, nil
}

// An event is an event of the API with all attempts to deliver it.
type event struct {
	ID         string          `json:"id"`
	Key        string          `json:"key"`
	CreatedAt  string          `json:"created_at"`
	Data       json.RawMessage `json:"data"`
	Deliveries []delivery      `json:"deliveries"`
}

type delivery struct {
	ID      string `json:"id"`
	URI     string `json:"uri"`
	Attempt int    `json:"attempt"`
	Time    string `json:"time"`
	Status  int    `json:"status"`
	Error   string `json:"error,omitempty"`
	Dropped bool   `json:"dropped,omitempty"`
}

func (w *World) events(*http.Request) (any, error) {
	of := map[string][]delivery{}
	for _, d := range w.Fake().Deliveries() {
		of[d.EventID] = append(of[d.EventID], delivery{
			ID: d.ID, URI: d.URI, Attempt: d.Attempt, Time: moment(d.Time), Status: d.Status, Error: d.Error, Dropped: d.Dropped,
		})
	}
	events := []event{}
	for _, e := range w.Fake().Events() {
		deliveries := of[e.ID]
		if deliveries == nil {
			deliveries = []delivery{}
		}
		events = append(events, event{e.ID, e.Key, moment(e.Time), e.Data, deliveries})
	}
	return object{"events": events}, nil
}

// redeliver posts the webhooks of an event once more.
func (w *World) redeliver(r *http.Request) (any, error) {
	var of struct {
		ID string `json:"id"`
	}
	if err := read(r, &of); err != nil {
		return nil, err
	}
	if of.ID == "" {
		return nil, &Invalid{"id", "must be that of an event or of a delivery"}
	}
	return object{"ok": true}, w.Fake().Redeliver(of.ID)
}

// setWebhook sets the receiver of webhooks and the faults that strike them.
func (w *World) setWebhook(r *http.Request) (any, error) {
	var to struct {
		URL       string  `json:"url"`
		Shuffle   bool    `json:"shuffle"`
		Duplicate float64 `json:"duplicate"`
		Drop      float64 `json:"drop"`
		Once      bool    `json:"once"`
	}
	if err := read(r, &to); err != nil {
		return nil, err
	}
	for field, share := range map[string]float64{"duplicate": to.Duplicate, "drop": to.Drop} {
		if err := checkShare(field, share); err != nil {
			return nil, err
		}
	}
	hooks, err := hooksTo(to.URL, w.host.options.Reach)
	if err != nil {
		return nil, err
	}
	if hooks != nil {
		hooks.Shuffle, hooks.Duplicate, hooks.Drop, hooks.Once = to.Shuffle, to.Duplicate, to.Drop, to.Once
	}
	w.listen(hooks)
	return w.describe(r)
}

func (w *World) listen(hooks *fake.Hooks) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hooks = hooks
	w.Fake().Listen(hooks)
}

func checkShare(field string, share float64) error {
	if share < 0 || share > 1 {
		return &Invalid{field, "must be between 0 and 1"}
	}
	return nil
}

// moment formats a time as the API does.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }
