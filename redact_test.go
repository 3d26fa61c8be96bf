package omise_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/internal/golden"
)

const (
	cardNumber = "4242424242424242"
	cardCode   = "737"

	chainedKey = "ckey_test_5xsrnhy5yl6sc7x4pxb"
	signingKey = "b21pc2Utd2ViaG9vay1zZWNyZXQ="
	citizenID  = "1103700012345"
)

// canaries are the texts that no output may hold, in the forms in which they are sent.
var canaries = []string{
	testSecret, testPublic, testLinksPlus, strings.ToUpper(testSecret), chainedKey, signingKey, citizenID,
	basic(testSecret)[:24], basic(testPublic)[:24], basic(testLinksPlus)[:24], // the part that does not depend on the colon and the padding at the end
	cardNumber, "4242 4242 4242 4242", "4242-4242-4242-4242", "4242.4242.4242.4242", "4242%204242%204242%204242",
	"security_code]=" + cardCode, "security_code%5D=" + cardCode, "code " + cardCode, // other texts have three digits, too
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
