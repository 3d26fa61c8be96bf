package omise_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

func TestEveryErrorCodeIsFoundThroughWraps(t *testing.T) {
	t.Parallel()
	codes := constants(t)["ErrorCode"]
	require.Greater(t, len(codes), 30)
	for _, c := range codes {
		body := strings.ReplaceAll(usedToken, "used_token", c.value)
		_, err := apitest.Respond(400, body).Client(t).Charges.Get(t.Context(), chargeID)
		err = fmt.Errorf("checkout: %w", fmt.Errorf("payment: %w", err))
		for _, other := range codes {
			require.Equal(t, c == other, errors.Is(err, omise.ErrorCode(other.value)), "%s is %s", c.name, other.name)
		}
	}
}

func TestAnErrorCodePrintsAsItsCode(t *testing.T) {
	t.Parallel()
	require.Equal(t, "not_found not_found", fmt.Sprintf("%s %v", omise.ErrCodeNotFound, omise.ErrCodeNotFound))
}

func TestNoCodeMatchesAnErrorWithoutACode(t *testing.T) {
	t.Parallel()
	_, err := apitest.Respond(502, badGateway).Client(t).Charges.Get(t.Context(), chargeID)
	require.NotErrorIs(t, err, omise.ErrorCode(""))
}

func TestErrorSaysAllThatIsKnown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := apitest.Respond(429, tooMany, "X-Request-Id", "req_5xsrnhy5", "Retry-After", "2")
		client := api.Client(t, omise.WithMaxRetries(1))
		_, err := client.Charges.Capture(t.Context(), chargeID, nil, omise.WithIdempotencyKey("order-17"))
		got := failure(t, err)
		require.Equal(t, "omise: POST /charges/{id}/capture: too_many_requests: too many requests (HTTP 429, request req_5xsrnhy5) after 2 attempts", got.Error())
		require.Equal(t, 429, got.Status)
		require.Equal(t, omise.ErrCodeTooManyRequests, got.Code)
		require.Equal(t, "too many requests", got.Message)
		require.Equal(t, "https://www.omise.co/api-errors#too-many-requests", got.Location)
		require.Equal(t, "req_5xsrnhy5", got.RequestID)
		require.Equal(t, "POST", got.Method)
		require.Equal(t, "/charges/{id}/capture", got.PathTemplate)
		require.Equal(t, 2, got.Attempts)
		require.Equal(t, 2*time.Second, got.RetryAfter)
		require.Equal(t, "order-17", got.IdempotencyKey)
		require.Equal(t, omise.OutcomeRefused, got.Outcome)
	})
}

func TestErrorOfAReadHasNoOutcomeAndNoKey(t *testing.T) {
	t.Parallel()
	_, err := apitest.Fail(errReset).Client(t).Charges.Get(t.Context(), chargeID)
	require.Empty(t, failure(t, err).Outcome)
	require.Empty(t, failure(t, err).IdempotencyKey)
}

func TestAnswersThatAreNoErrorOfTheAPI(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		body   string
	}{
		{"HTML 502", 502, badGateway},
		{"empty 500", 500, ""},
		{"plain text", 504, "upstream request timeout"},
		{"JSON of a gateway", 403, `{"message":"Forbidden","code":"waf_block"}`},
		{"JSON array", 500, `["nginx"]`},
		{"a charge", 500, apitest.ObjectJSON(t, "charge")},
		{"an error without a code", 500, `{"object":"error","message":"nginx"}`},
		{"a code of another type", 500, `{"object":"error","code":7,"message":"nginx"}`},
		{"JSON and more", 500, usedToken + "nginx"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := apitest.Respond(tt.status, tt.body).Client(t).Charges.Create(t.Context(), newCharge())
			got := failure(t, err)
			require.Equal(t, tt.status, got.Status)
			require.Equal(t, omise.OutcomeUnknown, got.Outcome)
			require.Empty(t, got.Code)
			require.Empty(t, got.Message)
			for _, word := range []string{"nginx", "upstream", "Forbidden", "waf", "THB", "used"} {
				require.NotContains(t, err.Error(), word)
			}
		})
	}
}

func TestFault32ShortErrorOfALongBody(t *testing.T) {
	t.Parallel()
	most := large[:1<<20]
	tests := map[string]*apitest.API{
		"5 MB of text":       apitest.Respond(400, large),
		"5 MB of JSON":       apitest.Respond(400, strings.Replace(usedToken, "was", large, 1)),
		"1 MB of a message":  apitest.Respond(400, strings.Replace(usedToken, "was", most, 1)),
		"1 MB of a code":     apitest.Respond(400, strings.Replace(usedToken, "used_token", most, 1)),
		"1 MB of everything": apitest.Respond(400, strings.NewReplacer("was", most, "used_token", most).Replace(usedToken), "X-Request-Id", most),
		"1 MB of a cause":    apitest.Fail(errors.New(most)),
	}
	for name, api := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := api.Client(t).Charges.Create(t.Context(), newCharge())
			require.LessOrEqual(t, len(err.Error()), 1<<10)
		})
	}
}

// The time to clean a text must not grow with the square of its length.
func TestErrorWithManyKeysIsCleanedQuickly(t *testing.T) {
	t.Parallel()
	keys := strings.Repeat("skey_1 ", 1<<20/7)
	start := time.Now()
	_, err := apitest.Respond(400, strings.Replace(missingCard, "no", keys, 1)).Client(t).Charges.Create(t.Context(), newCharge())
	require.ErrorIs(t, err, omise.ErrCodeMissingCard)
	require.Less(t, time.Since(start), 10*time.Second)
}

func TestOutcomeUnknownIsOnlyForWrites(t *testing.T) {
	t.Parallel()
	for name, api := range map[string]*apitest.API{
		"reset":     apitest.Fail(errReset),
		"500":       apitest.Respond(500, ""),
		"502":       apitest.Respond(502, badGateway),
		"no charge": apitest.Respond(200, "null"),
		"redirect":  apitest.Respond(302, ""),
	} {
		t.Run("write, "+name, func(t *testing.T) {
			t.Parallel()
			_, err := api.Client(t).Charges.Create(t.Context(), newCharge())
			require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
			require.ErrorContains(t, err, "outcome unknown")
		})
		t.Run("read, "+name, func(t *testing.T) {
			t.Parallel()
			_, err := api.Client(t).Charges.Get(t.Context(), chargeID)
			require.Error(t, err)
			require.NotErrorIs(t, err, omise.ErrOutcomeUnknown)
			require.NotContains(t, err.Error(), "outcome unknown")
		})
	}
}

func TestARefusedWriteHasAKnownOutcome(t *testing.T) {
	t.Parallel()
	_, err := apitest.Respond(400, missingCard).Client(t).Charges.Create(t.Context(), newCharge())
	require.NotErrorIs(t, err, omise.ErrOutcomeUnknown)
	require.Equal(t, omise.OutcomeRefused, failure(t, err).Outcome)
}

func TestCancelIsVisible(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, err := apitest.Hang().Client(t).Charges.Get(ctx, chargeID)
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestFault15ErrorInsideASuccess(t *testing.T) {
	t.Parallel()
	client := apitest.Respond(200, missingCard).Client(t)
	t.Run("write", func(t *testing.T) {
		_, err := client.Charges.Create(t.Context(), newCharge())
		require.ErrorIs(t, err, omise.ErrCodeMissingCard)
		require.Equal(t, omise.OutcomeRefused, failure(t, err).Outcome)
	})
	t.Run("list", func(t *testing.T) {
		_, err := client.Charges.List(t.Context(), nil)
		require.ErrorIs(t, err, omise.ErrCodeMissingCard)
	})
	t.Run("raw call", func(t *testing.T) {
		err := client.Do(t.Context(), "POST", "/charges", nil, new(map[string]any))
		require.ErrorIs(t, err, omise.ErrCodeMissingCard)
	})
}

// The API may have made the charge before it failed.
func TestInternalErrorInsideASuccessIsNoRefusal(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		fake.srv.Fault(omisetest.On("POST /charges").Processed().Status(200, internalError))
		_, err := fake.Charges.Create(fake.ctx(), p)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		fake.srv.AssertCalls("POST /charges", 1)
	})
}

// act is text that controls a terminal, looks like a new line of a log, and changes the
// direction of the text after it.
const act = "a\r\n2026/01/01 00:00:00 level=INFO paid=true\x1b[2J\x07\u202etxt\u2066\u2028b\x00"

// Errors, logs and observers show text of the API. That text must not control a
// terminal or forge a line of a log.
func TestTextOfTheAPIControlsNoTerminalAndNoLog(t *testing.T) {
	t.Parallel()
	for name, answer := range echoing {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var lines bytes.Buffer
				var attempts []omise.Attempt
				api := &apitest.API{Respond: func(*http.Request) (*http.Response, error) { return answer(act) }}
				client := api.Client(t, omise.WithLogger(slog.New(&plainHandler{&lines})),
					omise.WithObserver(func(_ context.Context, a omise.Attempt) { attempts = append(attempts, a) }))
				_, create := client.Charges.Create(t.Context(), newCharge())
				_, get := client.Charges.Get(t.Context(), chargeID)
				for _, err := range []error{create, get} {
					e, ok := errors.AsType[*omise.Error](err)
					if !ok {
						continue // an odd attribute is not an error
					}
					texts := []string{e.Error(), e.Message, string(e.Code), e.Location, e.RequestID, e.Page.Reveal(), fmt.Sprintf("%#v", e)}
					if cause := e.Unwrap(); cause != nil {
						texts = append(texts, cause.Error())
					}
					slog.New(&plainHandler{&lines}).Error("call", "error", err)
					for _, text := range texts {
						requireControlsNothing(t, text)
					}
				}
				for line := range strings.Lines(lines.String()) {
					requireControlsNothing(t, strings.TrimSuffix(line, "\n"))
					require.Regexp(t, `^(omise request|call)\b`, line, "a line of its own")
				}
				for _, a := range attempts {
					requireControlsNothing(t, a.RequestID+a.Host+a.PathTemplate)
				}
			})
		})
	}
}

// requireControlsNothing checks that a text has no control characters.
func requireControlsNothing(t *testing.T, text string) {
	t.Helper()
	require.NotRegexp(t, `[\x00-\x1f\x7f-\x9f\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{feff}]`, text)
}

// A plainHandler writes text unchanged. The handlers of slog would quote it.
type plainHandler struct{ w io.Writer }

func (h *plainHandler) Enabled(context.Context, slog.Level) bool { return true }
func (h *plainHandler) WithAttrs([]slog.Attr) slog.Handler       { return h }
func (h *plainHandler) WithGroup(string) slog.Handler            { return h }
func (h *plainHandler) Handle(_ context.Context, r slog.Record) error {
	fmt.Fprint(h.w, r.Message)
	r.Attrs(func(a slog.Attr) bool { fmt.Fprint(h.w, " ", a.Key, "=", a.Value.Resolve()); return true })
	fmt.Fprintln(h.w)
	return nil
}
