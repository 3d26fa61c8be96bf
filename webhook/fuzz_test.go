package webhook_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/webhook"
)

// The handler accepts only bodies that were signed with a secret.
func FuzzVerify(f *testing.F) {
	for _, signatures := range []string{signature, signature + "," + previousSignature, " , " + signature, "", "00", strings.Repeat(signature+",", 12), strings.ToUpper(signature), undecodedSignature} {
		f.Add(signatures, timestamp, []byte(body), secret)
		f.Add(signatures, "1767225601", []byte(body), secret+" ")
	}
	f.Add(signature, "+1767225600", []byte{}, "")
	f.Add(signature, "99999999999999999999", []byte("null"), "=")
	f.Fuzz(func(t *testing.T, signatures, timestamp string, body []byte, secret string) {
		before := bytes.Clone(body)
		err := verify(headers(signatures, timestamp), body, secret)
		require.Equal(t, before, body)
		if err != nil {
			return
		}
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(secret))
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(key), 16)
		require.NotEmpty(t, body)
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(timestamp + "." + string(body)))
		require.Contains(t, strings.ToLower(signatures), hex.EncodeToString(mac.Sum(nil)))
	})
}

// Every body that is parsed is an event, and its amount is the amount in the body.
func FuzzParse(f *testing.F) {
	addEvents(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		event, err := webhook.Parse(body)
		if err != nil {
			require.Nil(t, event)
			return
		}
		require.Equal(t, "event", event.ObjectName)
		require.NotEmpty(t, event.ID)
		require.NotEmpty(t, event.Key)
		require.True(t, bytes.Contains(body, event.Data), "the data differs from the body")
		switch object := event.Object().(type) {
		case nil:
			require.True(t, len(event.Data) == 0 || string(event.Data) == "null")
		case *omise.UnknownObject:
			require.Equal(t, event.Data, object.Raw)
		case *omise.DeletedObject:
			require.NotEmpty(t, object.ID)
		case *omise.Charge:
			requireAmount(t, event.Data, object.Amount)
		case *omise.Transfer:
			requireAmount(t, event.Data, object.Amount)
		}
	})
}

// requireAmount checks the amount with encoding/json.
func requireAmount(t *testing.T, data []byte, amount int64) {
	t.Helper()
	var plain map[string]any
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&plain))
	for name := range plain {
		if name != "amount" && strings.EqualFold(name, "amount") {
			return // if the name comes twice, the decoder chooses
		}
	}
	number, ok := plain["amount"].(json.Number)
	require.True(t, ok, "there is no amount")
	text, _, _ := strings.Cut(number.String(), ".")
	want, err := strconv.ParseInt(text, 10, 64)
	require.NoError(t, err)
	require.Equal(t, want, amount)
}

// The handler answers any request, does not repeat a part of it, and calls the function
// only with a signed event.
func FuzzHandler(f *testing.F) {
	addEvents(f)
	f.Add([]byte(body), "POST", signature, timestamp, false)
	f.Add([]byte(body), "GET", signature, timestamp, true)
	f.Fuzz(func(t *testing.T, body []byte, method, signatures, timestamp string, signed bool) {
		var event *omise.Event
		h := newHandler(func(_ context.Context, e *omise.Event) error {
			event = e
			switch len(body) % 3 {
			case 1:
				return errors.New("the database is away")
			case 2:
				panic(e.Object())
			}
			return nil
		})
		header := headers(signatures, timestamp)
		if signed {
			header = webhook.Sign(append([]byte{}, body...), secret, now)
		}
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		r.Method, r.Header = method, header
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Contains(t, []int{200, 400, 405, 413, 500}, w.Code)
		require.Equal(t, w.Code == 200 || w.Code == 500, event != nil)
		if event != nil {
			require.Equal(t, http.MethodPost, method)
			require.True(t, signed || at(now, secret).Verify(header, body) == nil)
		}
		want := ""
		if w.Code != 200 {
			want = http.StatusText(w.Code) + "\n"
		}
		require.Equal(t, want, w.Body.String())
	})
}

// addEvents seeds a fuzz test with valid and invalid events.
func addEvents(f *testing.F) {
	f.Helper()
	for _, text := range append(events(f), ``, `null`, `{}`, `[]`, `1`, `{"data":null}`,
		`{"object":"event","id":"evnt_1","key":"a.b"}`,
		`{"object":"event","id":"evnt_1","key":"a.b","data":null}`,
		`{"object":"event","id":"evnt_1","key":"a.b","data":[{"object":"charge"}]}`,
		`{"object":"event","id":"evnt_1","key":"a.b","created":"2017-01-01T00:00:00Z","data":{"object":"charge","id":"chrg_1","amount":2000.0,"currency":"thb","captured":true,"refunded":5,"created":"2017-01-01T00:00:00Z","metadata":{"created":1,"object":"charge"}}}`,
		`{"object":"event","id":"evnt_1","key":"customer.destroy","data":{"object":"customer","id":"cust_1","livemode":false,"deleted":true}}`,
		`{"object":"event","id":"evnt_1","key":"x","data":{"object":"spaceship","id":"spsh_1"}}`,
		`{"object":"event","id":"evnt_1","key":"x","data":{"object":"charge","id":"chrg_1"}}`,
	) {
		if strings.Contains(f.Name(), "Handler") {
			f.Add([]byte(text), "POST", "", "", true)
		} else {
			f.Add([]byte(text))
		}
	}
}
