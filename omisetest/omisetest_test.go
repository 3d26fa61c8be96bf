package omisetest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

// charge makes a charge of 1,000.00 with a card that works.
func charge(t *testing.T, client *omise.Client, change func(*omise.ChargeCreateParams)) *omise.Charge {
	t.Helper()
	token, err := client.Tokens.Create(t.Context(), &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai Prasert", Number: omise.NewSensitive("4242424242424242"), ExpirationMonth: 12, ExpirationYear: 2035,
	}})
	require.NoError(t, err)
	params := &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Card: token.ID}
	if change != nil {
		change(params)
	}
	charge, err := client.Charges.Create(t.Context(), params)
	require.NoError(t, err)
	return charge
}

func TestServersDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	one, other := omisetest.NewServer(t, omisetest.WithSeed(1)), omisetest.NewServer(t, omisetest.WithSeed(2))
	paid := charge(t, one.Client(), nil)

	_, err := other.Client().Charges.Get(t.Context(), paid.ID)
	require.ErrorIs(t, err, omise.ErrCodeNotFound)
	_, err = other.Client().With(omise.WithSecretKey(one.SecretKey())).Charges.Get(t.Context(), paid.ID)
	require.ErrorIs(t, err, omise.ErrCodeAuthenticationFailure)
}

func TestTimeMovesOnlyWhenAdvanced(t *testing.T) {
	t.Parallel()
	start := time.Date(2030, 3, 1, 9, 0, 0, 0, time.UTC)
	srv := omisetest.NewServer(t, omisetest.WithStart(start))
	held := charge(t, srv.Client(), func(p *omise.ChargeCreateParams) { p.Capture = new(false) })
	require.Equal(t, start, held.CreatedAt)

	srv.Advance(8 * 24 * time.Hour)
	require.Equal(t, start.AddDate(0, 0, 8), srv.Now())
	_, err := srv.Client().Charges.Capture(t.Context(), held.ID, nil)
	require.ErrorIs(t, err, omise.ErrCodeExpiredCharge)
}

func TestAuthorizeIsWhatThePayerDoes(t *testing.T) {
	t.Parallel()
	for approve, want := range map[bool]omise.ChargeStatus{
		true:  omise.ChargeStatusSuccessful,
		false: omise.ChargeStatusFailed,
	} {
		srv := omisetest.NewServer(t, omisetest.WithThreeDSecure())
		waiting := charge(t, srv.Client(), func(p *omise.ChargeCreateParams) { p.ReturnURI = "https://shop.example.com/back" })
		require.NotEmpty(t, waiting.AuthorizeURI)
		require.Equal(t, omise.ChargeStatusPending, waiting.Status)

		srv.Authorize(waiting.ID, approve)
		done, err := srv.Client().Charges.Get(t.Context(), waiting.ID)
		require.NoError(t, err)
		require.Equal(t, want, done.Status)
	}
}

func TestTheCountryDecidesTheCurrency(t *testing.T) {
	t.Parallel()
	account, err := omisetest.NewServer(t, omisetest.WithCountry("JP")).Client().Account.Get(t.Context())
	require.NoError(t, err)
	require.Equal(t, omise.JPY, account.Currency)
}

func TestHonouredKeysRepeatTheFirstAnswer(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t, omisetest.WithHonouredKeys())
	client := srv.Client()
	source, err := client.Sources.Create(t.Context(), &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: 50_000, Currency: omise.THB})
	require.NoError(t, err)
	params := &omise.ChargeCreateParams{Amount: 50_000, Currency: omise.THB, Source: source.ID}
	first, err := client.Charges.Create(t.Context(), params, omise.WithIdempotencyKey("order-1"))
	require.NoError(t, err)
	again, err := client.Charges.Create(t.Context(), params, omise.WithIdempotencyKey("order-1"))
	require.NoError(t, err)
	require.Equal(t, first.ID, again.ID)
}

func TestTheClientWaitsForACallThatIsRunning(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := omisetest.NewServer(t, omisetest.WithHonouredKeys())
		srv.Fault(omisetest.On("POST /charges").Nth(1).Running(10*time.Second), omisetest.On("POST /charges").Latency(4*time.Second))
		charge, err := srv.Client(omise.WithIdempotencyKeys(omise.KeysHonoured)).Charges.Create(t.Context(),
			&omise.ChargeCreateParams{Amount: 50_000, Currency: omise.THB, Customer: srv.SeedCustomer()})
		require.NoError(t, err)
		require.True(t, charge.Paid)
		srv.AssertCharged(1)
		var statuses []int
		for _, call := range srv.Calls() {
			statuses = append(statuses, call.Status)
		}
		require.Equal(t, []int{0, 409, 409, 200}, statuses)
	})
}

func TestIgnoredIdempKeysMakeATransferOfEveryCall(t *testing.T) {
	t.Parallel()
	for want, opts := range map[int][]omisetest.Option{1: nil, 2: {omisetest.WithIgnoredIdempKeys()}} {
		srv := omisetest.NewServer(t, opts...)
		client := srv.Client()
		for range 2 {
			_, err := client.Transfers.Create(t.Context(), &omise.TransferCreateParams{Amount: new(int64(50_000)), IdempKey: "payday"})
			require.NoError(t, err)
		}
		transfers, err := client.Transfers.List(t.Context(), nil)
		require.NoError(t, err)
		require.Equal(t, want, transfers.Total)
	}
}

func TestOptionsOfTheClientAreAppliedLast(t *testing.T) {
	t.Parallel()
	client := omisetest.NewServer(t).Client(omise.WithPublicKey("pkey_test_other"))
	_, err := client.Tokens.Get(t.Context(), "tokn_test_1")
	require.ErrorIs(t, err, omise.ErrCodeAuthenticationFailure)
}

func TestPayLinkAndRegisterLinkedAccountActForThePayer(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t)
	client := srv.Client()
	link, err := client.Links.Create(t.Context(), &omise.LinkCreateParams{Amount: 50_000, Currency: omise.THB, Title: "Beans", Description: "A bag"})
	require.NoError(t, err)
	srv.PayLink(link.ID)
	link, err = client.Links.Get(t.Context(), link.ID)
	require.NoError(t, err)
	require.True(t, link.Used)

	account, err := client.LinkedAccounts.Create(t.Context(), &omise.LinkedAccountCreateParams{
		Type: omise.LinkedAccountTypeDirectDebitSCB, ReturnURI: "https://shop.example.com/back",
	})
	require.NoError(t, err)
	srv.RegisterLinkedAccount(account.ID, false)
	account, err = client.LinkedAccounts.Get(t.Context(), account.ID)
	require.NoError(t, err)
	require.Equal(t, omise.LinkedAccountStatusFailed, account.Status)
}

func TestAChainOpensAnAccountOfItsOwn(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t)
	client := srv.Client()
	paid := charge(t, client, nil)
	chain, err := client.Chains.Get(t.Context(), srv.AddChain("merchant@example.com"))
	require.NoError(t, err)
	merchant := client.With(omise.WithSecretKey(chain.Key.Reveal()))
	_, err = merchant.Charges.Get(t.Context(), paid.ID)
	require.ErrorIs(t, err, omise.ErrCodeNotFound)
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t, omisetest.WithRateLimit(3, time.Minute))
	client := srv.Client(omise.WithMaxRetries(0))
	for range 3 {
		_, err := client.Balance.Get(t.Context())
		require.NoError(t, err)
	}
	_, err := client.Balance.Get(t.Context())
	var failed *omise.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, omise.ErrCodeTooManyRequests, failed.Code)
	require.Equal(t, time.Minute, failed.RetryAfter)
	srv.Advance(time.Minute)
	_, err = srv.Client().Balance.Get(t.Context()) // the first client would really wait
	require.NoError(t, err)
}
