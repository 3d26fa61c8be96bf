package main

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/omisekit/omise-go/internal/fake"
)

// The fake has two settings for behaviour of the API that no source tells.
func TestTheQuestionsTellTheSettingsOfTheFakeApart(t *testing.T) {
	t.Parallel()
	limit := fake.RateLimit{Calls: 120, Per: time.Minute}
	for name, test := range map[string]struct {
		options fake.Options
		want    []string
	}{
		"keys are ignored": {fake.Options{RateLimit: limit}, []string{
			"- Is a repeated Idempotency-Key replayed? Customers: no, there are two. Charges: no, there are two. Transfers: no, there are two.\n",
			"- And with other parameters? There are two.\n",
		}},
		"keys are honoured": {fake.Options{HonourKeys: true, RateLimit: limit}, []string{
			"- Is a repeated Idempotency-Key replayed? Customers: yes. Charges: yes. Transfers: yes.\n",
			"- And with other parameters? It is refused: 422 bad_request (",
			"- What comes with 429? After ",
			`calls: 429 too_many_requests ("too many requests"), with ["Retry-After: 60"].` + "\n",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, on := standIn(t, test.options)
			s.SeedPaidCharges(3)
			s.Advance(48 * time.Hour) // so that there is money to transfer
			var out bytes.Buffer
			if err := ask(on, &out); err != nil {
				t.Fatal(err)
			}
			t.Log(out.String())
			for _, line := range test.want {
				if !strings.Contains(out.String(), line) {
					t.Errorf("no %q in\n%s", line, out.String())
				}
			}
			if n := strings.Count(out.String(), "\n- "); n != len(questions) {
				t.Errorf("%d answers, want %d", n, len(questions))
			}
			if strings.Contains(out.String(), "live1") || strings.Contains(out.String(), goodCard) {
				t.Errorf("it shows secrets:\n%s", out.String())
			}
		})
	}
}

func TestAnUnreachableAPIIsAnError(t *testing.T) {
	t.Parallel()
	gone := &side{name: "the API", api: "http://127.0.0.1:1", vault: "http://127.0.0.1:1", client: &http.Client{}}
	if err := ask(gone, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "the API: Is a repeated Idempotency-Key replayed?") {
		t.Error(err)
	}
}
