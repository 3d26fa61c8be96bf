package omiseotel_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	omiseotel "github.com/omisekit/omise-go/otel"
)

// A recorder keeps the spans and the metrics of a client.
type recorder struct {
	spans   *tracetest.SpanRecorder
	metrics *sdkmetric.ManualReader
	tracers trace.TracerProvider
	client  *omise.Client
	srv     *omisetest.Server
}

func newRecorder(t *testing.T) *recorder {
	t.Helper()
	r := &recorder{spans: tracetest.NewSpanRecorder(), metrics: sdkmetric.NewManualReader(), srv: omisetest.NewServer(t)}
	r.tracers = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r.spans))
	meters := sdkmetric.NewMeterProvider(sdkmetric.WithReader(r.metrics))
	r.client = r.srv.Client(omiseotel.WithTelemetry(r.tracers, meters))
	return r
}

// attributes returns the attributes of a span as text.
func attributes(all []attribute.KeyValue) map[string]string {
	text := map[string]string{}
	for _, a := range all {
		text[string(a.Key)] = a.Value.Emit()
	}
	return text
}

func TestEveryAttemptIsASpan(t *testing.T) {
	t.Parallel()
	r := newRecorder(t)
	id := r.srv.SeedPaidCharges(1)[0]
	r.srv.Fault(omisetest.On("GET /charges/{id}").Nth(1).HTML(502))
	ctx, parent := r.tracers.Tracer("shop").Start(t.Context(), "checkout")
	began := time.Now()
	_, err := r.client.Charges.Get(ctx, id)
	require.NoError(t, err)

	spans := r.spans.Ended()
	require.Len(t, spans, 2)
	for i, want := range []map[string]string{
		{"http.response.status_code": "502", "error.type": "502"},
		{"http.response.status_code": "200", "http.request.resend_count": "1"},
	} {
		span := spans[i]
		require.Equal(t, "GET /charges/{id}", span.Name())
		require.Equal(t, trace.SpanKindClient, span.SpanKind())
		require.Equal(t, parent.SpanContext().SpanID(), span.Parent().SpanID())
		require.False(t, span.StartTime().Before(began))
		require.False(t, span.EndTime().Before(span.StartTime()))
		got := attributes(span.Attributes())
		require.NotEmpty(t, got["omise.request_id"])
		delete(got, "omise.request_id")
		want["http.request.method"], want["url.template"] = "GET", "/charges/{id}"
		want["server.address"], want["server.port"] = "api.omise.co", "443"
		require.Equal(t, want, got)
	}
	require.Equal(t, sdktrace.Status{Code: codes.Error, Description: "unknown"}, spans[0].Status())
	require.Equal(t, sdktrace.Status{}, spans[1].Status())
}

func TestDurationsAreMeasured(t *testing.T) {
	t.Parallel()
	r := newRecorder(t)
	for range 3 {
		_, err := r.client.Balance.Get(t.Context())
		require.NoError(t, err)
	}
	r.srv.Fault(omisetest.On("GET /balance").DropBefore())
	_, err := r.client.With(omise.WithMaxRetries(0)).Balance.Get(t.Context())
	require.Error(t, err)

	var data metricdata.ResourceMetrics
	require.NoError(t, r.metrics.Collect(t.Context(), &data))
	require.Len(t, data.ScopeMetrics, 1)
	require.Len(t, data.ScopeMetrics[0].Metrics, 1)
	metric := data.ScopeMetrics[0].Metrics[0]
	require.Equal(t, []string{"http.client.request.duration", "s"}, []string{metric.Name, metric.Unit})
	counts := map[string]uint64{}
	for _, point := range metric.Data.(metricdata.Histogram[float64]).DataPoints {
		of := attributes(point.Attributes.ToSlice())
		require.Equal(t, "/balance", of["url.template"])
		counts[of["http.response.status_code"]+of["error.type"]] = point.Count
	}
	require.Equal(t, map[string]uint64{"200": 3, "unknown": 1}, counts)
}

func TestSpansHoldNoPrivateData(t *testing.T) {
	t.Parallel()
	r := newRecorder(t)
	token, err := r.client.Tokens.Create(t.Context(), &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai Prasert", Number: omise.NewSensitive("4242424242424242"), ExpirationMonth: 12, ExpirationYear: 2035,
	}})
	require.NoError(t, err)
	_, err = r.client.Tokens.Get(t.Context(), token.ID)
	require.NoError(t, err)
	for _, span := range r.spans.Ended() {
		for _, secret := range []string{"Somchai", "4242", token.ID, r.srv.PublicKey()} {
			require.NotContains(t, span.Name(), secret)
			for _, value := range attributes(span.Attributes()) {
				require.NotContains(t, value, secret)
			}
		}
	}
	require.Equal(t, "vault.omise.co", attributes(r.spans.Ended()[0].Attributes())["server.address"])
}

func TestAddressAndPortOfTheServerAreApart(t *testing.T) {
	t.Parallel()
	for base, want := range map[string][2]string{
		"https://api.omise.co": {"api.omise.co", "443"}, "http://127.0.0.1:8080": {"127.0.0.1", "8080"},
		"https://[::1]": {"::1", "443"}, "http://[::1]:8080": {"::1", "8080"}, "https://localhost:": {"localhost", "443"},
	} {
		spans := tracetest.NewSpanRecorder()
		answer := roundTripper(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody}, nil
		})
		client, err := omise.NewClient("skey_test_otel", omise.WithBaseURL(base), omise.WithHTTPClient(&http.Client{Transport: answer}),
			omiseotel.WithTelemetry(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)), nil))
		require.NoError(t, err)
		client.Balance.Get(t.Context())
		got := attributes(spans.Ended()[0].Attributes())
		require.Equal(t, want, [2]string{got["server.address"], got["server.port"]}, base)
	}
}

func TestTextOfTheAPIIsCleanInSpans(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewSpanRecorder()
	answer := roundTripper(func(hr *http.Request) (*http.Response, error) {
		recorder := httptest.NewRecorder()
		recorder.Header()["X-Request-Id"] = []string{"a\r\nb\x1b[2J\u202ec 4242424242424242"}
		recorder.WriteHeader(http.StatusNotFound)
		return recorder.Result(), nil
	})
	client, err := omise.NewClient("skey_test_otel", omise.WithHTTPClient(&http.Client{Transport: answer}),
		omiseotel.WithTelemetry(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)), nil))
	require.NoError(t, err)
	require.Error(t, client.Do(t.Context(), "GET", "/foo/somchai-jaidee", nil, nil))
	require.Len(t, spans.Ended(), 1)
	span := spans.Ended()[0]
	require.Equal(t, "GET /{segment}/{segment}", span.Name())
	got := attributes(span.Attributes())
	require.Equal(t, "/{segment}/{segment}", got["url.template"])
	require.Equal(t, "a  b\ufffd[2J\ufffdc [redacted]", got["omise.request_id"])
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(hr *http.Request) (*http.Response, error) { return r(hr) }

func TestTheGlobalProvidersDoNothingByDefault(t *testing.T) {
	t.Parallel()
	_, err := omisetest.NewServer(t).Client(omiseotel.WithTelemetry(nil, nil)).Balance.Get(t.Context())
	require.NoError(t, err)
}
