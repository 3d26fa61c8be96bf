package webhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/omisekit/omise-go"
)

// A Func handles an event. nil says that it is done; any other answer, that it
// is not and should come again.
type Func func(ctx context.Context, event *omise.Event) error

// NewHandler returns a handler that verifies what is posted to it, reads the
// event and hands it to handle. secrets are as the dashboard shows them; during
// a rotation both the new and the old one.
//
//	200  handle returned nil
//	400  the signature, the timestamp or the event is not good
//	405  not a POST
//	413  the body is larger than [LargestBody]
//	500  handle returned an error or panicked, or the handler has no good secret
//
// No answer has anything of the request in it. The context of handle ends with
// the request, and Omise is thought to wait no longer than 10 seconds: put away
// what takes longer.
//
// See https://docs.omise.co/api-webhooks.
func NewHandler(secrets []string, handle Func, opts ...Option) http.Handler {
	h := &handler{handle: handle}
	h.keys, h.broken = decodeSecrets(secrets)
	for _, opt := range opts {
		if opt != nil {
			opt(h)
		}
	}
	switch {
	case handle == nil:
		h.broken = errors.New("webhook: there is no function to handle events")
	case h.fetch != nil && errors.Is(h.broken, ErrNoSecret):
		h.broken = nil
	}
	return h
}

type handler struct {
	keys     [][]byte
	verifier Verifier // its tolerance and its clock
	fetch    func(context.Context, string) (*omise.Event, error)
	handle   Func
	logger   *slog.Logger
	broken   error // why nothing can be verified
}

// An outcome is what became of a request, as it is logged.
type outcome string

const (
	handled outcome = "handled"
	refused outcome = "refused" // not from Omise, or no event
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

// serve does the work. It returns the event once it is to be trusted.
func (h *handler) serve(w http.ResponseWriter, r *http.Request) (*omise.Event, int, error) {
	if h.broken != nil {
		return nil, http.StatusInternalServerError, h.broken
	}
	if r.Method != http.MethodPost {
		return nil, http.StatusMethodNotAllowed, errors.New("webhook: not a POST")
	}
	body, status, err := read(w, r)
	if err != nil {
		return nil, status, err
	}
	if len(h.keys) > 0 {
		if err := h.verifier.verify(h.keys, r.Header, body); err != nil {
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

// read reads the body, and stops at one that is no event's.
func read(w http.ResponseWriter, r *http.Request) ([]byte, int, error) {
	if r.ContentLength > LargestBody {
		return nil, http.StatusRequestEntityTooLarge, ErrTooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, LargestBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, http.StatusRequestEntityTooLarge, ErrTooLarge
	}
	return body, http.StatusBadRequest, err
}

// statusOf tells an event that the API does not know from an API that cannot be
// asked.
func statusOf(err error) int {
	if _, impossible := errors.AsType[*omise.ParamError](err); impossible || errors.Is(err, omise.ErrCodeNotFound) {
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

// call hands the event on and makes an error of a panic, except for the one
// that net/http asks for.
func (h *handler) call(ctx context.Context, event *omise.Event) (err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			panic(p)
		default:
			err = &panicError{p, debug.Stack()}
		}
	}()
	return h.handle(ctx, event)
}

type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("webhook: the handler panicked: %v", e.value) }

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
		attrs = append(attrs, slog.String("event", event.ID), slog.String("key", string(event.Key)))
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	if p, ok := errors.AsType[*panicError](err); ok {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	logger.LogAttrs(ctx, level, "omise webhook", attrs...)
}
