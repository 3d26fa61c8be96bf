package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/internal/mock"
)

const secret, public = "skey_test_live1", "pkey_test_live1"

// standIn starts a fake on a port that is used in place of the API.
func standIn(t *testing.T, options fake.Options) (*fake.Server, *side) {
	t.Helper()
	options.SecretKey, options.PublicKey, options.Start = secret, public, time.Now().Add(-time.Hour)
	host, err := mock.New(mock.Options{World: options})
	if err != nil {
		t.Fatal(err)
	}
	port := httptest.NewServer(host)
	t.Cleanup(port.Close)
	return host.First().Fake(), &side{
		name: "the API", api: port.URL, vault: port.URL, secret: secret, public: public, client: port.Client(),
	}
}

// compared plays all scenes on a fake in place of the API and on a fake in the process.
func compared(t *testing.T, prepare func(*fake.Server)) (string, int) {
	t.Helper()
	s, api := standIn(t, fake.Options{Seed: 9})
	s.SeedPaidCharges(3) // the account has been used
	prepare(s)
	var out bytes.Buffer
	n, err := run(api, inProcess(secret, public), &out)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), n
}

func TestTheFakeAgreesWithItself(t *testing.T) {
	t.Parallel()
	out, n := compared(t, func(*fake.Server) {})
	if n != 0 {
		t.Errorf("%d differences:\n%s", n, out)
	}
	if got := strings.Count(out, " 0 differences\n"); got != len(scenes)+1 {
		t.Errorf("%d scenes and their sum without differences, want %d:\n%s", got, len(scenes)+1, out)
	}
}

func TestDifferencesAreReported(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault fake.Rule
		want  string
		count int
	}{
		"status": {
			answered("POST /charges/{id}/refunds", 500, `{"object":"error","code":"internal_error"}`),
			"#6 POST /charges/{id}/refunds\n     status: 500 internal_error in the API, 200 in the fake\n", 6,
		},
		"code": {
			answered("POST /charges/{id}/capture", 400, `{"object":"error","code":"brand_new"}`),
			"status: 400 brand_new in the API, 400 failed_capture in the fake\n", 5,
		},
		"form": {
			answered("GET /balance", 200, `{"object":"balance","livemode":false,"location":"/balance","currency":"THB","total":"100","reserve":{"a":1},"transferable":0.5,"created_at":"2026-01-05"}`),
			"     answer.reserve: an object in the API, a whole number in the fake\n", 5,
		},
		"no JSON": {
			answered("GET /account", 200, `<html>`),
			"GET /account\n     answer: text in the API, an object in the fake\n", 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, n := compared(t, func(s *fake.Server) {
				if err := s.Fault(test.fault); err != nil {
					t.Fatal(err)
				}
			})
			if n != test.count || !strings.Contains(out, test.want) {
				t.Errorf("%d differences, want %d with %q:\n%s", n, test.count, test.want, out)
			}
			if strings.Contains(out, "live1") || strings.Contains(out, goodCard) {
				t.Errorf("it shows secrets:\n%s", out)
			}
		})
	}
}

func answered(operation string, status int, body string) fake.Rule {
	return fake.Rule{Operation: operation, Effect: fake.Answer, Status: status, ContentType: "application/json", Body: []byte(body)}
}

func TestOtherWordsAreDifferences(t *testing.T) {
	t.Parallel()
	there := step{operation: "GET /x", status: 200, form: formOf(map[string]any{"status": "paid", "id": "chrg_test_1", "data": []any{nil, 1.0}})}
	here := step{operation: "GET /x", status: 200, form: formOf(map[string]any{"status": "done", "id": "cust_test_1", "data": []any{1.0, nil}})}
	got := compare([]step{there, there}, []step{here})
	want := []difference{
		{0, "GET /x", "answer.id", "an id chrg_test_", "an id cust_test_"},
		{0, "GET /x", "answer.status", `"paid"`, `"done"`},
		{1, "GET /x", "call", "made", "not made"},
	}
	if len(got) != len(want) {
		t.Fatal(got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%v, want %v", got[i], want[i])
		}
	}
}

func TestLiveKeysAreRefused(t *testing.T) {
	t.Parallel()
	for _, keys := range [][2]string{{"", ""}, {"skey_1", public}, {secret, "pkey_1"}, {"skey_live_1", "pkey_live_1"}} {
		err := checkKeys(keys[0], keys[1])
		if err == nil || strings.Contains(err.Error(), "key_1") {
			t.Errorf("%q: %v", keys, err)
		}
	}
	if err := checkKeys(secret, public); err != nil {
		t.Error(err)
	}
}

func TestAnUnreachableSideIsAnError(t *testing.T) {
	t.Parallel()
	gone := &side{name: "the API", api: "http://127.0.0.1:1", vault: "http://127.0.0.1:1", client: &http.Client{}}
	if _, err := run(gone, inProcess(secret, public), &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "the API: a charge and its refund: POST /tokens") {
		t.Error(err)
	}
}
