package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/redact"
	"github.com/omisekit/omise-go/webhook"
)

// The wait between two posts of one event doubles each time.
const (
	firstWait = 500 * time.Millisecond
	lastWait  = 30 * time.Second
)

// answerWindow is the time that a receiver has to answer. It is the same as at Omise.
const answerWindow = 10 * time.Second

var poster = &http.Client{
	Timeout:       answerWindow,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// A listener posts the events of an account, oldest first.
type listener struct {
	*config
	client         *omise.Client
	state          *state
	stdout, stderr io.Writer
}

// begin sets the checkpoint of the first event. Without a file and without -from, it is
// after all existing events, so that old events are not posted.
func (l *listener) begin(ctx context.Context) error {
	switch {
	case !l.from.IsZero():
		l.state.Checkpoint = &omise.EventCheckpoint{At: l.from.UTC()}
	case l.state.Checkpoint != nil:
		return nil
	default:
		newest, err := newestEvents(ctx, l.client)
		if err != nil {
			return fmt.Errorf("the events cannot be read: %w", err)
		}
		l.state.Checkpoint = &newest
	}
	return l.state.save()
}

// newestEvents returns the checkpoint after all existing events.
func newestEvents(ctx context.Context, client *omise.Client) (omise.EventCheckpoint, error) {
	var place omise.EventCheckpoint
	for event, err := range client.Events.All(ctx, &omise.ListParams{Order: omise.ReverseChronological}) {
		if err != nil {
			return place, err
		}
		if event.CreatedAt.Before(place.At) {
			break
		}
		place = place.After(event)
	}
	return place, nil
}

// listen posts events until ctx is done or the file cannot be written. It writes the
// checkpoint after the receiver has accepted an event. If the process ends during a post,
// the event is posted again.
func (l *listener) listen(ctx context.Context) error {
	params := &omise.EventWatchParams{Checkpoint: *l.state.Checkpoint, Interval: l.interval}
	for event, err := range l.client.Events.Watch(ctx, params) {
		if err != nil {
			fmt.Fprintln(l.stderr, "omise-listen: the events cannot be read, next try soon:", err)
			continue
		}
		if l.wants(event.Key) && !l.deliver(ctx, event) {
			return nil // ctx is done
		}
		place := l.state.Checkpoint.After(event)
		l.state.Checkpoint = &place
		if err := l.state.save(); err != nil {
			return err
		}
	}
	return nil
}

// deliver posts an event until the receiver accepts it or has refused it -attempts times.
// It reports whether the next event can follow. It reports false only if ctx is done.
func (l *listener) deliver(ctx context.Context, event *omise.Event) bool {
	wait := firstWait
	for attempt := 1; ; attempt++ {
		answer, err := l.post(ctx, event)
		if ctx.Err() != nil {
			return false
		}
		note := ""
		switch {
		case err == nil:
		case attempt == l.attempts:
			note = fmt.Sprintf(", given up (-replay %s posts it again)", event.ID)
		default:
			note = fmt.Sprintf(", again in %s", wait)
		}
		l.print(event, answer+note)
		if err == nil || attempt == l.attempts {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(wait):
		}
		wait = min(2*wait, lastWait)
	}
}

// replayOne posts the event of -replay once. It does not change the file.
func (l *listener) replayOne(ctx context.Context) error {
	event, err := l.client.Events.Get(ctx, l.replay)
	if err != nil {
		return fmt.Errorf("-replay: %w", err)
	}
	answer, err := l.post(ctx, event)
	l.print(event, answer)
	return err
}

// post posts an event once. The answer is text for people. The error is nil if the
// receiver accepted the event.
func (l *listener) post(ctx context.Context, event *omise.Event) (answer string, err error) {
	body, err := json.Marshal(event)
	if err != nil {
		return err.Error(), err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, l.to, bytes.NewReader(body))
	if err != nil {
		return err.Error(), err
	}
	request.Header = webhook.Sign(body, l.state.Secret, time.Now())
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	began := time.Now()
	response, err := poster.Do(request)
	if err != nil {
		err = errors.Unwrap(err) // without the URL, which the user knows
		return err.Error(), err
	}
	defer response.Body.Close()
	answer = fmt.Sprintf("%d %s %s", response.StatusCode, http.StatusText(response.StatusCode), time.Since(began).Round(time.Millisecond))
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return answer, fmt.Errorf("%s was refused: %s", event.ID, answer)
	}
	return answer, nil
}

// print writes the line of a post.
func (l *listener) print(event *omise.Event, answer string) {
	var object struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(event.Data, &object) != nil || object.ID == "" {
		object.ID = "-"
	}
	fmt.Fprintf(l.stdout, "%s  %-22s %-30s %s\n", event.CreatedAt.Format(time.RFC3339), redact.Foreign(string(event.Key)), redact.Foreign(object.ID), answer)
}
