package fake

import (
	"container/heap"
	"errors"
	"slices"
	"strings"
	"time"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// A clock is virtual time. It stands still until it is advanced. Then each timer that
// falls due runs at its own time.
type clock struct {
	time   time.Time
	timers timerHeap
	count  int
}

type timer struct {
	due   time.Time
	order int // timers that are due at the same time run in the order in which they were set
	task  task
}

// A task is the work of a timer. It is data and not a function, so that a copy of the
// world gets a copy of the task.
type task interface {
	run()
	copied(*copier) task
}

// A taskOn is a task about one record.
type taskOn[T any, P copyable[T]] struct {
	home  *Server
	about P
	do    func(*Server, P)
}

// at sets a timer that calls do with a record. The function do must depend on its
// arguments only, because copies of the world share it.
func at[T any, P copyable[T]](s *Server, due time.Time, about P, do func(*Server, P)) {
	s.clock.at(due, taskOn[T, P]{s, about, do})
}

func (e taskOn[T, P]) run() { e.do(e.home, e.about) }

func (e taskOn[T, P]) copied(m *copier) task {
	return taskOn[T, P]{m.server(e.home), copyOf(m, e.about), e.do}
}

func newClock(start time.Time) *clock {
	return &clock{time: start.UTC()}
}

// now returns the time in whole seconds, as objects show it.
func (c *clock) now() time.Time {
	return c.time.Truncate(time.Second)
}

func (c *clock) at(due time.Time, e task) {
	c.count++
	heap.Push(&c.timers, timer{due: due, order: c.count, task: e})
}

// advance moves time forward by d. A timer may set further timers. They run as well if
// they are due before the end. If d is negative, time does not move.
//
// After each timer it stops if halt returns true. It returns the part of d that is left.
func (c *clock) advance(d time.Duration, halt func() bool) (left time.Duration) {
	end := c.time.Add(max(d, 0))
	for len(c.timers) > 0 && !c.timers[0].due.After(end) {
		next := heap.Pop(&c.timers).(timer)
		if next.due.After(c.time) {
			c.time = next.due
		}
		next.task.run()
		if halt() {
			return end.Sub(c.time)
		}
	}
	c.time = end
	return 0
}

func (c *clock) copied(m *copier) *clock {
	copied := &clock{time: c.time, timers: slices.Clone(c.timers), count: c.count}
	for i := range copied.timers {
		copied.timers[i].task = c.timers[i].task.copied(m)
	}
	return copied
}

// timerHeap implements heap.Interface.
type timerHeap []timer

func (h timerHeap) Len() int { return len(h) }

func (h timerHeap) Less(i, j int) bool {
	if h[i].due.Equal(h[j].due) {
		return h[i].order < h[j].order
	}
	return h[i].due.Before(h[j].due)
}

func (h timerHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

func (h *timerHeap) Push(x any) { *h = append(*h, x.(timer)) }

func (h *timerHeap) Pop() any {
	last := len(*h) - 1
	t := (*h)[last]
	*h = (*h)[:last]
	return t
}

// midnight returns the first moment of the day (UTC) of t.
func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// nextWorkingDay returns the given hour (UTC) of the first working day after t.
func nextWorkingDay(t time.Time, hour int) time.Time {
	day := time.Date(t.Year(), t.Month(), t.Day()+1, hour, 0, 0, 0, time.UTC)
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

// longestDuration is the longest time that one call can advance.
const longestDuration = 10 * 366 * 24 * time.Hour

// ReadDuration reads a duration such as 36h or 7d.
func ReadDuration(text string) (time.Duration, error) {
	unit := time.Duration(1)
	if days, ok := strings.CutSuffix(text, "d"); ok && strings.Trim(days, "0123456789") == "" {
		text, unit = days+"h", 24
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d > longestDuration/unit {
		return 0, errors.New(`must be a time such as "36h" or "7d", at most ten years`)
	}
	return d * unit, nil
}
