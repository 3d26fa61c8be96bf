// Package examples_test runs every program of this directory against the fake.
package examples_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/internal/mock"
)

// A scene is a program and the texts that it has to print.
type scene struct {
	name    string
	program string
	world   fake.Options
	before  string // operation of the admin API and its body
	want    []string
}

var scenes = []scene{
	{name: "quickstart", program: "quickstart", want: []string{"A tourist's card is declined", "The balance tonight"}},
	{name: "a card that is paid at once", program: "checkout", want: []string{"paid 1299.00 THB"}},
	{name: "a card with 3-D Secure", program: "checkout", world: fake.Options{ThreeDSecure: true}, want: []string{"the payer goes to http", "paid 1299.00 THB"}},
	{name: "PromptPay", program: "promptpay", want: []string{"show the picture http", "paid 450.00 THB"}},
	{name: "a subscription", program: "subscriptions", want: []string{"the first month is successful", "the customer has cancelled"}},
	{name: "refunds and disputes", program: "refunds", want: []string{"captured 1500.00 THB", "gave back 500.00 THB", "the dispute is pending"}},
	{name: "a payout without money", program: "payouts", want: []string{"it is sent when the balance is high enough"}},
	{name: "a payout", program: "payouts", before: `seed {"paid_charges":3}` + "\n" + `advance {"duration":"8d"}`, want: []string{"paid: true"}},
	{name: "a day as CSV", program: "reconciliation", before: `seed {"paid_charges":2}`, want: []string{"time,id,key,amount", "charge.captured.net", "total"}},
	{name: "a platform", program: "platform", want: []string{"Malee's Tea is paid 1000.00 THB successful"}},
	{name: "several accounts", program: "accounts", want: []string{"merchant@example.com 0.00 THB"}},
	{name: "an answer that arrives", program: "unknown", want: []string{"next step: paid"}},
	{name: "an answer that is lost", program: "unknown", before: `faults {"on":"POST /charges","effect":"drop_after"}`,
		want: []string{"not known yet: omise: POST /charges: outcome unknown", "next step: paid"}},
}

func TestExamples(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	out, err := exec.Command("go", "build", "-o", bin+"/", "./...").CombinedOutput()
	require.NoError(t, err, string(out))
	programs, err := os.ReadDir(bin)
	require.NoError(t, err)
	played := map[string]bool{}
	for _, s := range scenes {
		played[s.program] = true
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.play(t, filepath.Join(bin, s.program))
		})
	}
	for _, p := range programs {
		require.True(t, played[p.Name()], "%s has no scene", p.Name())
	}
}

func (s *scene) play(t *testing.T, program string) {
	host, err := mock.New(mock.Options{World: s.world})
	require.NoError(t, err)
	server := httptest.NewServer(host)
	t.Cleanup(server.Close)
	world := host.First().Fake()
	world.PublishAt(server.URL)
	for line := range strings.Lines(s.before) {
		operation, body, _ := strings.Cut(line, " ")
		resp, err := http.Post(server.URL+"/_admin/"+operation, "application/json", strings.NewReader(body))
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusOK, resp.StatusCode, line)
	}
	command := exec.Command(program)
	command.Env = append(os.Environ(), "OMISE_SECRET_KEY="+world.SecretKey(), "OMISE_PUBLIC_KEY="+world.PublicKey(),
		"OMISE_API_URL="+server.URL, "OMISE_VAULT_URL="+server.URL)
	said := &payer{t: t}
	command.Stdout, command.Stderr = said, said
	require.NoError(t, command.Run(), said)
	for _, want := range s.want {
		require.Contains(t, said.String(), want)
	}
}

// A payer reads the output of a program and approves the payment at the address in it.
type payer struct {
	t    *testing.T
	said bytes.Buffer // not embedded: it would be written past Write
}

var authorize = regexp.MustCompile(`the payer goes to (http\S+)`)

func (p *payer) String() string { return p.said.String() }

func (p *payer) Write(text []byte) (int, error) {
	if found := authorize.FindSubmatch(text); found != nil {
		browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		resp, err := browser.PostForm(string(found[1]), url.Values{"answer": {"yes"}})
		if err != nil {
			p.t.Error(err)
			return 0, err
		}
		resp.Body.Close()
	}
	return p.said.Write(text)
}

func TestExamplesRefuseALiveKey(t *testing.T) {
	t.Parallel()
	command := exec.Command("go", "run", "./checkout")
	command.Env = append(os.Environ(), "OMISE_SECRET_KEY=skey_5xsrnhy5ooosm9h5xkz")
	out, err := command.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "OMISE_SECRET_KEY must be a test key")
	require.NotContains(t, string(out), "5xsrnhy5")
}

// The secret in the guide has to be the secret of the mock, because the shop does not start
// otherwise. The guide itself needs Docker, so a test does not run it.
func TestTheComposeFileHasTheWebhookSecretOfItsMock(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../docs/testing.md")
	require.NoError(t, err)
	host, err := mock.New(mock.Options{World: fake.Options{SecretKey: "skey_test_shop", PublicKey: "pkey_test_shop"}})
	require.NoError(t, err)
	require.Contains(t, string(guide), "OMISE_WEBHOOK_SECRET: "+host.First().Fake().WebhookSecret())
}
