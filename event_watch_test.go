package omise_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

// eventIDs returns the ids of all events of an account, oldest first.
func eventIDs(t *testing.T, client *omise.Client) (ids []string) {
	t.Helper()
	for event, err := range client.Events.All(t.Context(), nil) {
		require.NoError(t, err)
		ids = append(ids, event.ID)
	}
	return ids
}

func TestWatchYieldsEachEventOnceOldestFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, _ := newServerWithCustomers(t, 130) // two pages
		client := server.Client()
		go func() {
			for i := range 50 {
				time.Sleep(7 * time.Second)
				for range i % 4 { // some events have the same second
					_, err := client.Customers.Create(t.Context(), &omise.CustomerCreateParams{})
					require.NoError(t, err)
				}
				server.Advance(7 * time.Second)
			}
		}()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		var got []string
		for event, err := range client.Events.Watch(ctx, nil) {
			require.NoError(t, err)
			got = append(got, event.ID)
		}
		require.Equal(t, eventIDs(t, client), got)
		require.Greater(t, len(got), 200)
	})
}

// A program may stop at any event, also between two events of one second.
func TestWatchGoesOnFromACheckpoint(t *testing.T) {
	t.Parallel()
	server := omisetest.NewServer(t)
	client := server.Client()
	rng := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		for range rng.IntN(5) {
			require.NoError(t, errorOf(client.Customers.Create(t.Context(), &omise.CustomerCreateParams{})))
		}
		server.Advance(time.Second)
	}
	want := eventIDs(t, client)
	stored, got := []byte("{}"), []string{}
	for len(got) < len(want) {
		var checkpoint omise.EventCheckpoint
		require.NoError(t, json.Unmarshal(stored, &checkpoint))
		patience := rng.IntN(9)
		for event, err := range client.Events.Watch(t.Context(), &omise.EventWatchParams{Checkpoint: checkpoint}) {
			require.NoError(t, err)
			if patience--; patience < 0 {
				break
			}
			got = append(got, event.ID)
			checkpoint = checkpoint.After(event)
			if len(got) == len(want) {
				break
			}
		}
		var err error
		stored, err = json.Marshal(checkpoint)
		require.NoError(t, err)
		require.Less(t, len(stored), 4000)
	}
	require.Equal(t, want, got)
}

func TestWatchBeginsAtFromOrAtTheCheckpoint(t *testing.T) {
	t.Parallel()
	server, _ := newServerWithCustomers(t, 10)
	client := server.Client()
	var all []*omise.Event
	for event, err := range client.Events.All(t.Context(), nil) {
		require.NoError(t, err)
		all = append(all, event)
	}
	for name, row := range map[string]struct {
		params *omise.EventWatchParams
		want   int
	}{
		"from a time":               {&omise.EventWatchParams{From: all[4].CreatedAt}, 4},
		"from a checkpoint":         {&omise.EventWatchParams{Checkpoint: omise.EventCheckpoint{}.After(all[4])}, 5},
		"the checkpoint goes first": {&omise.EventWatchParams{From: all[8].CreatedAt, Checkpoint: omise.EventCheckpoint{}.After(all[1])}, 2},
		"from the start":            {&omise.EventWatchParams{}, 0},
	} {
		for event, err := range client.Events.Watch(t.Context(), row.params) {
			require.NoError(t, err)
			require.Equal(t, all[row.want].ID, event.ID, name)
			break
		}
	}
}

// eventPage returns a page of events, which are given as id and second.
func eventPage(events ...any) string {
	var items []string
	for i := 0; i < len(events); i += 2 {
		items = append(items, fmt.Sprintf(`{"object":"event","id":%q,"key":"charge.create","created_at":"2026-01-01T00:00:%02dZ"}`, events[i], events[i+1]))
	}
	return `{"object":"list","data":[` + strings.Join(items, ",") + `],"offset":0,"total":` + strconv.Itoa(len(items)) + `}`
}

// watchLog returns the requests of a watch, and the events and errors that it yielded, with
// their times. An answer is a page, an error, or the seconds of the Retry-After of a 429.
func watchLog(t *testing.T, params *omise.EventWatchParams, answers ...any) (log []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		note := func(what string) { log = append(log, fmt.Sprintf("%s %s", time.Since(start).Round(time.Second), what)) }
		ctx, cancel := context.WithCancel(t.Context())
		api := &apitest.API{}
		api.Respond = func(r *http.Request) (*http.Response, error) {
			note("from " + r.URL.Query().Get("from"))
			if len(answers) == 0 {
				cancel()
				return nil, ctx.Err()
			}
			answer := answers[0]
			answers = answers[1:]
			switch a := answer.(type) {
			case error:
				return nil, a
			case int:
				resp := apitest.Response(429, tooMany)
				resp.Header.Set("Retry-After", strconv.Itoa(a))
				return resp, nil
			}
			return apitest.Response(200, answer.(string)), nil
		}
		for event, err := range api.Client(t).Events.Watch(ctx, params) {
			if err != nil {
				require.Nil(t, event)
				note("error")
				continue
			}
			note(event.ID)
		}
	})
	return log
}

func TestWatchWaitsWhenNothingIsNew(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		"0s from ", "0s a", "0s b",
		"1s from 2025-12-31T23:59:51Z",
		"11s from 2025-12-31T23:59:51Z", "11s c",
		"12s from 2026-01-01T00:00:20Z",
	}, watchLog(t, nil, eventPage("a", 1, "b", 1), eventPage("a", 1, "b", 1), eventPage("a", 1, "b", 1, "c", 30)))
}

func TestWatchWaitsForItsInterval(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"0s from ", "3s from ", "6s from "}, watchLog(t, &omise.EventWatchParams{Interval: 3 * time.Second}, eventPage(), eventPage()))
}

func TestWatchWithANegativeIntervalWaitsForTheDefault(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"0s from ", "10s from "}, watchLog(t, &omise.EventWatchParams{Interval: -1}, eventPage()))
}

// The API may show an event later than a younger event.
func TestWatchYieldsEventsThatAppearLate(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		"0s from ", "0s a", "0s c",
		"1s from 2025-12-31T23:59:55Z", "1s late",
		"2s from 2025-12-31T23:59:55Z",
		"12s from 2025-12-31T23:59:55Z",
	}, watchLog(t, nil, eventPage("a", 1, "c", 5), eventPage("a", 1, "late", 3, "c", 5), eventPage("a", 1, "late", 3, "c", 5)))
}

// A server whose clock is a day ahead has made one event.
func TestWatchYieldsTheEventsAfterOneOfTheFuture(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		events := must1(fake.Events.List(fake.ctx(), &omise.ListParams{Order: omise.ReverseChronological}))
		last := events.Data[0]
		client := fake.through(rewrites("GET", "/events", func(body string) string {
			page := apitest.ParseJSON([]byte(body))
			for _, event := range page["data"].([]any) {
				if event := event.(map[string]any); event["id"] == last.ID {
					event["created_at"] = last.CreatedAt.Add(day)
				}
			}
			return string(must1(json.Marshal(page)))
		}))
		ctx, cancel := context.WithTimeout(fake.ctx(), 5*time.Minute)
		defer cancel()
		var seen []string
		for event, err := range client.Events.Watch(ctx, nil) {
			require.NoError(t, err)
			seen = append(seen, event.ID)
			if event.ID == last.ID {
				fake.srv.Advance(2 * time.Second)
				fake.mustCharge(p)
			}
		}
		all := must1(fake.Events.List(fake.ctx(), &omise.ListParams{Limit: omise.LargestPage}))
		require.Len(t, seen, all.Total)
	})
}

// A program stores its checkpoint and stops. Then an event appears that is older than the
// checkpoint.
func TestWatchYieldsEventsThatAppearLateAfterARestart(t *testing.T) {
	t.Parallel()
	checkpoint := restored(t, omise.EventCheckpoint{}.After(eventAt("a", 1)).After(eventAt("b", 20)).After(eventAt("c", 24)))
	require.Equal(t, []string{
		"0s from 2026-01-01T00:00:14Z", "0s late",
		"1s from 2026-01-01T00:00:14Z",
	}, watchLog(t, &omise.EventWatchParams{Checkpoint: checkpoint}, eventPage("late", 15, "b", 20, "c", 24)))
}

func TestWatchYieldsALateEventOnceAfterARestart(t *testing.T) {
	t.Parallel()
	checkpoint := restored(t, omise.EventCheckpoint{}.After(eventAt("a", 1)).After(eventAt("b", 20)).After(eventAt("c", 24))).After(eventAt("late", 15))
	require.Equal(t, []string{
		"0s from 2026-01-01T00:00:14Z",
		"10s from 2026-01-01T00:00:14Z",
	}, watchLog(t, &omise.EventWatchParams{Checkpoint: checkpoint}, eventPage("late", 15, "b", 20, "c", 24)))
}

// A checkpoint of an older release has no events from before its second, so Watch must not
// yield those events again.
func TestWatchGoesOnFromACheckpointOfAnOlderRelease(t *testing.T) {
	t.Parallel()
	var old omise.EventCheckpoint
	require.NoError(t, json.Unmarshal([]byte(`{"at":"2026-01-01T00:00:20Z","ids":["b"]}`), &old))
	require.Equal(t, []string{
		"0s from 2026-01-01T00:00:20Z", "0s c",
		"1s from 2026-01-01T00:00:20Z",
	}, watchLog(t, &omise.EventWatchParams{Checkpoint: old}, eventPage("b", 20, "c", 20)))
}

func TestWatchBacksOffAfterErrors(t *testing.T) {
	t.Parallel()
	log := watchLog(t, nil, errReset, errReset, errReset, errReset, errReset, errReset, errReset, errReset, errReset, errReset, 45, eventPage("a", 1), errReset)
	var waits []time.Duration
	var last time.Duration
	for _, line := range log {
		at, what, _ := strings.Cut(line, " ")
		moment, err := time.ParseDuration(at)
		require.NoError(t, err)
		if strings.HasPrefix(what, "from") {
			waits, last = append(waits, moment-last), moment
		}
	}
	waits = waits[1:]
	for i, ceiling := range []int{1, 2, 4, 8, 16, 32, 60, 60, 60, 60} {
		require.LessOrEqual(t, waits[i], time.Duration(ceiling+1)*time.Second, log)
		require.GreaterOrEqual(t, waits[i], time.Duration(ceiling)*time.Second/2-time.Second, log)
	}
	require.GreaterOrEqual(t, waits[10], 45*time.Second, "the API says when to come back")
	require.LessOrEqual(t, waits[12], 2*time.Second, "after a success the wait is short again")
	require.Equal(t, 12, strings.Count(strings.Join(log, "\n"), "error"))
	require.Equal(t, 1, strings.Count(strings.Join(log, "\n"), "s a"))
}

// After an error on the second page, no event is lost and no event comes twice.
func TestWatchGoesOnAfterABrokenPage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, _ := newServerWithCustomers(t, 250)
		want := eventIDs(t, server.Client())
		inner, calls := server.HTTPClient(), 0
		client := server.Client(omise.WithMaxRetries(0), (&apitest.API{Respond: func(r *http.Request) (*http.Response, error) {
			if calls++; calls%2 == 0 {
				return nil, errReset
			}
			return inner.Transport.RoundTrip(r)
		}}).Option())
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		var got []string
		failures := 0
		for event, err := range client.Events.Watch(ctx, nil) {
			if err != nil {
				failures++
				continue
			}
			if got = append(got, event.ID); len(got) == len(want) {
				break
			}
		}
		require.Equal(t, want, got)
		require.NotZero(t, failures)
	})
}

func TestWatchEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]*apitest.API{
		"while it waits":     apitest.Respond(200, eventPage()),
		"while it asks":      apitest.Hang(),
		"while it backs off": apitest.Fail(errReset),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				for _, err := range answer.Client(t).Events.Watch(within(t, 5*time.Second), nil) {
					require.NotErrorIs(t, err, context.DeadlineExceeded)
				}
				require.Equal(t, 5*time.Second, time.Since(start))
			})
		})
	}
}

func TestWatchYieldsNothingAfterTheEndOfItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range apitest.Respond(200, eventPage("a", 1)).Client(t).Events.Watch(ctx, nil) {
		t.Error("it yielded after the end")
	}
}

func TestWatchRefusesANilContext(t *testing.T) {
	t.Parallel()
	yields := 0
	for _, err := range apitest.Respond(200, eventPage("a", 1)).Client(t).Events.Watch(nil, nil) {
		yields++
		require.Equal(t, "ctx", refusal(t, err).Field)
	}
	require.Equal(t, 1, yields)
}

func TestWatchDoesNotWriteToItsParams(t *testing.T) {
	t.Parallel()
	params := &omise.EventWatchParams{Checkpoint: omise.EventCheckpoint{At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), IDs: make([]string, 1, 8)}}
	before := *params
	ids := slices.Clone(params.Checkpoint.IDs)
	for _, err := range apitest.Fail(errors.New("away")).Client(t).Events.Watch(t.Context(), params) {
		require.Error(t, err)
		break
	}
	require.Equal(t, before, *params)
	require.Equal(t, ids, params.Checkpoint.IDs)
}
