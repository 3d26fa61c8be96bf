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
	"github.com/omisekit/omise-go/internal/golden"
	"github.com/omisekit/omise-go/omisetest"
)

const (
	cardNumber = "4242424242424242"
	cardCode   = "987654321098765" // longer than a security code, so that no other text looks like it

	chainedKey = "ckey_test_5xsrnhy5yl6sc7x4pxb"
	signingKey = "b21pc2Utd2ViaG9vay1zZWNyZXQ="
	citizenID  = "1103700012345"
)

// canaries are the texts that no output may hold, in the forms in which they are sent.
var canaries = []string{
	testSecret, testPublic, testLinksPlus, strings.ToUpper(testSecret), chainedKey, signingKey, citizenID,
	basic(testSecret)[:24], basic(testPublic)[:24], basic(testLinksPlus)[:24], // the part that does not depend on the colon and the padding at the end
	cardNumber, "4242 4242 4242 4242", "4242-4242-4242-4242", "4242.4242.4242.4242", "4242%204242%204242%204242", cardCode,
}

func basic(key string) string { return base64.StdEncoding.EncodeToString([]byte(key + ":")) }

func secretToken() *omise.TokenCreateParams {
	return &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai", Number: omise.NewSensitive(cardNumber), SecurityCode: omise.NewSensitive(cardCode), ExpirationMonth: 12, ExpirationYear: 2035,
	}}
}

// outputs prints a value in every way that calls its methods.
func outputs(value any) string {
	var out strings.Builder
	for _, p := range printers {
		if p.methods {
			fmt.Fprintln(&out, p.print(value))
		}
	}
	return out.String()
}

func requireNoCanary(t *testing.T, text, where string) {
	t.Helper()
	for _, canary := range canaries {
		require.NotContains(t, text, canary, where)
		require.NotContains(t, text, fmt.Sprintf("%x", canary), where)
		require.NotContains(t, text, url.QueryEscape(canary), where)
	}
}

func TestCanariesAreFoundWhereTheyAre(t *testing.T) {
	t.Parallel()
	type open struct{ Text string }
	for _, canary := range canaries {
		for _, value := range []any{canary, &open{canary}, []open{{canary}}, errors.New(canary)} {
			require.Contains(t, outputs(value), canary)
		}
	}
}

// .ci/run reads testdata/canaries.txt and looks for the canaries in the output of the
// tests.
func TestCanariesAreListed(t *testing.T) {
	t.Parallel()
	golden.Require(t, "testdata/canaries.txt", strings.Join(canaries, "\n")+"\n")
}

func TestFault60ClientPrintsNoKey(t *testing.T) {
	t.Parallel()
	client := apitest.Respond(200, "").Client(t)
	values := []any{client, *client, []*omise.Client{client}, map[string]any{"client": client}, struct{ C *omise.Client }{client}, struct{ c omise.Client }{*client}}
	for service := range apitest.Services() {
		field := reflect.ValueOf(client).Elem().FieldByIndex(service.Index)
		values = append(values, field.Interface(), field.Elem().Interface())
	}
	for _, value := range values {
		requireNoCanary(t, outputs(value), fmt.Sprintf("%T", value))
	}
}

func TestFault61ParamsPrintNoCard(t *testing.T) {
	t.Parallel()
	token := secretToken()
	wallet := &omise.TokenCreateParams{Tokenization: &omise.TokenTokenizationParams{Method: "applepay", Data: omise.NewSensitive(cardNumber)}}
	values := []any{
		token, *token, token.Card, *token.Card, token.Card.Number, &token.Card.Number, wallet.Tokenization, *wallet.Tokenization,
		[]*omise.TokenCardParams{token.Card}, []omise.TokenCardParams{*token.Card}, map[string]any{"card": *token.Card},
		struct{ P omise.TokenCreateParams }{*token}, struct{ P any }{token.Card},
	}
	for _, value := range values {
		requireNoCanary(t, outputs(value), fmt.Sprintf("%T", value))
	}
}

// An answer of the API may have secrets, as a request may.
func TestModelsAndParamsPrintNoKeyOfOthers(t *testing.T) {
	t.Parallel()
	chain := &omise.Chain{Object: "chain", ID: "acch_test_1", Key: omise.NewSensitive(chainedKey)}
	key := omise.ChainKey{"secret": omise.NewSensitive(chainedKey), "public": omise.NewSensitive(testPublic)}
	secret := &omise.WebhookSecret{Object: "webhook_secret", ID: "whsec_test_1", Key: omise.NewSensitive(signingKey), Secret: omise.NewSensitive(signingKey)}
	account := &omise.LinkedAccountCreateParams{Type: omise.LinkedAccountTypeDirectDebitSCB, CitizenID: omise.NewSensitive(citizenID)}
	values := []any{
		chain, *chain, []*omise.Chain{chain}, []omise.Chain{*chain}, &omise.List[omise.Chain]{Data: []*omise.Chain{chain}},
		key, &key, []omise.ChainKey{key}, []*omise.ChainKey{&key}, map[string]any{"key": key}, &omise.List[omise.ChainKey]{Data: []*omise.ChainKey{&key}},
		secret, *secret, []omise.WebhookSecret{*secret}, &omise.List[omise.WebhookSecret]{Data: []*omise.WebhookSecret{secret}},
		account, *account, account.CitizenID, struct{ P any }{account}, struct {
			P omise.LinkedAccountCreateParams
		}{*account},
	}
	for _, value := range values {
		requireNoCanary(t, outputs(value), fmt.Sprintf("%T", value))
	}
}

// The caller asked for these secrets, so the caller can read them.

func TestTheCallerCanRevealTheKeyOfAChain(t *testing.T) {
	t.Parallel()
	chain, err := apitest.Respond(200, apitest.ObjectJSON(t, "chain")).Client(t).Chains.Get(t.Context(), apitest.Object("chain")["id"].(string))
	require.NoError(t, err)
	require.Equal(t, apitest.Object("chain")["key"], chain.Key.Reveal())
}

func TestTheCallerCanRevealTheKeysOfAChain(t *testing.T) {
	t.Parallel()
	client := apitest.Respond(200, `{"object":"list","data":[{"object":"key","key":"`+chainedKey+`","livemode":false}],"total":1}`).Client(t)
	keys, err := client.Chains.ListKeys(t.Context(), apitest.Object("chain")["id"].(string), nil)
	require.NoError(t, err)
	revealed := map[string]string{}
	for name, value := range *keys.Data[0] {
		revealed[name] = value.Reveal()
	}
	require.Equal(t, map[string]string{"object": "key", "key": chainedKey, "livemode": "false"}, revealed)
}

func TestTheCallerCanRevealTheKeyOfAWebhookSecret(t *testing.T) {
	t.Parallel()
	secret, err := apitest.Respond(200, apitest.ObjectJSON(t, "webhook_secret")).Client(t).WebhookSecrets.Create(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, signingKey, secret.Key.Reveal())
}

func TestACitizenIDReachesTheWire(t *testing.T) {
	t.Parallel()
	api := apitest.Respond(200, apitest.ObjectJSON(t, "linked_account"))
	_, err := api.Client(t).LinkedAccounts.Create(t.Context(), &omise.LinkedAccountCreateParams{
		Type: omise.LinkedAccountTypeDirectDebitSCB, ReturnURI: "https://example.com", CitizenID: omise.NewSensitive(citizenID),
	})
	require.NoError(t, err)
	sent, err := url.ParseQuery(api.Requests()[0].Payload)
	require.NoError(t, err)
	require.Equal(t, citizenID, sent.Get("citizen_id"))
}

func TestSensitiveTextReachesTheWire(t *testing.T) {
	t.Parallel()
	api := apitest.Respond(200, apitest.ObjectJSON(t, "token"))
	_, err := api.Client(t).Tokens.Create(t.Context(), secretToken())
	require.NoError(t, err)
	sent, err := url.ParseQuery(api.Requests()[0].Payload)
	require.NoError(t, err)
	require.Equal(t, cardNumber, sent.Get("card[number]"))
	require.Equal(t, cardCode, sent.Get("card[security_code]"))
}

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
