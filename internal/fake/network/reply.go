// Package network delivers the replies of the fake to clients, over a connection or in
// memory. It can break a reply as a fault of the network does.
package network

import (
	"net/http"
	"strconv"
	"time"
)

// A Reply is an answer on its way to the client.
type Reply struct {
	Status      int
	ContentType string
	Body        []byte
	RetryAfter  string // header, "" if there is none
	RequestID   string
	Time        time.Time // by the clock of the fake

	Break Break
	Kept  int // bytes of the body that arrive before BodyCut
}

// A Break says how a connection fails.
type Break int

// The breaks.
const (
	Whole     Break = iota // it does not fail
	Reset                  // it is reset, and nothing arrives
	HeaderCut              // it ends within the headers
	BodyCut                // it ends after a part of the body
	Stalled                // the headers arrive, the body never arrives
	Silent                 // nothing arrives
)

func (r *Reply) header(to http.Header, length int) {
	to.Set("Content-Type", r.ContentType)
	to.Set("X-Request-Id", r.RequestID)
	to.Set("Date", r.Time.UTC().Format(http.TimeFormat))
	to.Set("Content-Length", strconv.Itoa(length))
	if r.RetryAfter != "" {
		to.Set("Retry-After", r.RetryAfter)
	}
}

// cut returns the part of the body that arrives, and the length that the header
// promises.
func (r *Reply) cut() (kept []byte, length int) {
	n := min(max(r.Kept, 0), max(len(r.Body)-1, 0))
	return r.Body[:n], max(len(r.Body), n+1)
}
