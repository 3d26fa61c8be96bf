package transport

import (
	"context"
	"log/slog"
	"time"
)

// A Log is told of every attempt. It is a func so that who wants no log is not
// linked with one.
type Log func(ctx context.Context, req *Request, attempt int, took time.Duration, resp *Response, failure *Failure)

// LogTo writes one line per attempt. It names what may be printed; there is no
// way for a body, a header or a key to get in.
func LogTo(logger *slog.Logger) Log {
	return func(ctx context.Context, req *Request, attempt int, took time.Duration, resp *Response, failure *Failure) {
		level, attrs := slog.LevelDebug, []slog.Attr{
			slog.String("method", req.Method),
			slog.String("path", req.Template),
			slog.Int("attempt", attempt),
			slog.Duration("duration", took),
		}
		if failure != nil {
			level, resp = slog.LevelWarn, failure.Response
			attrs = append(attrs, slog.String("outcome", failure.Outcome.String()))
		}
		if resp != nil {
			attrs = append(attrs, slog.Int("status", resp.Status), slog.String("request_id", resp.RequestID))
		}
		logger.LogAttrs(ctx, level, "omise request", attrs...)
	}
}
