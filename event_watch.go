package omise

import (
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/omisekit/omise-go/internal/backoff"
)

// EventWatchParams say where to begin and how often to ask.
type EventWatchParams struct {
	// From is the earliest creation time; zero means the start of the account. If
	// Checkpoint is set, From has no effect.
	From time.Time

	Checkpoint EventCheckpoint // of the last event that was handled
	Interval   time.Duration   // wait before the next request if there were no new events; 0 means 10 s
}

// An EventCheckpoint is a position in the events of an account, and the events of the
// ten seconds before it that were handled: the API may show an event late. It can be
// stored as JSON. The zero value is the position before all events.
//
// See https://docs.omise.co/events-api.
type EventCheckpoint struct {
	At  time.Time `json:"at"`  // second of the youngest event that was handled, UTC
	IDs []string  `json:"ids"` // events of that second that were handled

	// Earlier has the events that were handled from Since until the second of At, each
	// with its second, UTC. Since is zero if nothing is known about the time before At.
	Since   time.Time            `json:"since,omitzero"`
	Earlier map[string]time.Time `json:"earlier,omitempty"`
}

// After returns the checkpoint after an event. It does not change c.
func (c EventCheckpoint) After(e *Event) EventCheckpoint {
	second := e.CreatedAt.UTC().Truncate(time.Second)
	switch {
	case c.At.IsZero():
		return EventCheckpoint{At: second, IDs: []string{e.ID}}
	case second.Equal(c.At):
		c.IDs = append(slices.Clone(c.IDs), e.ID)
	case second.After(c.At):
		return c.moveTo(second, e.ID)
	case !second.Before(c.since()): // the API showed it late
		c.Earlier = maps.Clone(c.Earlier)
		if c.Earlier == nil {
			c.Earlier = map[string]time.Time{}
		}
		c.Earlier[e.ID] = second
	}
	return c
}

// moveTo returns the checkpoint at the first event of a later second.
func (c EventCheckpoint) moveTo(second time.Time, id string) EventCheckpoint {
	next := EventCheckpoint{At: second, IDs: []string{id}, Since: second.Add(-watchOverlap), Earlier: map[string]time.Time{}}
	if since := c.since(); since.After(next.Since) {
		next.Since = since
	}
	for id, at := range c.Earlier {
		if !at.Before(next.Since) {
			next.Earlier[id] = at
		}
	}
	if !c.At.Before(next.Since) {
		for _, id := range c.IDs {
			next.Earlier[id] = c.At
		}
	}
	return next
}

// since returns the time from which on the checkpoint knows all events that were
// handled.
func (c EventCheckpoint) since() time.Time {
	if c.Since.IsZero() {
		return c.At
	}
	return c.Since
}

const (
	watchInterval         = 10 * time.Second
	shortestWatchInterval = time.Second // after a request that found events

	// The API may show an event after a younger one, so each request starts a little
	// earlier than the last event.
	watchOverlap = 10 * time.Second
)

// watchBackoff is the wait of Watch after errors.
var watchBackoff = backoff.Policy{First: time.Second, Last: time.Minute}

// Watch goes through the events of the account, oldest first, and then waits for new
// events, until the loop or ctx ends. It yields each event once:
//
//	for event, err := range client.Events.Watch(ctx, &omise.EventWatchParams{Checkpoint: checkpoint}) {
//		if err != nil {
//			log.Print(err) // Watch waits and tries again
//			continue
//		}
//		if err := handle(ctx, event); err != nil {
//			return err // Watch again from the checkpoint
//		}
//		checkpoint = checkpoint.After(event)
//	}
//
// Store the checkpoint after the event is handled. A later Watch continues there, also
// between events of the same second, and yields events that the API shows up to ten
// seconds late. If the program stops after the handling and before
// the checkpoint is stored, the event comes again: handle it with webhook.Once.
//
// If a call fails, Watch yields the error with a nil event. If the loop goes on, Watch
// waits up to a minute, or as long as the API asks, and continues where it was. When
// ctx ends, Watch ends without an error. params may be nil.
//
// See https://docs.omise.co/events-api.
func (s *EventsService) Watch(ctx context.Context, params *EventWatchParams, opts ...RequestOption) iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		if ctx == nil {
			yield(nil, eventList.refuse("ctx", "must not be nil"))
			return
		}
		if params == nil {
			params = &EventWatchParams{}
		}
		interval := params.Interval
		if interval <= 0 {
			interval = watchInterval
		}
		w := newEventWatch(params)
		for failures := 0; ctx.Err() == nil; {
			found, more, err := w.poll(ctx, s, opts, yield)
			wait := interval
			switch {
			case !more:
				return
			case err != nil:
				failures++
				wait = waitAfterFailure(failures, err)
			case found: // there may be more by now
				failures = 0
				wait = min(interval, shortestWatchInterval)
			default:
				failures = 0
			}
			if backoff.Sleep(ctx, wait) != nil {
				return
			}
		}
	}
}

// An eventWatch remembers which events were yielded.
type eventWatch struct {
	start time.Time            // no earlier event is asked for
	at    time.Time            // creation time of the youngest event so far
	seen  map[string]time.Time // events that the next request may show again, each with the value of at when it came, or its own later time
}

func newEventWatch(params *EventWatchParams) *eventWatch {
	w := &eventWatch{start: params.From, at: params.From, seen: map[string]time.Time{}}
	if !params.Checkpoint.At.IsZero() {
		w.start, w.at = params.Checkpoint.since(), params.Checkpoint.At
	}
	for _, id := range params.Checkpoint.IDs {
		w.seen[id] = w.at
	}
	for id := range params.Checkpoint.Earlier {
		w.seen[id] = w.at
	}
	return w
}

// poll asks for events and yields the new ones. found says whether there were new
// events, and more whether the loop goes on.
func (w *eventWatch) poll(ctx context.Context, s *EventsService, opts []RequestOption, yield func(*Event, error) bool) (found, more bool, err error) {
	from := w.at.Add(-watchOverlap)
	if from.Before(w.start) {
		from = w.start
	}
	for event, err := range s.All(ctx, &ListParams{From: from, Order: Chronological}, opts...) {
		switch {
		case err != nil && ctx.Err() != nil:
			return found, false, nil
		case err != nil:
			return found, yield(nil, err), err
		case w.knows(event, s.client.config.shared.clock.at(s.client.config.now())):
			continue
		}
		found = true
		if !yield(event, nil) {
			return found, false, nil
		}
	}
	w.forget()
	return found, true, nil
}

// knows reports whether an event came before, and remembers it. now is the time of the
// API, zero if it is not known: after an event with a time in the future, the next
// request still asks for the events from now on.
func (w *eventWatch) knows(e *Event, now time.Time) bool {
	if _, known := w.seen[e.ID]; known {
		return true
	}
	at := e.CreatedAt
	if !now.IsZero() && at.After(now) {
		at = now
	}
	if at.After(w.at) {
		w.at = at
	}
	w.seen[e.ID] = w.at
	if e.CreatedAt.After(w.at) {
		w.seen[e.ID] = e.CreatedAt
	}
	return false
}

// forget drops the events that no later request can show again.
func (w *eventWatch) forget() {
	for id, at := range w.seen {
		if at.Before(w.at.Add(-watchOverlap)) {
			delete(w.seen, id)
		}
	}
}

// waitAfterFailure returns the wait after so many failures in a row.
func waitAfterFailure(failures int, err error) time.Duration {
	wait := watchBackoff.HalfJitter(failures)
	if e, ok := errors.AsType[*Error](err); ok {
		wait = max(wait, e.RetryAfter)
	}
	return wait
}
