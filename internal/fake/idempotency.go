package fake

import (
	"net/http"
	"reflect"
	"time"

	"github.com/omisekit/omise-go/internal/fake/params"
)

// replayWindow is the time for which an Idempotency-Key is remembered.
const replayWindow = 24 * time.Hour

// A replay is the stored answer to a call with an Idempotency-Key.
type replay struct {
	params  params.Map
	running *request // the call, as long as it has no answer
	answer  any
	err     *apiError
	expires time.Time
}

// handleOnce runs the handler, or repeats the answer to a call with the same key.
//
// Guess: a repeated key with other parameters is refused with 422, a repeated key whose
// first call still runs is refused with 409, and errors are repeated like other answers.
func (s *Server) handleOnce(rt route, r *request) (any, *apiError) {
	if !s.honours(r) {
		return rt.handle(r)
	}
	old, ok := s.remembered(r)
	switch {
	case !ok || old.running == r:
		answer, err := rt.handle(r)
		s.replays[r.idempotencyKey] = replay{params: r.params, answer: answer, err: err, expires: s.clock.time.Add(replayWindow)}
		return answer, err
	case !reflect.DeepEqual(old.params, r.params):
		s.guess("a repeated key with other parameters is refused with 422")
		return nil, &apiError{status: http.StatusUnprocessableEntity, code: badRequest,
			message: "idempotency key was used with other parameters"}
	case old.running != nil:
		s.guess("a repeated key whose first call still runs is refused with 409")
		return nil, &apiError{status: http.StatusConflict, code: badRequest,
			message: "the first request with this idempotency key is still running"}
	}
	return old.answer, old.err
}

func (s *Server) honours(r *request) bool { return s.options.HonourKeys && r.idempotencyKey != "" }

func (s *Server) remembered(r *request) (replay, bool) {
	old, ok := s.replays[r.idempotencyKey]
	return old, ok && s.clock.time.Before(old.expires)
}

// begin reserves the key of a call that takes some time. end releases the key if the
// call has left no answer to repeat.
func (s *Server) begin(r *request) {
	if _, ok := s.remembered(r); s.honours(r) && !ok {
		s.replays[r.idempotencyKey] = replay{params: r.params, running: r, expires: s.clock.time.Add(replayWindow)}
	}
}

func (s *Server) end(r *request) {
	if s.replays[r.idempotencyKey].running == r {
		delete(s.replays, r.idempotencyKey)
	}
}

// idempotencyKey returns the key under which the answer to a call is stored. It is empty
// for reads and deletes, which need no key.
func idempotencyKey(hr *http.Request) string {
	key := hr.Header.Get("Idempotency-Key")
	if key == "" || hr.Method != http.MethodPost && hr.Method != http.MethodPatch {
		return ""
	}
	return hr.Method + " " + hr.URL.Path + " " + key
}
