package webhook_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/webhook"
)

// The test vector that is published with the API's description; its secrets are
// invented. These commands compute the HMACs below it:
//
//	key=$(printf %s "$secret" | base64 -d | xxd -p -c 64)
//	printf %s "$timestamp.$body" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$key
const (
	// No output may hold the canary. It is so long that no timestamp, duration or
	// address holds it by chance.
	canary = "4242424242424242"

	secret         = "b21pc2UtZmFrZS1zaWduaW5nLXNlY3JldC0wMDAwMDE="
	previousSecret = "b21pc2UtZmFrZS1zaWduaW5nLXNlY3JldC0wMDAwMDI="
	timestamp      = "1767225600"
	body           = `{"object":"event","id":"evnt_test_no1t4tnemucod0e51mo","livemode":false,"location":"/events/evnt_test_no1t4tnemucod0e51mo","key":"charge.complete","created_at":"2026-01-01T00:00:00Z","data":{"object":"charge","id":"chrg_test_no1t4tnemucod0e51mo","amount":12345,"currency":"THB","status":"successful"}}`

	signature         = "00d638d2dd7f0fc76c71ce49667100c377e85e6d2d36051836577c066bca010e"
	previousSignature = "560011c18bd310c6e823b4d7c1ccc723f962abbe72c4ac0fcd2ca796f1630d50"

	undecodedSignature = "fa00f6f46486b1ed4cb69b4276d5a6b64a4ae31b85a7694a9c80b8914784275b" // with the Base64 text of the secret as the key
	bodySignature      = "06ca431fcfe04634a393dfa70eb2c5a68ce63301410ceb2eb944ed3fcc97f89c" // only of the body
	laterSignature     = "aff72242fc4443252cae2a129425241e68d3de4175c0f64c232141c86b06c1e3" // with the next second as the timestamp
)

// now is the time of the vector.
var now = time.Unix(1767225600, 0)

func clock() time.Time { return now }

// at returns a verifier whose clock stands at a moment.
func at(moment time.Time, secrets ...string) *webhook.Verifier {
	v, err := webhook.NewVerifier(secrets)
	must(err)
	v.Now = func() time.Time { return moment }
	return v
}

// verify verifies at the time of the vector, with secrets that may be invalid.
func verify(header http.Header, body []byte, secrets ...string) error {
	if _, err := webhook.NewVerifier(secrets); err != nil {
		return err
	}
	return at(now, secrets...).Verify(header, body)
}

func headers(signature, timestamp string) http.Header {
	return http.Header{"Omise-Signature": {signature}, "Omise-Signature-Timestamp": {timestamp}}
}

// post delivers a signed body to a handler.
func post(t testing.TB, h http.Handler, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/webhooks/omise", strings.NewReader(body))
	r.Header = webhook.Sign([]byte(body), secret, now)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// newHandler returns a handler without a log, whose clock stands at the time of the
// vector.
func newHandler(handle webhook.Func, opts ...webhook.Option) http.Handler {
	opts = append([]webhook.Option{webhook.WithClock(clock), webhook.WithLogger(slog.New(slog.DiscardHandler))}, opts...)
	return webhook.NewHandler([]string{secret}, handle, opts...)
}

func ignore(context.Context, *omise.Event) error { return nil }

// charge pays 1,000.00 baht.
func charge(t testing.TB, client *omise.Client) *omise.Charge {
	t.Helper()
	token, err := client.Tokens.Create(t.Context(), &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai Prasert", Number: omise.NewSensitive("4242424242424242"), ExpirationMonth: 12, ExpirationYear: 2035,
	}})
	require.NoError(t, err)
	charge, err := client.Charges.Create(t.Context(), &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Card: token.ID})
	require.NoError(t, err)
	return charge
}

// happened returns the events of the server, which must have events.
func happened(t testing.TB, srv *omisetest.Server) []*omise.Event {
	t.Helper()
	var events []*omise.Event
	for event, err := range srv.Client().Events.All(t.Context(), nil) {
		require.NoError(t, err)
		events = append(events, event)
	}
	require.NotEmpty(t, events)
	return events
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
