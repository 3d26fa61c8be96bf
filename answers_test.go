package omise_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

func TestFault14AnswerThatIsNoCharge(t *testing.T) {
	t.Parallel()
	charge := apitest.ObjectJSON(t, "charge")
	tests := []struct {
		name   string
		status int
		body   string
		get    string // error of a read, "" for none
		create string // error of a write, "" for none
	}{
		{"a charge", 200, charge, "", ""},
		{"201", 201, charge, "", ""},
		{"202", 202, charge, "", ""},
		{"null", 200, "null", "the answer is no object of the API, not a charge", "the answer is no object of the API, not a charge"},
		{"an empty object", 200, "{}", "not a charge", "not a charge"},
		{"another object", 200, apitest.ObjectJSON(t, "customer"), "the answer is a customer, not a charge", "the answer is a customer, not a charge"},
		{"a list", 200, `{"object":"list","data":[` + charge + `]}`, "the answer is a list, not a charge", "the answer is a list, not a charge"},
		{"another charge", 200, apitest.ObjectJSON(t, "charge", "id", `"chrg_test_5xsrnhy5yl6sc7x4pxb"`), "another charge than the one asked for", ""},
		{"no id", 200, apitest.ObjectJSON(t, "charge", "id", `""`), "the charge in the answer has no id", "the charge in the answer has no id"},
		{"a null id", 200, apitest.ObjectJSON(t, "charge", "id", "null"), "has no id", "has no id"},
		{"an object that is no word", 200, apitest.ObjectJSON(t, "charge", "object", `"<b>"`), "an unknown object", "an unknown object"},
		{"no content", 204, "", "not a JSON document", "not a JSON document"},
		{"empty", 200, "", "not a JSON document", "not a JSON document"},
		{"HTML", 200, badGateway, "not a JSON document", "not a JSON document"},
		{"cut JSON", 200, charge[:len(charge)/2], "not a JSON document", "not a JSON document"},
		{"two documents", 200, charge + charge, "not a JSON document", "not a JSON document"},
		{"an array", 200, "[" + charge + "]", "unexpected array", "unexpected array"},
		{"a deep array", 200, strings.Repeat("[", 100_000), "more than 1000 values within each other", "more than 1000 values within each other"},
		{"a deep object", 200, strings.Repeat(`{"card":`, 9_000) + "1" + strings.Repeat("}", 9_000), "more than 1000 values within each other", "more than 1000 values within each other"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			client := apitest.Respond(tt.status, tt.body).Client(t)
			t.Run("read", func(t *testing.T) {
				got, err := client.Charges.Get(t.Context(), chargeID)
				requireEnd(t, tt.get, got, err)
			})
			t.Run("write", func(t *testing.T) {
				got, err := client.Charges.Create(t.Context(), newCharge())
				requireEnd(t, tt.create, got, err)
				if tt.create != "" {
					require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
				}
			})
		})
	}
}

// requireEnd checks that a call returned its charge, or the error want.
func requireEnd(t *testing.T, want string, charge *omise.Charge, err error) {
	t.Helper()
	if want == "" {
		require.NoError(t, err)
		require.EqualValues(t, 100_000, charge.Amount)
		return
	}
	require.ErrorContains(t, err, want)
	require.Nil(t, charge)
}

// An error of the API is an error even if the status is 2xx.
func TestFault15ErrorWithAGoodStatusOfEveryMethod(t *testing.T) {
	t.Parallel()
	for _, op := range apitest.Operations() {
		if op.Method.Type.Out(0).Kind() == reflect.Interface { // a file may have any content
			continue
		}
		_, err := op.Answer(t, apitest.Respond(200, usedToken).Client(t), op.IDs(), op.Params()[0])
		require.Equal(t, omise.ErrCodeUsedToken, failure(t, err).Code, op.Name)
	}
}

func TestFault11WholeObjectInATruncatedAnswer(t *testing.T) {
	t.Parallel()
	body := apitest.ObjectJSON(t, "charge")
	api := &apitest.API{Respond: func(*http.Request) (*http.Response, error) {
		resp := apitest.Response(200, "")
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(body), truncatedReader{})) // a whole charge, but shorter than announced
		return resp, nil
	}}
	charge, err := api.Client(t).Charges.Create(t.Context(), newCharge())
	require.Nil(t, charge)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
}

// truncatedReader fails as a body that is shorter than its Content-Length.
type truncatedReader struct{}

func (truncatedReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestFault24DrippingBody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := respondWithDrips().Client(t, omise.WithTimeout(2*time.Second)).Charges.Create(t.Context(), newCharge())
		require.Equal(t, 2*time.Second, time.Since(start))
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
	})
}

// The test is not parallel, because it measures the memory that the whole process
// allocates.
func TestFault31HugeAnswer(t *testing.T) {
	budget := uint64(16 << 20)
	if info, _ := debug.ReadBuildInfo(); slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		budget *= 2 // io.ReadAll grows its slices twice
	}
	for name, status := range map[string]int{"answer": 200, "error": 500} {
		for _, zipped := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, gzip %t", name, zipped), func(t *testing.T) {
				srv := newHugeServer(status, zipped)
				defer srv.Close()
				defer srv.CloseClientConnections()
				client, err := omise.NewClient(testSecret, omise.WithBaseURL(srv.URL), omise.WithMaxRetries(0))
				require.NoError(t, err)
				allocated := allocates(func() { _, err = client.Charges.Get(t.Context(), chargeID) })
				require.ErrorContains(t, err, "the answer is too large")
				t.Logf("%.1f MiB allocated", float64(allocated)/(1<<20))
				require.Less(t, allocated, budget)
			})
		}
	}
}

// newHugeServer returns a server that answers with a gigabyte of blanks.
func newHugeServer(status int, zipped bool) *httptest.Server {
	const huge = 1 << 30
	blanks := make([]byte, 1<<20)
	fill := func(w io.Writer) {
		for range huge / len(blanks) {
			if _, err := w.Write(blanks); err != nil {
				return
			}
		}
	}
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !zipped {
			w.WriteHeader(status)
			fill(w)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(status)
		z := gzip.NewWriter(w)
		fill(z)
		z.Close()
	}))
}

func TestAnnouncedHugeAnswerIsNotRead(t *testing.T) {
	t.Parallel()
	api := &apitest.API{Respond: func(*http.Request) (*http.Response, error) {
		resp := apitest.Response(200, "")
		resp.Body, resp.ContentLength = io.NopCloser(neverRead{t}), 128<<20
		return resp, nil
	}}
	_, err := api.Client(t).Charges.Get(t.Context(), chargeID)
	require.ErrorContains(t, err, "the answer is too large")
}

type neverRead struct{ t *testing.T }

func (n neverRead) Read([]byte) (int, error) {
	n.t.Error("the body was read")
	return 0, io.EOF
}

func TestFault75OddAttribute(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ attribute, value string }{
		"refunds as an array":    {"refunds", "[]"},
		"an empty date":          {"paid_at", `""`},
		"an invalid date":        {"created_at", `"yesterday"`},
		"a fee in satang and .5": {"fee", "1825.5"},
		"a card as a text":       {"card", `"card_test_1vq9hnrmypdubqszwtx"`},
		"metadata as a text":     {"metadata", `"none"`},
		"a description in parts": {"description", `["a"]`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var resp omise.Response
			body := apitest.ObjectJSON(t, "charge", tt.attribute, tt.value)
			charge, err := apitest.Respond(200, body).Client(t).Charges.Create(t.Context(), newCharge(), omise.WithResponseInto(&resp))
			require.NoError(t, err)
			require.EqualValues(t, 100_000, charge.Amount)
			require.True(t, charge.Paid)
			require.Len(t, resp.Ignored, 1)
			require.ErrorContains(t, resp.Ignored[0], tt.attribute+": unexpected")
			require.Equal(t, body, string(resp.Body))
		})
	}
}

func TestFault41MoneyThatIsNoInteger(t *testing.T) {
	t.Parallel()
	tests := []struct{ attribute, value string }{
		{"amount", "2000.5"},
		{"amount", `"2000"`},
		{"amount", "9223372036854775808"},
		{"amount", "1e30"},
		{"amount", "[2000]"},
		{"currency", "764"},
		{"status", "1"},
		{"paid", `"true"`},
		{"id", "17"},
		{"object", "true"},
	}
	for _, tt := range tests {
		t.Run(tt.attribute+" "+tt.value, func(t *testing.T) {
			t.Parallel()
			client := apitest.Respond(200, apitest.ObjectJSON(t, "charge", tt.attribute, tt.value)).Client(t)
			charge, err := client.Charges.Create(t.Context(), newCharge())
			require.Nil(t, charge)
			require.ErrorContains(t, err, tt.attribute+": unexpected")
			require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		})
	}
}

func TestFault41WholeAmountWithAFraction(t *testing.T) {
	t.Parallel()
	charge, err := apitest.Respond(200, apitest.ObjectJSON(t, "charge", "amount", "100000.0")).Client(t).Charges.Create(t.Context(), newCharge())
	require.NoError(t, err)
	require.EqualValues(t, 100_000, charge.Amount)
}

func TestFault16AnswerAboutOtherMoney(t *testing.T) {
	t.Parallel()
	for name, attribute := range map[string][2]string{"amount": {"amount", "99999"}, "currency": {"currency", `"JPY"`}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := apitest.Respond(200, apitest.ObjectJSON(t, "charge", attribute[0], attribute[1]))
			charge, err := api.Client(t, omise.WithMaxRetries(2)).Charges.Create(t.Context(), newCharge())
			require.Nil(t, charge)
			require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
			require.ErrorContains(t, err, "not 100000 THB")
			require.Equal(t, chargeID, failure(t, err).Object.(*omise.Charge).ID)
			require.Len(t, writes(api), 1, "another attempt would not undo the charge")
		})
	}
}
