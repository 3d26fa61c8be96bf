package transport

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	key      = "skey_test_5xsrnhy5yl6sc7x4pxb"
	chargeID = "chrg_test_jesacj94rq9ef42w85p"
	tooBusy  = `{"object":"error","location":"https://www.omise.co/api-errors#too-many-requests","code":"too_many_requests","message":"slow down"}`
	usedCard = `{"object":"error","location":"https://www.omise.co/api-errors#used-token","code":"used_token","message":"token was already used"}`
	broken   = `{"object":"error","location":"https://www.omise.co/api-errors#internal-error","code":"internal_error","message":"request could not be processed"}`
	charge   = `{"object":"charge"}`
	badGate  = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
)

// at returns the URL of an address without a path.
func at(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return u
}

// write returns a capture of a charge.
func write(guard Guard) *Request {
	return &Request{
		Method:         http.MethodPost,
		Host:           at("http://api.test"),
		Path:           "/charges/" + chargeID + "/capture",
		Template:       "/charges/{id}/capture",
		Key:            NewSecret(key),
		Header:         http.Header{"Omise-Version": {"2019-05-29"}},
		Body:           "capture_amount=2000",
		Guard:          guard,
		Timeout:        time.Second,
		MaxBody:        1 << 10,
		IdempotencyKey: "order-17",
		Accept: func(resp *Response) error {
			if !bytes.Equal(resp.Body, []byte(charge)) {
				return errors.New("not a charge")
			}
			return nil
		},
	}
}

// read returns a request that changes nothing.
func read() *Request {
	req := write(Read)
	req.Method, req.Body, req.IdempotencyKey = http.MethodGet, "", ""
	return req
}

// The conclusion from an answer depends on whether the call may have changed something.
func TestVerdict03AnswerProvesLessAboutAWriteThanAboutARead(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		step        step
		read, write Outcome
	}{
		{"400 HTML", answers(400, badGate), Refused, Unknown},
		{"403 HTML", answers(403, badGate), Refused, Unknown},
		{"404 HTML", answers(404, badGate), Refused, Unknown},
		{"413 HTML", answers(413, badGate), Refused, Refused},
		{"431 HTML", answers(431, badGate), Refused, Refused},
		{"429 HTML", answers(429, badGate), Refused, Refused},
		{"503 of the API", answers(503, tooBusy), Refused, Unknown},
		{"408 of the API", answers(408, usedCard), Refused, Unknown},
		{"409 of the API", answers(409, usedCard), Refused, Unknown},
		{"425 of the API", answers(425, usedCard), Refused, Unknown},
		{"444 of the API", answers(444, usedCard), Refused, Unknown},
		{"460 of the API", answers(460, usedCard), Refused, Unknown},
		{"499 of the API", answers(499, usedCard), Refused, Unknown},
		{"422 of the API", answers(422, usedCard), Refused, Refused},
	}
	for _, tt := range tests {
		t.Run("read, "+tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				_, failure := newPeer(tt.step).transport().Do(t.Context(), read())
				require.Equal(t, tt.read, failure.Outcome)
			})
		})
		t.Run("write, "+tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				peer := newPeer(tt.step)
				_, failure := peer.transport().Do(t.Context(), write(None))
				require.Equal(t, tt.write, failure.Outcome)
				if tt.write == Unknown {
					require.Equal(t, 1, peer.dials)
				}
			})
		})
	}
}

// The answers of the server and the guard of the call decide how often the call is
// tried.
func TestAttemptsFollowOutcomeAndGuard(t *testing.T) {
	t.Parallel()
	const always, guarded, once = "always", "guarded", "once"
	guards := map[string]Guard{
		"none": None, "read": Read, "repeatable": Repeatable,
		"single use": SingleUse, "state machine": StateMachine, "body key": BodyKey,
	}
	tests := []struct {
		name    string
		step    step
		retried string
		outcome Outcome
	}{
		{"dial error", nil, always, NotSent},
		{"reset after the first byte", resetsEarly, guarded, Unknown},
		{"reset after the request", resetsLate, guarded, Unknown},
		{"reset inside the header", says("HTTP/1.1 200 OK", "Content-Le"), guarded, Unknown},
		{"timeout", hangs, guarded, Unknown},
		{"500 JSON", answers(500, broken), guarded, Unknown},
		{"502 HTML", answers(502, badGate), guarded, Unknown},
		{"503 of something else", answers(503, badGate), guarded, Unknown},
		{"429 seconds", answers(429, tooBusy, "Retry-After: 1"), always, Refused},
		{"429 date", answers(429, tooBusy, "Retry-After: Sat, 01 Jan 2000 00:00:05 GMT"), always, Refused},
		{"429 without a body", answers(429, ""), always, Refused},
		{"429 with 1e309", answers(429, tooBusy, "Retry-After: 1e309"), always, Refused},
		{"429 with NaN", answers(429, tooBusy, "Retry-After: NaN"), always, Refused},
		{"429 with -5", answers(429, tooBusy, "Retry-After: -5"), always, Refused},
		{"429 with a past date", answers(429, tooBusy, "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT"), always, Refused},
		{"429 with ten years", answers(429, tooBusy, "Retry-After: 315360000"), once, Refused},
		{"429 with a date in ten years", answers(429, tooBusy, "Retry-After: Fri, 01 Jan 2010 00:00:00 GMT"), once, Refused},
		{"400 JSON", answers(400, usedCard), once, Refused},
		{"302", answers(302, "", "Location: https://evil.test/"), once, Unknown},
		{"307", answers(307, "", "Location: https://evil.test/"), once, Unknown},
		{"200 truncated", says("HTTP/1.1 200 OK", "Content-Length: 99", "", "{}"), guarded, Unknown},
		{"200 cut JSON", answers(200, `{"object":"cha`), guarded, Unknown},
		{"200 empty", answers(200, ""), guarded, Unknown},
		{"204", says("HTTP/1.1 204 No Content", "", ""), guarded, Unknown},
		{"200 error", answers(200, usedCard), once, Refused},
		{"200 too large", answers(200, strings.Repeat(" ", 2<<10)), once, Unknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for name, guard := range guards {
				want := 1
				safe := guard == Read || guard == Repeatable || guard == BodyKey
				if tt.retried == always || tt.retried == guarded && safe {
					want = 3
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						req := write(guard)
						if guard == Read {
							req = read()
						}
						peer := newPeer(tt.step)
						resp, failure := peer.transport().Do(t.Context(), req)
						require.Nil(t, resp)
						require.Equal(t, want, peer.dials)
						require.Equal(t, want, failure.Attempts)
						require.Equal(t, tt.outcome, failure.Outcome)
					})
				})
			}
		})
	}
}

func TestHonouredKeysMakeEveryKeyedWriteRepeatable(t *testing.T) {
	t.Parallel()
	for name, guard := range map[string]Guard{"none": None, "single use": SingleUse, "state machine": StateMachine} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				peer := newPeer(resetsLate, succeeds)
				transport := peer.transport()
				transport.KeysHonoured = true
				resp, failure := transport.Do(t.Context(), write(guard))
				require.Nil(t, failure)
				require.Equal(t, 2, resp.Attempts)
			})
		})
	}
}

func TestHonouredKeysDoNotHelpAWriteWithoutKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peer := newPeer(resetsLate, succeeds)
		transport := peer.transport()
		transport.KeysHonoured = true
		req := write(None)
		req.Method, req.IdempotencyKey = http.MethodPut, ""
		_, failure := transport.Do(t.Context(), req)
		require.NotNil(t, failure)
		require.Equal(t, 1, peer.dials)
	})
}

func TestUnknownStaysUnknown(t *testing.T) {
	t.Parallel()
	for name, second := range map[string]step{"dial error": nil, "refused": answers(400, usedCard)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				_, failure := newPeer(resetsLate, second).transport().Do(t.Context(), write(BodyKey))
				require.Equal(t, Unknown, failure.Outcome)
				require.Greater(t, failure.Attempts, 1)
			})
		})
	}
}

func TestEveryAttemptOfAWriteIsTheSame(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peer := newPeer(answers(500, broken), resetsLate, succeeds)
		_, failure := peer.transport().Do(t.Context(), write(BodyKey))
		require.Nil(t, failure)
		require.Len(t, peer.arrivals, 3)
		for _, a := range peer.arrivals {
			require.Equal(t, "capture_amount=2000", a.body)
			require.Equal(t, "order-17", a.header.Get("Idempotency-Key"))
			require.Equal(t, peer.arrivals[0].header, a.header)
		}
	})
}

func TestReadsCarryNoIdempotencyKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peer := newPeer(succeeds)
		_, failure := peer.transport().Do(t.Context(), read())
		require.Nil(t, failure)
		require.NotContains(t, peer.arrivals[0].header, "Idempotency-Key")
	})
}

// A limiter counts calls, and refuses the calls from refuseFrom on.
type limiter struct{ calls, refuseFrom int }

var errLimit = errors.New("no more today")

func (l *limiter) Wait(context.Context) error {
	if l.calls++; l.refuseFrom > 0 && l.calls >= l.refuseFrom {
		return errLimit
	}
	return nil
}

func TestLimiterIsAskedBeforeEveryAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := &limiter{}
		transport := newPeer(answers(500, broken)).transport()
		transport.Limiter = limiter
		transport.Do(t.Context(), read())
		require.Equal(t, 3, limiter.calls)
	})
}

func TestLimiterErrorMeansNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peer := newPeer(succeeds)
		transport := peer.transport()
		transport.Limiter = &limiter{refuseFrom: 1}
		_, failure := transport.Do(t.Context(), write(None))
		require.Equal(t, NotSent, failure.Outcome)
		require.ErrorIs(t, failure.Cause, errLimit)
		require.Zero(t, peer.dials)
	})
}

func TestLogNamesOnlyWhatMayBePrinted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		transport := newPeer(answers(500, broken, "X-Request-Id: req-9", "Set-Cookie: crumb"), succeeds).transport()
		transport.Observers = []Observer{LogTo(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))}
		_, failure := transport.Do(t.Context(), write(BodyKey))
		require.Nil(t, failure)
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		require.Len(t, lines, 2)
		require.Contains(t, lines[0], "level=WARN")
		require.Contains(t, lines[0], "method=POST path=/charges/{id}/capture attempt=1")
		require.Contains(t, lines[0], "outcome=unknown status=500 request_id=req-9")
		require.Contains(t, lines[1], "level=DEBUG")
		for _, secret := range []string{chargeID, "capture_amount", key, "order-17", "Basic", "crumb", "could not be processed"} {
			require.NotContains(t, log.String(), secret)
		}
	})
}
