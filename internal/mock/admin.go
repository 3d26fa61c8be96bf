package mock

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/omisekit/omise-go/internal/fake"
)

// An action changes or reads a world.
type action func(*World, *http.Request) (any, error)

// actions has the operations of the admin API. docs/omise-mock.md has an example of each.
var actions = map[string]action{
	"GET /_admin/world":            (*World).describe,
	"POST /_admin/reset":           (*World).reset,
	"POST /_admin/seed":            (*World).seed,
	"GET /_admin/clock":            (*World).clock,
	"POST /_admin/advance":         (*World).advance,
	"GET /_admin/journal":          (*World).journal,
	"GET /_admin/faults":           (*World).listFaults,
	"POST /_admin/faults":          (*World).addFault,
	"DELETE /_admin/faults":        (*World).clearFaults,
	"POST /_admin/webhook":         (*World).setWebhook,
	"GET /_admin/events":           (*World).events,
	"POST /_admin/redeliver":       (*World).redeliver,
	"POST /_admin/chains":          (*World).addChain,
	"PUT /_admin/snapshots/{name}": (*World).snapshot,

	"POST /_admin/snapshots/{name}/restore":       (*World).restore,
	"POST /_admin/charges/{id}/authorize":         on((*fake.Server).Authorize, true),
	"POST /_admin/charges/{id}/decline":           on((*fake.Server).Authorize, false),
	"POST /_admin/charges/{id}/pay":               plain((*fake.Server).MarkAsPaid),
	"POST /_admin/charges/{id}/fail":              plain((*fake.Server).MarkAsFailed),
	"POST /_admin/charges/{id}/dispute":           plain((*fake.Server).Dispute),
	"POST /_admin/links/{id}/pay":                 plain((*fake.Server).PayLink),
	"POST /_admin/linked_accounts/{id}/authorize": on((*fake.Server).RegisterLinkedAccount, true),
	"POST /_admin/linked_accounts/{id}/decline":   on((*fake.Server).RegisterLinkedAccount, false),
}

// plain returns an action on an object that takes only the id of the object.
func plain(do func(*fake.Server, string) error) action {
	return func(w *World, r *http.Request) (any, error) {
		return object{"ok": true}, do(w.Fake(), r.PathValue("id"))
	}
}

// on returns an action in which the payer approves or declines.
func on(do func(*fake.Server, string, bool) error, agreed bool) action {
	return plain(func(s *fake.Server, id string) error { return do(s, id, agreed) })
}

type object map[string]any

// A problem is the answer to a wrong call.
type problem struct {
	Error    string `json:"error"`
	*Invalid        // nil unless a value is wrong
}

// newAdmin returns the handler of the admin API.
func (h *Host) newAdmin() http.Handler {
	mux := http.NewServeMux()
	var operations []string
	for pattern, do := range actions {
		mux.HandleFunc(pattern, h.answer(do))
		operations = append(operations, pattern)
	}
	slices.Sort(operations)
	mux.HandleFunc("/_admin/", func(w http.ResponseWriter, r *http.Request) {
		why := fmt.Sprintf("there is no operation %s %s", r.Method, r.URL.Path)
		writeJSON(w, http.StatusNotFound, object{"error": why, "operations": operations})
	})
	return mux
}

func (h *Host) answer(do action) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		world, err := h.chosen(r)
		if err != nil {
			writeJSON(w, http.StatusUnauthorized, problem{Error: err.Error()})
			return
		}
		answer, err := do(world, r)
		var invalid *Invalid
		switch {
		case err == nil:
			writeJSON(w, http.StatusOK, answer)
		case errors.As(err, &invalid):
			writeJSON(w, http.StatusBadRequest, problem{invalid.Error(), invalid})
		case errors.Is(err, fake.ErrNotFound):
			writeJSON(w, http.StatusNotFound, problem{Error: plainly(err)})
		default:
			writeJSON(w, http.StatusConflict, problem{Error: plainly(err)})
		}
	}
}

func plainly(err error) string { return strings.TrimPrefix(err.Error(), "fake: ") }

// chosen returns the world of the secret key in a call, or the first world if the call has
// no key.
func (h *Host) chosen(r *http.Request) (*World, error) {
	if r.Header.Get("Authorization") == "" {
		return h.First(), nil
	}
	if key, password, ok := r.BasicAuth(); !ok || password != "" || !isTestKey(key, "skey_test_") {
		return nil, errors.New("the user name has to be the secret test key of a world, without a password")
	}
	return h.worldOf(r)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may have closed the connection
}

const largestBody = 1 << 20

// read reads the body of a call. The body is a JSON object or empty.
func read(r *http.Request, into any) error {
	dec := json.NewDecoder(http.MaxBytesReader(nil, r.Body, largestBody))
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if err == nil && dec.More() {
		err = errors.New("more than one value")
	}
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil, errors.Is(err, io.EOF):
		return nil
	case errors.As(err, &kind) && kind.Field != "":
		return &Invalid{kind.Field, "must not be a " + kind.Value}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name, _ = strconv.Unquote(name)
		return &Invalid{name, "is not a parameter of this operation"}
	}
	return &Invalid{"body", "must be a JSON object"}
}

const mostSeeds = 10_000

// seed makes customers with a good card and paid charges, and runs the given steps.
func (w *World) seed(r *http.Request) (any, error) {
	var want struct {
		Customers   int             `json:"customers"`
		PaidCharges int             `json:"paid_charges"`
		Steps       json.RawMessage `json:"steps"`
	}
	if err := read(r, &want); err != nil {
		return nil, err
	}
	for field, n := range map[string]int{"customers": want.Customers, "paid_charges": want.PaidCharges} {
		if n < 0 || n > mostSeeds {
			return nil, &Invalid{field, fmt.Sprintf("must be between 0 and %d", mostSeeds)}
		}
	}
	customers, charges := []string{}, []string{}
	for range want.Customers {
		customers = append(customers, w.Fake().SeedCustomer())
	}
	if want.PaidCharges > 0 {
		charges = w.Fake().SeedPaidCharges(want.PaidCharges)
	}
	named := map[string]string{}
	if want.Steps != nil {
		var err error
		if named, err = w.Seed(want.Steps); err != nil {
			return nil, err
		}
	}
	return object{"customers": customers, "paid_charges": charges, "named": named}, nil
}

// Seed runs the steps in a JSON document and returns the ids of the named objects.
func (w *World) Seed(document []byte) (map[string]string, error) {
	ids, err := w.Fake().Seed(document)
	if err != nil {
		return nil, &Invalid{"steps", "cannot be taken: " + plainly(err)}
	}
	return ids, nil
}

func (w *World) clock(*http.Request) (any, error) { return object{"now": w.Fake().Now()}, nil }

// advance moves time forward. Everything that falls due happens.
func (w *World) advance(r *http.Request) (any, error) {
	var by struct {
		Duration string `json:"duration"`
	}
	if err := read(r, &by); err != nil {
		return nil, err
	}
	d, err := readDuration("duration", by.Duration)
	if err != nil {
		return nil, err
	}
	w.Fake().Advance(d)
	return w.clock(r)
}

func (w *World) addChain(r *http.Request) (any, error) {
	var of struct {
		Email string `json:"email"`
	}
	if err := read(r, &of); err != nil {
		return nil, err
	}
	if !strings.Contains(of.Email, "@") {
		return nil, &Invalid{"email", "must be an address"}
	}
	return object{"id": w.Fake().AddChain(of.Email)}, nil
}

func (w *World) snapshot(r *http.Request) (any, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.snapshots[r.PathValue("name")] = w.Fake().Snapshot()
	return object{"ok": true}, nil
}

// restore returns the world to a snapshot. The receiver of webhooks stays the same.
func (w *World) restore(r *http.Request) (any, error) {
	w.mu.Lock()
	kept, ok := w.snapshots[r.PathValue("name")]
	if ok {
		w.Fake().Restore(kept)
		w.Fake().Listen(w.hooks)
	}
	w.mu.Unlock()
	if !ok {
		return nil, fmt.Errorf("snapshot %s %w", r.PathValue("name"), fake.ErrNotFound)
	}
	return w.clock(r)
}
