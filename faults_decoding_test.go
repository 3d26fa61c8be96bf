package omise_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/internal/wire"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/webhook"
)

// The tests of this file are about webhooks and about odd answers.

func TestFault67BodyThatIsNoEvent(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"null", "{}", "[]", "7", `""`, `{"data":null}`, `{"object":"event"}`, strings.Repeat("[", 10_000)} {
		t.Run(body[:min(len(body), 20)], func(t *testing.T) {
			t.Parallel()
			status, events := delivered(t, body)
			require.Equal(t, 400, status)
			require.Empty(t, events)
		})
	}
}

func TestFault67EventWithoutData(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]any{"null": nil, "{}": &omise.UnknownObject{Raw: json.RawMessage("{}")}} {
		status, events := delivered(t, eventText(data))
		require.Equal(t, 200, status)
		require.Equal(t, want, events[0].Object())
	}
}

func TestFault68UnknownObjectInAnEvent(t *testing.T) {
	t.Parallel()
	const data = `{"object":"spaceship","id":"spsh_1","amount":5}`
	status, events := delivered(t, eventText(data))
	require.Equal(t, 200, status)
	require.Equal(t, &omise.UnknownObject{Object: "spaceship", ID: "spsh_1", Raw: json.RawMessage(data)}, events[0].Object())
}

func TestFault69SignatureIsVerified(t *testing.T) {
	t.Parallel()
	body := []byte(eventText("null"))
	header := webhook.Sign(body, signingKey, time.Now())
	for name, row := range map[string]struct {
		header http.Header
		body   []byte
		key    string
		want   error
	}{
		"right":          {header, body, signingKey, nil},
		"another body":   {header, append(slices.Clone(body), ' '), signingKey, webhook.ErrBadSignature},
		"another secret": {header, body, otherSigningKey, webhook.ErrBadSignature},
		"no signature":   {nil, body, signingKey, webhook.ErrNoSignature},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ErrorIs(t, webhook.Verify(row.header, row.body, row.key), row.want)
		})
	}
}

func TestFault69RotationOfTheSigningSecret(t *testing.T) {
	t.Parallel()
	body, now := []byte(eventText("null")), time.Now()
	header := webhook.Sign(body, signingKey, now)
	t.Run("the handler has both secrets", func(t *testing.T) {
		t.Parallel()
		require.NoError(t, webhook.Verify(header, body, otherSigningKey, signingKey))
	})
	t.Run("the webhook has both signatures", func(t *testing.T) {
		t.Parallel()
		both := header.Clone()
		both.Set(webhook.SignatureHeader, webhook.Sign(body, otherSigningKey, now).Get(webhook.SignatureHeader)+","+header.Get(webhook.SignatureHeader))
		require.NoError(t, webhook.Verify(both, body, signingKey))
	})
}

func TestFault70StaleTimestamp(t *testing.T) {
	t.Parallel()
	body := []byte(eventText("null"))
	for age, want := range map[time.Duration]error{
		0: nil, 4 * time.Minute: nil, -4 * time.Minute: nil, 6 * time.Minute: webhook.ErrStale, -6 * time.Minute: webhook.ErrStale,
	} {
		header := webhook.Sign(body, signingKey, time.Now().Add(-age))
		require.ErrorIs(t, webhook.Verify(header, body, signingKey), want, age)
	}
}

// The test is not parallel, because it measures the memory that the whole process allocates.
func TestFault71HugeWebhook(t *testing.T) {
	h := webhook.NewHandler([]string{signingKey}, func(context.Context, *omise.Event) error { return nil }, webhook.WithLogger(slog.New(slog.DiscardHandler)))
	for _, length := range []int64{-1, 1 << 30} {
		r := httptest.NewRequest("POST", "/", io.LimitReader(endlessBody{}, 1<<30))
		r.ContentLength, r.Header = length, webhook.Sign(nil, signingKey, time.Now())
		w := httptest.NewRecorder()
		allocated := allocates(func() { h.ServeHTTP(w, r) })
		require.Equal(t, http.StatusRequestEntityTooLarge, w.Code)
		t.Logf("%.1f MiB allocated", float64(allocated)/(1<<20))
		require.Less(t, allocated, uint64(16<<20))
	}
}

func TestFault72DuplicatedAndLateWebhooks(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t)
	handled := map[string]int{}
	handle := webhook.Once(webhook.NewMemoryStore(100))(func(_ context.Context, e *omise.Event) error { handled[e.ID]++; return nil })
	handler := webhook.NewHandler([]string{srv.WebhookSecret()}, handle, webhook.WithLogger(slog.New(slog.DiscardHandler)))
	srv.Webhooks(handler, omisetest.Duplicated(1), omisetest.Shuffled())
	srv.SeedPaidCharges(5)
	srv.Advance(time.Hour)
	require.Greater(t, len(srv.Deliveries()), len(handled))
	require.GreaterOrEqual(t, len(handled), 5)
	for id, times := range handled {
		require.Equal(t, 1, times, id)
	}
}

func TestFault72ForgedWebhook(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t)
	srv.SeedPaidCharges(1)
	client := srv.Client()
	events, err := client.Events.List(t.Context(), nil)
	require.NoError(t, err)
	var got *omise.Event
	handler := webhook.NewHandler(nil, func(_ context.Context, e *omise.Event) error { got = e; return nil },
		webhook.VerifyByFetch(client), webhook.WithLogger(slog.New(slog.DiscardHandler)))
	forged := `{"object":"event","id":"` + events.Data[0].ID + `","key":"charge.complete","data":{"object":"charge","id":"chrg_1","amount":1,"currency":"THB"}}`
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest("POST", "/", strings.NewReader(forged)))
	require.Equal(t, 200, w.Code)
	require.NotContains(t, string(got.Data), "chrg_1")
}

func TestFault73NullInEveryField(t *testing.T) {
	t.Parallel()
	for _, model := range apitest.Models {
		object := map[string]any{}
		for attribute, field := range apitest.FieldsOf(model) {
			if field.Tag.Get("wire") != "strict" {
				object[attribute] = nil
			}
		}
		requireDecodes(t, model, object)
	}
}

func TestFault73NullIsNotZero(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]*int64{"null": nil, "0": new(int64)} {
		charge, err := apitest.Respond(200, apitest.ObjectJSON(t, "charge", "captured_amount", value)).Client(t).Charges.Get(t.Context(), chargeID)
		require.NoError(t, err)
		require.Equal(t, want, charge.CapturedAmount)
	}
}

func TestFault74ExpandedOrNot(t *testing.T) {
	t.Parallel()
	references := 0
	for name, model := range apitest.Models {
		for attribute, field := range apitest.FieldsOf(model) {
			if !strings.HasPrefix(field.Type.Name(), "Expandable[") {
				continue
			}
			references++
			for _, value := range []any{"some_test_1", map[string]any{"object": "some", "id": "some_test_1"}} {
				v := requireDecodes(t, model, map[string]any{attribute: value})
				require.Equal(t, "some_test_1", v.FieldByIndex(field.Index).FieldByName("ID").String(), "%s.%s", name, attribute)
			}
		}
	}
	require.Greater(t, references, 10)
}

func TestFault75OddValueOfEachAttribute(t *testing.T) {
	t.Parallel()
	for attribute, field := range apitest.FieldsOf(apitest.Models["charge"]) {
		if field.Tag.Get("wire") == "strict" {
			continue
		}
		for _, odd := range []string{`[1]`, `{"a":[]}`, `"odd"`, `1.5`, `true`} {
			object := apitest.Object("charge")
			object[attribute] = json.RawMessage(odd)
			text, err := json.Marshal(object)
			require.NoError(t, err)
			charge, err := apitest.Respond(200, string(text)).Client(t).Charges.Create(t.Context(), newCharge())
			require.NoError(t, err, "%s %s", attribute, odd)
			require.EqualValues(t, 100_000, charge.Amount)
			require.True(t, charge.Paid)
		}
	}
}

func TestFault76MetadataOfACharge(t *testing.T) {
	t.Parallel()
	charge, err := apitest.Respond(200, apitest.ObjectJSON(t, "charge", "metadata", `{"n":9007199254740993}`)).Client(t).Charges.Get(t.Context(), chargeID)
	require.NoError(t, err)
	require.Equal(t, json.Number("9007199254740993"), charge.Metadata["n"])
}

func TestFault77EmptyDate(t *testing.T) {
	t.Parallel()
	dates := 0
	for name, model := range apitest.Models {
		for attribute, field := range apitest.FieldsOf(model) {
			kind := field.Type
			if kind.Kind() == reflect.Pointer {
				kind = kind.Elem()
			}
			if kind != reflect.TypeFor[time.Time]() && kind != reflect.TypeFor[omise.Date]() {
				continue
			}
			dates++
			v := reflect.New(model)
			_, err := wire.Decode([]byte(`{"`+attribute+`":""}`), v.Interface())
			require.NoError(t, err, "%s.%s", name, attribute)
			require.True(t, v.Elem().FieldByIndex(field.Index).IsZero())
		}
	}
	require.Greater(t, dates, 50)
}

func TestFault79DateIsSentAsItIs(t *testing.T) {
	t.Parallel()
	for _, zone := range []*time.Location{time.UTC, bangkok, time.FixedZone("far", -12*60*60)} {
		t.Run(zone.String(), func(t *testing.T) {
			t.Parallel()
			api := apitest.Respond(400, usedToken)
			midnight := time.Date(2026, 1, 31, 0, 0, 0, 0, zone)
			api.Client(t).Schedules.Create(t.Context(), &omise.ScheduleCreateParams{
				Every: 1, Period: omise.SchedulePeriodDay, EndDate: omise.DateOf(midnight), Charge: &omise.ScheduleChargeParams{Customer: "cust_test_1", Amount: 2000},
			})
			require.Equal(t, "2026-01-31", formOf(t, api.Requests()[0].Payload).Get("end_date"))
		})
	}
}

// The test is not parallel, because it replaces the default transport of the process.
func TestFault82OwnTransport(t *testing.T) {
	srv := newDyingServer(t)
	srv.dies.Store(false)
	before, defaults := http.DefaultTransport, apitest.Respond(500, "")
	http.DefaultTransport = defaults
	defer func() { http.DefaultTransport = before }()
	changed := apitest.Respond(404, "")
	one, other := changed.Client(t), srv.client(t)
	for range 2 {
		_, err := one.Charges.Get(t.Context(), chargeID)
		require.Error(t, err)
		_, err = other.Charges.Get(t.Context(), chargeID)
		require.NoError(t, err)
	}
	require.Len(t, changed.Requests(), 2)
	require.Empty(t, defaults.Requests())
	require.Same(t, defaults, http.DefaultTransport)
}

func TestFault84OlderEventWithoutItsAmount(t *testing.T) {
	t.Parallel()
	status, events := delivered(t, eventText(`{"object":"charge","id":"chrg_1","currency":"thb","captured":true,"created":"2017-03-02T10:27:09Z"}`))
	require.Equal(t, 200, status)
	require.IsType(t, &omise.UnknownObject{}, events[0].Object())
}

func TestFault85NoFileIsWritten(t *testing.T) {
	t.Parallel()
	require.Empty(t, everyCallBehindAProxy(t).files)
}

func TestFault85NoTelemetry(t *testing.T) {
	t.Parallel()
	calls, hosts := 0, everyCallBehindAProxy(t).hosts
	for host, n := range hosts {
		require.Contains(t, []string{"api.omise.co:443", "vault.omise.co:443", "linksplus-api.omise.co:443"}, host)
		calls += n
	}
	require.Len(t, hosts, 3)
	require.Equal(t, len(apitest.Operations()), calls, "one connection for each call, and no more")
}

const otherSigningKey = "b21pc2UtZmFrZS1zaWduaW5nLXNlY3JldC0wMDAwMDI="

// delivered posts a signed body to a handler and returns the status of the answer and
// the events that were handled.
func delivered(t *testing.T, body string) (status int, events []*omise.Event) {
	t.Helper()
	h := webhook.NewHandler([]string{signingKey}, func(_ context.Context, e *omise.Event) error { events = append(events, e); return nil },
		webhook.WithLogger(slog.New(slog.DiscardHandler)))
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header = webhook.Sign([]byte(body), signingKey, time.Now())
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, events
}

// endlessBody is a body that never ends.
type endlessBody struct{}

func (endlessBody) Read(p []byte) (int, error) { return len(p), nil }

// requireDecodes decodes a document and returns its model.
func requireDecodes(t *testing.T, model reflect.Type, object map[string]any) reflect.Value {
	t.Helper()
	text, err := json.Marshal(object)
	require.NoError(t, err)
	v := reflect.New(model)
	ignored, err := wire.Decode(text, v.Interface())
	require.NoError(t, err, "%s", model)
	require.Empty(t, ignored, "%s", model)
	return v.Elem()
}
