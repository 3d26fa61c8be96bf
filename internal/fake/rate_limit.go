package fake

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// A RateLimit is the number of calls that each key may make within any period of a
// given length, in virtual time. The zero value is no limit.
type RateLimit struct {
	Calls int
	Per   time.Duration
}

func (l RateLimit) valid() bool { return l == RateLimit{} || l.Calls > 0 && l.Per > 0 }

func (l RateLimit) String() string { return fmt.Sprintf("%d calls per %v", l.Calls, l.Per) }

// checkRateLimit counts a call and refuses it if its key has made too many calls.
//
// Guess: only the status is official. The period moves with each call, refused calls
// do not count, the limit is checked before everything else, and Retry-After tells when
// the next call will be accepted.
func (s *Server) checkRateLimit(hr *http.Request) *apiError {
	limit := s.options.RateLimit
	if limit.Calls == 0 {
		return nil
	}
	key := hr.Header.Get("Authorization")
	recent := s.recent[key]
	for len(recent) > 0 && !recent[0].After(s.clock.time.Add(-limit.Per)) {
		recent = recent[1:]
	}
	if len(recent) >= limit.Calls {
		s.recent[key] = recent
		s.guess("how rate limits count calls, and that a 429 has a Retry-After")
		err := fail(tooManyRequests, "too many requests")
		wait := recent[0].Add(limit.Per).Sub(s.clock.time)
		err.retryAfter = strconv.Itoa(int((wait + time.Second - 1) / time.Second))
		return err
	}
	s.recent[key] = append(slices.Clip(recent), s.clock.time)
	return nil
}
