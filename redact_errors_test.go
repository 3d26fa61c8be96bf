package omise_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

// echo returns the page of a careless proxy: it shows the request in the forms that
// proxies and people use, and the keys of other requests.
func echo(hr *http.Request, body string) string {
	key, _, _ := hr.BasicAuth()
	sent := hr.Header.Get("Authorization")
	words := []string{
		"Authorization: " + sent, strings.TrimRight(sent, "="), sent[:min(len(sent), 32)], url.QueryEscape(sent),
		key, strings.ToUpper(key), base64.StdEncoding.EncodeToString([]byte(key)), body, testPublic, "Basic " + basic(testPublic), basic(testSecret),
	}
	for _, separator := range []string{" ", "-", ".", "/", ",", "+", "_", "%20", "\t", "\u00a0", "\n"} {
		words = append(words, strings.Join([]string{"4242", "4242", "4242", "4242"}, separator))
	}
	if strings.Contains(body, "security_code%5D="+cardCode) {
		words = append(words, "card[security_code]="+cardCode, "security code "+cardCode)
	}
	return strings.Join(words, "; ")
}

// echoing has APIs that repeat the request, each at another place of the answer that
// the SDK reads.
var echoing = map[string]func(echo string) (*http.Response, error){
	"page":       func(echo string) (*http.Response, error) { return apitest.Response(502, "<html>"+echo), nil },
	"refusal":    func(echo string) (*http.Response, error) { return apitest.Response(403, "<html>"+echo), nil },
	"message":    errorWith("message"),
	"code":       errorWith("code"),
	"location":   errorWith("location"),
	"object":     document("object"),
	"id":         document("id"),
	"amount":     document("amount"),
	"request id": headerWith(500, "X-Request-Id"),
	"redirect":   headerWith(307, "Location"),
	"retry":      headerWith(503, "Retry-After"),
	"transport":  func(echo string) (*http.Response, error) { return nil, errors.New(echo) },
	"address": func(echo string) (*http.Response, error) {
		return nil, &url.Error{Op: "Post", URL: "https://" + testSecret + "@x/?" + echo, Err: errors.New(echo)}
	},
	"body": func(echo string) (*http.Response, error) {
		resp := apitest.Response(200, "")
		resp.Body = io.NopCloser(iotest.ErrReader(errors.New(echo)))
		return resp, nil
	},
}

func errorWith(member string) func(string) (*http.Response, error) {
	return func(echo string) (*http.Response, error) {
		e := map[string]string{"object": "error", "code": "bad_request", "message": "m", "location": "l"}
		e[member] = echo
		body, err := json.Marshal(e)
		return apitest.Response(400, string(body)), err
	}
}

func document(member string) func(string) (*http.Response, error) {
	return func(echo string) (*http.Response, error) {
		object := map[string]any{"object": "charge", "id": chargeID, "amount": 1}
		object[member] = echo
		body, err := json.Marshal(object)
		return apitest.Response(200, string(body)), err
	}
}

func headerWith(status int, name string) func(string) (*http.Response, error) {
	return func(echo string) (*http.Response, error) {
		resp := apitest.Response(status, "")
		resp.Header.Set(name, echo)
		return resp, nil
	}
}

func TestFault62ErrorsAndLogsPrintNoSecret(t *testing.T) {
	t.Parallel()
	for name, answer := range echoing {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				var attempts []omise.Attempt
				api := &apitest.API{}
				api.Respond = func(hr *http.Request) (*http.Response, error) {
					return answer(echo(hr, api.Requests()[len(api.Requests())-1].Payload))
				}
				client := api.Client(t, omise.WithMaxRetries(1),
					omise.WithObserver(func(_ context.Context, a omise.Attempt) { attempts = append(attempts, a) }),
					omise.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
				_, tokenErr := client.Tokens.Create(t.Context(), secretToken())
				_, chargeErr := client.Charges.Get(t.Context(), chargeID)
				_, linkErr := client.LinksPlus.Get(t.Context(), 789)
				_, fileErr := client.RecurringExports.Download(t.Context(), exportID)
				rawErr := client.Do(t.Context(), "POST", "/charges/"+chargeID, url.Values{"number": {cardNumber}}, new(int))
				for _, err := range []error{tokenErr, chargeErr, linkErr, fileErr, rawErr} {
					if e, ok := errors.AsType[*omise.Error](err); ok {
						requireNoCanary(t, e.Page.Reveal(), name)
					}
					for ; err != nil; err = errors.Unwrap(err) {
						requireNoCanary(t, outputs(err)+err.Error(), name)
						requireNoCanary(t, outputs([]error{err})+outputs(struct{ Err error }{err}), name)
					}
				}
				require.NotEmpty(t, log.String())
				requireNoCanary(t, log.String(), "log")
				require.NotEmpty(t, attempts)
				requireNoCanary(t, outputs(attempts), "attempts")
			})
		})
	}
}

// The secrets of some params look like no key and no card number.
func TestErrorsLeaveOutEverySecretOfTheParams(t *testing.T) {
	t.Parallel()
	for _, op := range apitest.Operations() {
		for i, params := range op.Params() {
			if !params.IsValid() {
				continue
			}
			secrets := takeSecrets(reflect.ValueOf(op.Params()[i].Interface()))
			message := "wrong: " + strings.Join(secrets, ", ")
			body, err := json.Marshal(map[string]string{"object": "error", "code": "bad_request", "message": message})
			require.NoError(t, err)
			e := failure(t, op.Call(t, apitest.Respond(400, string(body)).Client(t), op.IDs(), params))
			for _, secret := range secrets {
				require.NotContains(t, e.Message, secret, op.Name)
			}
		}
	}
}

// The RoundTripper of a program may put a dump of the request into its error.
func TestErrorsOfTheVaultHoldNoTextOfARoundTripper(t *testing.T) {
	t.Parallel()
	for text, cause := range map[string]error{
		"the request failed with an error of type *errors.errorString": errors.New("dump"),
		"dial tcp: connection refused":                                 fmt.Errorf("dump: %w", &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}),
		"unexpected EOF":                                               fmt.Errorf("dump: %w", io.ErrUnexpectedEOF),
	} {
		_, err := apitest.Fail(cause).Client(t, omise.WithMaxRetries(0)).Tokens.Create(t.Context(), secretToken())
		require.EqualError(t, failure(t, err).Unwrap(), text)
		require.ErrorIs(t, err, cause)
	}
}

// A stored error is as clean as a printed error, and so is the error of resolving it.
func TestStoredErrorsHoldNoSecret(t *testing.T) {
	t.Parallel()
	note := omise.Metadata{"number": cardNumber, "key": testSecret, "card " + cardNumber: "x", testSecret: "y"}
	for name, answer := range echoing {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := &apitest.API{}
			api.Respond = func(hr *http.Request) (*http.Response, error) {
				return answer(echo(hr, api.Requests()[len(api.Requests())-1].Payload))
			}
			client := api.Client(t)
			charge, settle := newCharge(), map[string]func(error) error{
				"charge":   func(err error) error { return errorOf(client.Charges.Resolve(t.Context(), err)) },
				"refund":   func(err error) error { return errorOf(client.Refunds.Resolve(t.Context(), err)) },
				"transfer": func(err error) error { return errorOf(client.Transfers.Resolve(t.Context(), err)) },
			}
			charge.Description, charge.Metadata, charge.Customer, charge.Card = cardNumber, note, cardNumber, testSecret
			errs := map[string]error{
				"charge":   errorOf(client.Charges.Create(t.Context(), charge, omise.WithParam("card[number]", cardNumber), omise.WithIntent("order-42"))),
				"refund":   errorOf(client.Refunds.Create(t.Context(), chargeID, &omise.RefundCreateParams{Amount: 1, Reason: cardNumber, Metadata: note})),
				"transfer": errorOf(client.Transfers.Create(t.Context(), &omise.TransferCreateParams{Recipient: cardNumber, Metadata: note})),
			}
			for kind, err := range errs {
				text, jsonErr := json.Marshal(err)
				require.NoError(t, jsonErr)
				var again omise.Error
				require.NoError(t, json.Unmarshal(text, &again))
				requireNoCanary(t, string(text)+outputs(&again), kind)
				requireNoCanary(t, outputs(settle[kind](&again)), kind)
			}
		})
	}
}

// The path of a raw call may hold a secret.
func TestStoredErrorOfARawCallHoldsNothingOfItsPath(t *testing.T) {
	t.Parallel()
	for _, segment := range []string{cardNumber, testSecret, citizenID} {
		err := apitest.Fail(errReset).Client(t).Do(t.Context(), "POST", "/things/"+segment+"/use", nil, nil)
		text, jsonErr := omise.MarshalError(err)
		require.NoError(t, jsonErr)
		requireNoCanary(t, string(text), "stored error")
	}
}

// An error shows the intent and the key of its write.
func TestAWriteIsNotNamedAfterASecret(t *testing.T) {
	t.Parallel()
	for field, name := range map[string]func(string) omise.RequestOption{"intent": omise.WithIntent, "idempotency key": omise.WithIdempotencyKey} {
		for _, secret := range []string{testSecret, testPublic, cardNumber, "4242 4242 4242 4242", "retry-" + testSecret, "order-" + cardNumber + "-1"} {
			api := apitest.Respond(200, "")
			err := errorOf(api.Client(t).Charges.Create(t.Context(), newCharge(), name(secret)))
			require.Equal(t, field, refusal(t, err).Field)
			requireNoCanary(t, outputs(err), field)
			require.Empty(t, api.Requests())
		}
	}
}

// A resolution holds a model, and no client.
func TestResolutionsPrintNoSecret(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		params := fake.chargeOfToken()
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
		_, err := fake.With(omise.WithMaxRetries(0)).Charges.Create(fake.ctx(), params)
		resolution, err := fake.Charges.Resolve(fake.ctx(), err)
		require.NoError(t, err)
		require.Equal(t, omise.ResolutionFound, resolution.State)
		text := outputs(resolution) + outputs(*resolution)
		requireNoCanary(t, text, "resolution")
		require.NotContains(t, text, fake.srv.SecretKey())
		require.NotContains(t, text, fake.srv.PublicKey())
	})
}

func TestRefusalsPrintNoValue(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(context.Context, *omise.Client) error{
		"card number": func(ctx context.Context, c *omise.Client) error {
			spaced := secretToken()
			spaced.Card.Number = omise.NewSensitive("4242 4242 4242 4242")
			return errorOf(c.Tokens.Create(ctx, spaced))
		},
		"id": func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Charges.Get(ctx, testSecret+"/"+cardNumber))
		},
		"path": func(ctx context.Context, c *omise.Client) error {
			return c.Do(ctx, "GET", "/charges?number="+cardNumber, nil, nil)
		},
		"file": func(ctx context.Context, c *omise.Client) error {
			file := iotest.ErrReader(errors.New("GET https://files.test/?key=" + testSecret))
			return errorOf(c.Documents.Upload(ctx, "dspt_test_1", &omise.DocumentUploadParams{Filename: "a.png", File: file}))
		},
		"idempotency key": func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Charges.Create(ctx, newCharge(), omise.WithIdempotencyKey(testSecret+"\n")))
		},
		"intent": func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Charges.Create(ctx, newCharge(), omise.WithIntent(cardNumber+"\r\n")))
		},
		"long intent": func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Charges.Create(ctx, newCharge(), omise.WithIntent(strings.Repeat(cardNumber, 10))))
		},
		"useless intent": func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Customers.Create(ctx, &omise.CustomerCreateParams{}, omise.WithIntent(testSecret)))
		},
		"used key": func(ctx context.Context, c *omise.Client) error {
			_, _ = c.Charges.Create(ctx, newCharge(), omise.WithIdempotencyKey(cardNumber))
			other := newCharge()
			other.Description = cardNumber
			return errorOf(c.Charges.Create(ctx, other, omise.WithIdempotencyKey(cardNumber)))
		},
		"resolve": func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Charges.Resolve(ctx, errors.New(testSecret)))
		},
		"sub-merchant": func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Charges.Get(ctx, chargeID, omise.WithSubMerchant(cardNumber+" ")))
		},
		"secret key": func(context.Context, *omise.Client) error { return errorOf(omise.NewClient(testSecret + "\n")) },
		"role":       func(context.Context, *omise.Client) error { return errorOf(omise.NewClient(testPublic)) },
		"base URL": func(context.Context, *omise.Client) error {
			return errorOf(omise.NewClient(testSecret, omise.WithBaseURL("https://"+testSecret+":"+cardNumber+"@x")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := call(t.Context(), apitest.Respond(200, "").Client(t))
			require.Error(t, err)
			requireNoCanary(t, outputs(err), name)
		})
	}
}
