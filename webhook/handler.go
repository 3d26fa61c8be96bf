package webhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/redact"
)

// A Func handles an event. It returns nil if the event is done, and an error if Omise
// should send the event again.
type Func func(ctx context.Context, event *omise.Event) error

// NewHandler returns a handler that verifies a webhook, reads the event and calls
// handle. secrets are as the dashboard shows them; during a rotation, give both the new
// and the old secret.
//
//	200  handle returned nil
//	400  the signature, the timestamp or the event is not good
//	405  not a POST
//	408  the body took longer than 10 seconds
//	413  the body is larger than [LargestBody]
//	500  handle returned an error or panicked, or the API cannot be asked
//	503  too many events wait for [VerifyByFetch]
//
// No answer repeats a part of the request. The context of handle ends with the request,
// and Omise probably waits no longer than 10 seconds: do longer work in the background.
//
// NewHandler panics if handle is nil, if there is neither a secret nor [VerifyByFetch],
// or if a secret cannot be from the dashboard, because it is not Base64 or is shorter
// than 16 bytes. [NewVerifier] returns an error for the same secrets.
//
// See https://docs.omise.co/api-webhooks.
func NewHandler(secrets []string, handle Func, opts ...Option) http.Handler {
	h := &handler{handle: handle}
	for _, opt := range opts {
		if opt != nil {
			opt(h)
		}
	}
	if handle == nil {
		panic(errors.New("webhook: there is no function to handle events"))
	}
	keys, err := decodeSecrets(secrets)
	if err != nil && !(h.fetch != nil && errors.Is(err, ErrNoSecret)) {
		panic(err)
	}
	h.verifier.keys = keys
	return h
}

type handler struct {
	hidden
	verifier Verifier // without keys if only fetch is used
	fetch    func(context.Context, string) (*omise.Event, error)
	handle   Func
	logger   *slog.Logger
}

// An outcome is the result of a request in the log.
type outcome string

const (
	handled outcome = "handled"
	refused outcome = "refused" // not from Omise, or not an event
	failed  outcome = "failed"  // Omise should send it again
)

// ServeHTTP answers one delivery.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	event, status, err := h.serve(w, r)
	h.log(r.Context(), event, status, err, time.Since(start))
	if status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", http.MethodPost)
	}
	if status != http.StatusOK {
		http.Error(w, http.StatusText(status), status)
		return
	}
	w.WriteHeader(status)
}

// serve handles the request. It returns the event only if the event can be trusted.
func (h *handler) serve(w http.ResponseWriter, r *http.Request) (*omise.Event, int, error) {
	if r.Method != http.MethodPost {
		return nil, http.StatusMethodNotAllowed, errors.New("webhook: not a POST")
	}
	body, status, err := read(w, r)
	if err != nil {
		return nil, status, err
	}
	if len(h.verifier.keys) > 0 {
		if err := h.verifier.Verify(r.Header, body); err != nil {
			return nil, http.StatusBadRequest, err
		}
	}
	event, err := Parse(body)
	if err != nil {
		return nil, http.StatusBadRequest, err
	}
	if h.fetch != nil {
		if event, err = h.fetch(r.Context(), event.ID); err != nil {
			return nil, statusOf(err), err
		}
	}
	if err := h.call(r.Context(), event); err != nil {
		return event, http.StatusInternalServerError, err
	}
	return event, http.StatusOK, nil
}

// longestRead is how long a body may take. Omise itself probably waits no longer.
const longestRead = 10 * time.Second

// read reads the body, and stops at a body that is too large or too slow to be
// an event.
func read(w http.ResponseWriter, r *http.Request) ([]byte, int, error) {
	if r.ContentLength > LargestBody {
		return nil, http.StatusRequestEntityTooLarge, ErrTooLarge
	}
	// The error is ignored, because some writers have no deadlines. The server removes
	// the deadline after the body.
	http.NewResponseController(w).SetReadDeadline(time.Now().Add(longestRead))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, LargestBody))
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	switch {
	case tooLarge:
		return nil, http.StatusRequestEntityTooLarge, ErrTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, http.StatusRequestTimeout, ErrSlowBody
	case err != nil:
		return nil, http.StatusBadRequest, err
	}
	return body, http.StatusOK, nil
}

// statusOf returns the status for an error of fetch: the API does not know the event,
// or the API cannot be asked.
func statusOf(err error) int {
	_, impossible := errors.AsType[*omise.ParamError](err)
	switch {
	case impossible, errors.Is(err, omise.ErrCodeNotFound):
		return http.StatusBadRequest
	case errors.Is(err, errBusy):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// call calls the handler. It turns a panic into an error, except
// [http.ErrAbortHandler], which is for net/http.
func (h *handler) call(ctx context.Context, event *omise.Event) (err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			panic(p)
		default:
			err = &panicError{fmt.Sprintf("%T", p), debug.Stack()}
		}
	}()
	return h.handle(ctx, event)
}

// A panicError has the type of the value of a panic. It does not have the value, which
// may hold parts of the event.
type panicError struct {
	kind  string
	stack []byte
}

func (e *panicError) Error() string {
	return "webhook: the handler panicked with a value of type " + e.kind
}

func (h *handler) log(ctx context.Context, event *omise.Event, status int, err error, took time.Duration) {
	logger := h.logger
	if logger == nil {
		logger = slog.Default()
	}
	level, what := slog.LevelInfo, handled
	switch {
	case status >= http.StatusInternalServerError:
		level, what = slog.LevelError, failed
	case status != http.StatusOK:
		level, what = slog.LevelWarn, refused
	}
	attrs := []slog.Attr{
		slog.String("outcome", string(what)),
		slog.Int("status", status),
		slog.Duration("duration", took),
	}
	if event != nil {
		attrs = append(attrs, slog.String("event", event.ID), slog.String("key", redact.Foreign(string(event.Key))))
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	if p, ok := errors.AsType[*panicError](err); ok {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	logger.LogAttrs(ctx, level, "omise webhook", attrs...)
}
