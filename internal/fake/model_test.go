package fake

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/fake/network"
)

// modelSteps returns the number of random actions in TestModel:
//
//	OMISE_MODEL_STEPS=1000000 go test ./internal/fake -run TestModel
func modelSteps(t *testing.T) int {
	t.Helper()
	text := os.Getenv("OMISE_MODEL_STEPS")
	if text == "" {
		return 20_000
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

// stepsOfAModel is the number of actions in one world.
const stepsOfAModel = 250

// TestModel makes random actions in many worlds. After every action it compares the
// world with a model that shares no code with the fake.
func TestModel(t *testing.T) {
	t.Parallel()
	steps := modelSteps(t)
	lanes := 4
	for lane := range lanes {
		t.Run(strconv.Itoa(lane), func(t *testing.T) {
			t.Parallel()
			for seed := lane; seed*stepsOfAModel < steps; seed += lanes {
				m := newModel(t, uint64(seed))
				for range stepsOfAModel {
					m.step()
					m.checkBalance()
					m.checkList()
					if t.Failed() {
						t.Fatalf("seed %d: %s", seed, strings.Join(m.done, "\n"))
					}
				}
				m.checkAll()
			}
		})
	}
}

// A model is the expected state of a Server.
type model struct {
	t      *testing.T
	s      *Server
	random *rand.Rand
	done   []string // for people
	now    time.Time

	charges   []*modelCharge
	refunds   []modelRecord
	disputes  []*modelDispute
	transfers []*modelTransfer
	schedules []*modelSchedule
	links     []*modelLink

	gross, fees, refunded, disputed, transferred int64
}

type modelRecord struct {
	id      string
	created time.Time
}

type modelCharge struct {
	modelRecord
	state         string
	source        string // type; empty for cards
	amount        int64
	captured, net int64
	fee           int64 // with tax
	refunded      int64
	preAuth, held bool // held: not to be captured at once
	paid, expires time.Time
	refunds       []modelRecord
	dispute       *modelDispute
	fails         bool
}

type modelDispute struct {
	modelRecord
	charge *modelCharge
	amount int64
	status string
}

type modelTransfer struct {
	modelRecord
	amount int64
	sent   bool
}

func newModel(t *testing.T, seed uint64) *model {
	t.Helper()
	s := New(Options{Seed: seed, ThreeDSecure: seed%2 == 0})
	return &model{t: t, s: s, random: rand.New(rand.NewPCG(seed, 7)), now: s.Now()}
}

// ask makes a call and decodes the answer.
func (m *model) ask(method, path, body string, into any) int {
	m.t.Helper()
	hr, err := http.NewRequest(method, "https://api.omise.co"+path, strings.NewReader(body))
	require.NoError(m.t, err)
	hr.Header.Set("Content-Type", "application/json")
	hr.SetBasicAuth(m.s.SecretKey(), "")
	if path == "/tokens" {
		hr.SetBasicAuth(m.s.PublicKey(), "")
	}
	w := &network.Memory{}
	m.s.ServeHTTP(w, hr)
	if into != nil {
		require.NoError(m.t, json.Unmarshal(w.Body.Bytes(), into))
	}
	return cmp.Or(w.Status, http.StatusOK)
}

// A modelAnswer has the attributes that the model compares.
type modelAnswer struct {
	ID, Code, Status              string
	Object                        string
	AuthorizeURI                  *string `json:"authorize_uri"`
	CapturedAmount                int64   `json:"captured_amount"`
	RefundedAmount                int64   `json:"refunded_amount"`
	FundingAmount                 int64   `json:"funding_amount"`
	Net, Amount                   int64
	Fee                           int64
	FeeVAT                        int64 `json:"fee_vat"`
	Paid, Authorized, Capturable  bool
	Reversible, Reversed, Expired bool
	Refundable, Disputable        bool
	CanPerformVoid                bool `json:"can_perform_void"`
	Voided, Sent                  bool
	Total, Transferable           int64
	Data                          []struct {
		ID, Status     string
		Schedule, Link string
		Direction      string
		Amount         int64
		Created        time.Time `json:"created_at"`
	}
}

func (m *model) note(format string, args ...any) {
	m.done = append(m.done, fmt.Sprintf(format, args...))
}

// step makes one random action.
func (m *model) step() {
	m.t.Helper()
	switch n := m.random.IntN(23); {
	case n < 4 || len(m.charges) == 0:
		m.create()
	case n < 12:
		m.act(m.charges[m.random.IntN(len(m.charges))], m.random.IntN(len(actions)))
	case n < 13:
		m.authorize(m.charges[m.random.IntN(len(m.charges))])
	case n < 15:
		m.settleDispute()
	case n < 17:
		m.transfer()
	case n < 18:
		m.advance(time.Duration(m.random.Int64N(int64(time.Hour))))
	case n < 20:
		m.advance(time.Duration(m.random.Int64N(int64(3 * day))))
	case n < 21:
		m.plan()
	default:
		m.link()
	}
}

func (m *model) create() {
	m.t.Helper()
	c := &modelCharge{amount: 2000 + m.random.Int64N(500_000), preAuth: m.random.IntN(2) == 0}
	body := fmt.Sprintf(`{"amount":%d,"currency":"thb"`, c.amount)
	waits := false
	if kind := m.random.IntN(4); kind == 0 {
		c.source = []string{"promptpay", "alipay", "wechat_pay"}[m.random.IntN(3)]
		body += `,"return_uri":"https://shop.example.com","source":{"type":"` + c.source + `"}`
		waits = true
	} else {
		number := goodCard
		if c.fails = m.random.IntN(5) == 0; c.fails {
			number = declinedCard
		}
		body += `,"card":"` + m.token(number) + `"`
		if c.preAuth {
			body += `,"authorization_type":"pre_auth"`
		}
		if c.held = m.random.IntN(2) == 0; c.held {
			body += `,"capture":false`
		}
		if waits = m.s.options.ThreeDSecure && m.random.IntN(2) == 0; waits {
			body += `,"return_uri":"https://shop.example.com"`
		}
	}
	var got modelAnswer
	require.Equal(m.t, http.StatusOK, m.ask("POST", "/charges", body+"}", &got))
	m.note("create %s", body)
	c.modelRecord = modelRecord{got.ID, m.now}
	c.expires = m.now.Add(week)
	m.charges = append(m.charges, c)
	switch {
	case waits && c.source == "":
		c.state = waitsForCard
	case waits:
		c.state = waitsForSource
	default:
		m.approved(c, m.now)
	}
	m.checkCharge(c, got)
}

func (m *model) token(number string) string {
	m.t.Helper()
	var token modelAnswer
	m.ask("POST", "/tokens", `{"card":{"name":"A","number":"`+number+`","expiration_month":12,"expiration_year":2035}}`, &token)
	return token.ID
}

// approved updates the model after the payer has approved.
func (m *model) approved(c *modelCharge, when time.Time) {
	switch {
	case c.fails:
		c.state = isFailed
	case c.held:
		c.state = isHeld
	default:
		m.pay(c, c.amount, when)
	}
}

func (m *model) pay(c *modelCharge, amount int64, when time.Time) {
	c.state, c.captured, c.paid = isPaid, amount, when
	if c.source != "wechat_pay" {
		fee := (amount*365 + 5000) / 10000
		c.fee = fee + (fee*7+50)/100
	}
	c.net = amount - c.fee
	m.gross += amount
	m.fees += c.fee
}
