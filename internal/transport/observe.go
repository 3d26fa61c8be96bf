package transport

import (
	"context"
	"log/slog"
	"time"
)

// An Attempt has the facts about an attempt that may be logged. It has no field for a
// body, a header, the id of an object or a key.
type Attempt struct {
	Method    string
	Host      string
	Template  string // of the path
	Number    int    // within the call, from 1
	Start     time.Time
	Duration  time.Duration
	Status    int // 0 if there was no answer
	RequestID string
	Outcome   string // empty if it succeeded
}

// An Observer is called after every attempt.
type Observer func(context.Context, Attempt)

func (t *Transport) observe(ctx context.Context, req *Request, number int, start time.Time, resp *Response, failure *Failure) {
	if len(t.Observers) == 0 {
		return
	}
	a := Attempt{Method: req.Method, Host: req.Host.Host, Template: req.Template, Number: number, Start: start, Duration: time.Since(start)}
	if failure != nil {
		a.Outcome, resp = failure.Outcome.String(), failure.Response
	}
	if resp != nil {
		a.Status, a.RequestID = resp.Status, resp.RequestID
	}
	for _, observe := range t.Observers {
		observe(ctx, a)
	}
}

// LogTo returns an observer that logs one line per attempt. A program that does not
// call it is linked without the code for logs.
func LogTo(logger *slog.Logger) Observer {
	return func(ctx context.Context, a Attempt) {
		level, attrs := slog.LevelDebug, []slog.Attr{
			slog.String("method", a.Method),
			slog.String("path", a.Template),
			slog.Int("attempt", a.Number),
			slog.Duration("duration", a.Duration),
		}
		if a.Outcome != "" {
			level = slog.LevelWarn
			attrs = append(attrs, slog.String("outcome", a.Outcome))
		}
		if a.Status != 0 {
			attrs = append(attrs, slog.Int("status", a.Status), slog.String("request_id", a.RequestID))
		}
		logger.LogAttrs(ctx, level, "omise request", attrs...)
	}
}
