package omise_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

const (
	processed    = true
	notProcessed = false
)

// An effect chooses the effect of a fault, such as omisetest.Fault.DropAfter.
type effect func(omisetest.Fault) omisetest.Fault

// A lostAnswer makes a call whose first answer is lost.
type lostAnswer func(fake *fakeClient, processed bool, fault effect)

// lostAnswers are the calls whose first answer is lost in testLostAnswers.
var lostAnswers = map[string]lostAnswer{
	"read":                         lostAnswerToARead,
	"write that works only once":   lostAnswerToAToken,
	"write that may be done twice": lostAnswerToASavedCard,
}

// testLostAnswers loses the first answer to a read, to a write that works only once and
// to a write that could be done twice. No money is lost or moved twice.
func testLostAnswers(t *testing.T, processed bool, fault effect) {
	t.Helper()
	for name, test := range lostAnswers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) { test(fake, processed, fault) })
		})
	}
}

// testLostAnswersOverTCP is testLostAnswers over real connections.
func testLostAnswersOverTCP(t *testing.T, processed bool, fault effect) {
	t.Helper()
	for name, test := range lostAnswers {
		t.Run(name+" over TCP", func(t *testing.T) {
			t.Parallel()
			test(newFakeClientOverTCP(t), processed, fault)
		})
	}
}

func lostAnswerToARead(fake *fakeClient, _ bool, fault effect) {
	fake.t.Helper()
	known := fake.mustCharge(fake.chargeOfToken())
	fake.srv.Fault(fault(omisetest.On("GET /charges/{id}")).Times(1))
	charge, err := fake.Charges.Get(fake.ctx(), known.ID)
	require.NoError(fake.t, err)
	require.Equal(fake.t, known.ID, charge.ID)
	fake.srv.AssertCalls("GET /charges/{id}", 2)
}

func lostAnswerToAToken(fake *fakeClient, _ bool, fault effect) { chargeToken(fake, fault, 2) }

// otherDocumentForAToken is lostAnswerToAToken for an answer that is a whole document.
// Such an answer shows that the server has done the write, so the write is not sent again.
func otherDocumentForAToken(fake *fakeClient, _ bool, fault effect) { chargeToken(fake, fault, 1) }

// chargeToken loses the first answer to a charge of a token, and expects a number of
// requests.
func chargeToken(fake *fakeClient, fault effect, sent int) {
	fake.t.Helper()
	params := fake.chargeOfToken()
	fake.srv.Fault(fault(omisetest.On("POST /charges")).Times(1))
	charge, err := fake.With(omise.WithTokensUsedAtArrival()).Charges.Create(fake.ctx(), params)
	require.NoError(fake.t, err)
	require.True(fake.t, charge.Paid)
	fake.srv.AssertCalls("POST /charges", sent)
	fake.srv.AssertCharged(1)
}

func lostAnswerToASavedCard(fake *fakeClient, processed bool, fault effect) {
	fake.t.Helper()
	params := fake.chargeOfCustomer()
	fake.srv.Fault(fault(omisetest.On("POST /charges")).Times(1))
	_, err := fake.Charges.Create(fake.ctx(), params, omise.WithIntent("order-42"))
	require.ErrorIs(fake.t, err, omise.ErrOutcomeUnknown)
	fake.srv.AssertCalls("POST /charges", 1)

	fake.srv.Advance(3 * time.Second) // times are given in whole seconds
	want, charged := omise.ResolutionNotFound, 0
	if processed {
		want, charged = omise.ResolutionFound, 1
	}
	resolution, err := fake.With(omise.WithMaxProcessingTime(time.Second)).Charges.Resolve(fake.ctx(), throughJSON(fake.t, err))
	require.NoError(fake.t, err)
	require.Equal(fake.t, want, resolution.State)
	fake.srv.AssertCharged(charged)
}

// testRepeatWithKey loses the first answer to a write that could be done twice, at a
// server that honours keys. The client sends the write again, and it is done once.
func testRepeatWithKey(t *testing.T, fault effect) {
	t.Helper()
	t.Run("repeated with its key", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			srv := omisetest.NewServer(t, omisetest.WithHonouredKeys())
			fake := fakeClientOf(t, srv, omise.WithIdempotencyKeys(omise.KeysHonoured))
			params := fake.chargeOfCustomer()
			srv.Fault(fault(omisetest.On("POST /charges")).Times(1))
			charge, err := fake.Charges.Create(fake.ctx(), params)
			require.NoError(t, err)
			require.True(t, charge.Paid)
			srv.AssertCalls("POST /charges", 2)
			srv.AssertCharged(1)
		})
	})
}
