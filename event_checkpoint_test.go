package omise_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
)

// eventAt returns an event at a second of a day in January 2026.
func eventAt(id string, second int) *omise.Event {
	return &omise.Event{ID: id, CreatedAt: time.Date(2026, 1, 1, 0, 0, second, 0, time.UTC)}
}

func TestACheckpointIsInWholeSecondsAndUTC(t *testing.T) {
	t.Parallel()
	event := &omise.Event{ID: "a", CreatedAt: time.Date(2026, 1, 1, 7, 0, 1, 5, bangkok)}
	require.Equal(t, omise.EventCheckpoint{At: time.Date(2026, 1, 1, 0, 0, 1, 0, time.UTC), IDs: []string{"a"}}, omise.EventCheckpoint{}.After(event))
}

func TestACheckpointIsAValue(t *testing.T) {
	t.Parallel()
	start := omise.EventCheckpoint{}.After(eventAt("a", 1))
	b, c := start.After(eventAt("b", 1)), start.After(eventAt("c", 1))
	require.Equal(t, []string{"a"}, start.IDs)
	require.Equal(t, []string{"a", "b"}, b.IDs)
	require.Equal(t, []string{"a", "c"}, c.IDs)
}

func TestACheckpointForgetsTheEventsBeforeItsSecond(t *testing.T) {
	t.Parallel()
	checkpoint := omise.EventCheckpoint{}.After(eventAt("a", 1)).After(eventAt("b", 1))
	require.Equal(t, []string{"d"}, checkpoint.After(eventAt("d", 2)).IDs)
}

func TestACheckpointDoesNotGoBack(t *testing.T) {
	t.Parallel()
	checkpoint := omise.EventCheckpoint{}.After(eventAt("a", 1)).After(eventAt("b", 1))
	require.Equal(t, checkpoint, checkpoint.After(eventAt("late", 0)))
}

func TestAStoredCheckpointHasNoOldEvents(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(omise.EventCheckpoint{}.After(eventAt("a", 1)).After(eventAt("b", 20)))
	require.NoError(t, err)
	require.NotContains(t, string(text), `"a"`)
}

// restored writes a checkpoint as JSON and reads it again, as a program does that restarts.
func restored(t *testing.T, checkpoint omise.EventCheckpoint) (again omise.EventCheckpoint) {
	t.Helper()
	text, err := json.Marshal(checkpoint)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &again))
	return again
}
