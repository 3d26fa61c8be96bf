package omise

import (
	"cmp"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// shared has the facts about an account that a client shares with its copies for the same
// account.
type shared struct {
	keys         usedKeys
	writes       inFlight
	stateChanges recentKeys // writes that have changed the state of an object
	madeIDs      recentKeys // ids of the objects that calls have made
	newest       newestRecords
	clock        serverClock
}

// serverClock is how far the clock of the API is ahead of this machine's.
type serverClock struct{ ahead atomic.Pointer[time.Duration] }

// see records the time in the header of an answer.
func (s *serverClock) see(answer http.Header, now time.Time) {
	at := dateOf(answer)
	if at.IsZero() {
		return
	}
	ahead := at.Sub(now)
	if known := s.ahead.Load(); known == nil || (*known-ahead).Abs() > 2*time.Second {
		s.ahead.Store(&ahead)
	}
}

// at returns the time of the API at a time of this machine, or the zero time if it is
// not known.
func (s *serverClock) at(t time.Time) time.Time {
	if ahead := s.ahead.Load(); ahead != nil {
		return t.Add(*ahead).Round(0).UTC()
	}
	return time.Time{}
}

// An apiTime is the time of one answer by two clocks of the API, which may differ. A
// time is zero if the answer does not have it.
type apiTime struct {
	records time.Time // by the clock that records are made by
	header  time.Time // by the clock of the server in front, in the Date header
}

// timeOf returns the time at which the API wrote a list. to is the end of the window
// that it filled in.
func timeOf(to time.Time, answer http.Header) apiTime {
	date := dateOf(answer)
	return apiTime{cmp.Or(to, date), date}
}

// dateOf returns the time of an answer, or the zero time if it has none. The time of an
// answer from a cache is the time at which the cache got it.
func dateOf(answer http.Header) time.Time {
	date := answer.Get("Date")
	if date == "" || !isCurrent(answer) {
		return time.Time{}
	}
	at, _ := http.ParseTime(date)
	return at
}

// isCurrent reports whether an answer comes from the API, and not from a cache.
func isCurrent(answer http.Header) bool { return answer.Get("Age") == "" }

// toRecordClock returns the time by the clock of the records when a Date header had the
// time t.
func (a apiTime) toRecordClock(t time.Time) time.Time {
	if a.header.IsZero() {
		return t
	}
	return t.Add(a.records.Sub(a.header))
}

// A recentSet remembers the last keys: from most keys to twice as many.
type recentSet struct{ current, previous map[string]bool }

func (s *recentSet) has(key string) bool { return s.current[key] || s.previous[key] }

func (s *recentSet) add(key string, most int) {
	if len(s.current) >= most {
		s.current, s.previous = s.previous, s.current
		clear(s.current)
	}
	if s.current == nil {
		s.current = map[string]bool{}
	}
	s.current[key] = true
}

// recentKeys remembers the last 10,000 to 20,000 keys. It is safe for concurrent use.
type recentKeys struct {
	mu   sync.Mutex
	keys recentSet
}

const mostRecentKeys = 10_000

func (r *recentKeys) add(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys.add(key, mostRecentKeys)
}

func (r *recentKeys) has(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.keys.has(key)
}

// newestRecords remembers, for each list, the newest record that a client has made. A
// list that does not reach to it is out of date.
type newestRecords struct {
	mu      sync.Mutex
	records map[listOfRecords]newestRecord
}

type newestRecord struct {
	id      string
	created time.Time
}

// A listOfRecords is the list of a kind of records of the account or of a sub-merchant.
type listOfRecords struct {
	kind        kind
	subMerchant string
}

func (n *newestRecords) record(k kind, subMerchant, id string, created time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.records == nil {
		n.records = map[listOfRecords]newestRecord{}
	}
	if list := (listOfRecords{k, subMerchant}); !created.Before(n.records[list].created) {
		n.records[list] = newestRecord{id, created}
	}
}

// of returns the newest record of a list.
func (n *newestRecords) of(k kind, subMerchant string) newestRecord {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.records[listOfRecords{k, subMerchant}]
}

// forget drops the newest record if it is the one that was deleted.
func (n *newestRecords) forget(k kind, subMerchant, id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if list := (listOfRecords{k, subMerchant}); n.records[list].id == id {
		delete(n.records, list)
	}
}
