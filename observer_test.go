package omise_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

func TestAnObserverSeesEveryAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := omisetest.NewServer(t)
		id := srv.SeedPaidCharges(1)[0]
		srv.Fault(omisetest.On("GET /charges/{id}").Nth(1).HTML(502), omisetest.On("GET /charges/{id}").Nth(2).DropBefore())
		var seen []omise.Attempt
		began := time.Now()
		_, err := srv.Client(omise.WithObserver(func(ctx context.Context, a omise.Attempt) {
			require.Equal(t, t.Context(), ctx)
			seen = append(seen, a)
		})).Charges.Get(t.Context(), id)
		require.NoError(t, err)
		require.Len(t, seen, 3)
		want := []omise.Attempt{
			{Method: "GET", Host: "api.omise.co", PathTemplate: "/charges/{id}", Number: 1, Status: 502, Outcome: omise.OutcomeUnknown},
			{Method: "GET", Host: "api.omise.co", PathTemplate: "/charges/{id}", Number: 2, Outcome: omise.OutcomeUnknown},
			{Method: "GET", Host: "api.omise.co", PathTemplate: "/charges/{id}", Number: 3, Status: 200},
		}
		for i, a := range seen {
			require.Equal(t, a.Status != 0, a.RequestID != "")
			require.False(t, a.Start.Before(began), "attempts come one after the other")
			began = a.Start.Add(a.Duration)
			a.Start, a.Duration, a.RequestID = time.Time{}, 0, ""
			require.Equal(t, want[i], a)
		}
	})
}

func TestObserversAddUp(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	count := func(name string) omise.Option {
		return omise.WithObserver(func(context.Context, omise.Attempt) { counts[name]++ })
	}
	client := omisetest.NewServer(t).Client(count("a"), omise.WithObserver(nil), count("b"))
	one, other := client.With(count("one")), client.With(count("other"))
	for _, c := range []*omise.Client{client, one, other} {
		_, err := c.Balance.Get(t.Context())
		require.NoError(t, err)
	}
	require.Equal(t, map[string]int{"a": 3, "b": 3, "one": 1, "other": 1}, counts)
}
