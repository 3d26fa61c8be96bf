package fake

import (
	"net/http"
	"reflect"
	"time"
)

// replayWindow is how long an Idempotency-Key is remembered.
const replayWindow = 24 * time.Hour

// A replay is the stored answer to a call with an Idempotency-Key.
type replay struct {
	params  params
	answer  any
	err     *apiError
	expires time.Time
}

// once runs the handler, or repeats the answer to a call with the same key.
//
// Guess: a key that comes back with other parameters is refused with 422, and
// errors are repeated like other answers.
func (s *Server) once(rt route, r *request) (any, *apiError) {
	if !s.options.HonourKeys || r.idempotencyKey == "" {
		return rt.handle(r)
	}
	old, ok := s.replays[r.idempotencyKey]
	switch {
	case !ok || !s.clock.time.Before(old.expires):
		answer, err := rt.handle(r)
		s.replays[r.idempotencyKey] = replay{r.params, answer, err, s.clock.time.Add(replayWindow)}
		return answer, err
	case !reflect.DeepEqual(old.params, r.params):
		s.guess("a key that comes back with other parameters is refused with 422")
		return nil, &apiError{status: http.StatusUnprocessableEntity, code: badRequest,
			message: "idempotency key was used with other parameters"}
	}
	return old.answer, old.err
}

// idempotencyKey returns the name under which the answer to a call is
// remembered; reading and deleting need none.
func idempotencyKey(hr *http.Request) string {
	key := hr.Header.Get("Idempotency-Key")
	if key == "" || hr.Method != http.MethodPost && hr.Method != http.MethodPatch {
		return ""
	}
	return hr.Method + " " + hr.URL.Path + " " + key
}
