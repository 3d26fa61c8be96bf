package omise_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

const day = 24 * time.Hour

// A charger makes charges in different states in a fake.
type charger struct {
	*fakeClient
}

func newCharger(t *testing.T, opts ...omisetest.Option) charger {
	t.Helper()
	return charger{fakeClientOf(t, omisetest.NewServer(t, opts...))}
}

// card charges a card. change may set further params.
func (c charger) card(number string, change ...func(*omise.ChargeCreateParams)) *omise.Charge {
	params := &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Card: c.srv.SeedToken(number)}
	for _, change := range change {
		change(params)
	}
	return c.mustCharge(params)
}

func withReturnURI(p *omise.ChargeCreateParams) { p.ReturnURI = "https://shop.example.com/orders/A-1" }

// promptPay makes a charge that waits for the payer to scan a code.
func (c charger) promptPay() *omise.Charge { return c.mustCharge(c.chargeOfSource()) }

// refund refunds a part of a charge, or the whole charge.
func (c charger) refund(charge *omise.Charge, amount int64) *omise.Charge {
	must1(c.Refunds.Create(c.ctx(), charge.ID, &omise.RefundCreateParams{Amount: amount}))
	return charge
}

// directDebit charges a bank account that the payer has registered.
func (c charger) directDebit() *omise.Charge {
	account := must1(c.LinkedAccounts.Create(c.ctx(), &omise.LinkedAccountCreateParams{
		Type: omise.LinkedAccountTypeDirectDebitKBank, ReturnURI: "https://shop.example.com",
	}))
	c.srv.RegisterLinkedAccount(account.ID, true)
	return c.mustCharge(&omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, LinkedAccount: account.ID})
}

// later lets virtual time pass.
func (c charger) later(charge *omise.Charge, d time.Duration) *omise.Charge {
	c.srv.Advance(d)
	return charge
}

// answered lets the payer approve or decline the charge.
func (c charger) answered(charge *omise.Charge, approve bool) *omise.Charge {
	c.srv.Authorize(charge.ID, approve)
	return charge
}

func TestVerdict17NextStepInEveryStateOfACharge(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		charge func(charger) *omise.Charge
		want   omise.NextStep
	}{
		"card, paid":                        {func(c charger) *omise.Charge { return c.card(goodCard) }, omise.NextStepPaid},
		"card, declined":                    {func(c charger) *omise.Charge { return c.card(declinedCard) }, omise.NextStepFailed},
		"card, declined, past its time":     {func(c charger) *omise.Charge { return c.later(c.card(declinedCard), 8*day) }, omise.NextStepFailed},
		"card, paid, past its time":         {func(c charger) *omise.Charge { return c.later(c.card(goodCard), 8*day) }, omise.NextStepPaid},
		"card of a customer":                {func(c charger) *omise.Charge { return c.mustCharge(c.chargeOfCustomer()) }, omise.NextStepPaid},
		"nothing, for a passkey":            {func(c charger) *omise.Charge { return c.card(goodCard, verifies) }, omise.NextStepPaid},
		"nothing, for a passkey, on a page": {func(c charger) *omise.Charge { return c.card(goodCard, verifies, withReturnURI) }, omise.NextStepRedirect},
		"refunded in part":                  {func(c charger) *omise.Charge { return c.refund(c.card(goodCard), 10_000) }, omise.NextStepPaid},
		"voided":                            {func(c charger) *omise.Charge { return c.refund(c.card(goodCard), 100_000) }, omise.NextStepPaid},
		"refunded in full":                  {func(c charger) *omise.Charge { return c.refund(c.later(c.card(goodCard), 8*day), 100_000) }, omise.NextStepPaid},
		"disputed":                          {func(c charger) *omise.Charge { return c.disputed() }, omise.NextStepPaid},
		"dispute lost":                      {func(c charger) *omise.Charge { return c.lost(c.disputed()) }, omise.NextStepPaid},
		"held":                              {func(c charger) *omise.Charge { return c.card(goodCard, held) }, omise.NextStepCapture},
		"held, declined":                    {func(c charger) *omise.Charge { return c.card(declinedCard, held) }, omise.NextStepFailed},
		"held and captured":                 {func(c charger) *omise.Charge { return c.captured(nil) }, omise.NextStepPaid},
		"held and captured in part":         {func(c charger) *omise.Charge { return c.captured(new(int64(30_000))) }, omise.NextStepPaid},
		"held and reversed":                 {func(c charger) *omise.Charge { return must1(c.Charges.Reverse(c.ctx(), c.card(goodCard, held).ID)) }, omise.NextStepReversed},
		"held and expired":                  {func(c charger) *omise.Charge { return c.later(c.card(goodCard, held), 8*day) }, omise.NextStepReversed},
		"3-D Secure, waits":                 {func(c charger) *omise.Charge { return c.card(goodCard, withReturnURI) }, omise.NextStepRedirect},
		"3-D Secure, approved":              {func(c charger) *omise.Charge { return c.answered(c.card(goodCard, withReturnURI), true) }, omise.NextStepPaid},
		"3-D Secure, declined by the payer": {func(c charger) *omise.Charge { return c.answered(c.card(goodCard, withReturnURI), false) }, omise.NextStepFailed},
		"3-D Secure, approved, no money":    {func(c charger) *omise.Charge { return c.answered(c.card(declinedCard, withReturnURI), true) }, omise.NextStepFailed},
		"3-D Secure, not enrolled":          {func(c charger) *omise.Charge { return c.card("4111111111150002", withReturnURI) }, omise.NextStepFailed},
		"3-D Secure, expired":               {func(c charger) *omise.Charge { return c.later(c.card(goodCard, withReturnURI), 8*day) }, omise.NextStepExpired},
		"3-D Secure, held":                  {func(c charger) *omise.Charge { return c.answered(c.card(goodCard, withReturnURI, held), true) }, omise.NextStepCapture},
		"direct debit":                      {charger.directDebit, omise.NextStepPaid},
		"direct debit, declined":            {func(c charger) *omise.Charge { return c.doomed(charger.directDebit) }, omise.NextStepFailed},
		"QR code, waits":                    {charger.promptPay, omise.NextStepShowCode},
		"QR code, paid":                     {func(c charger) *omise.Charge { return must1(c.Charges.MarkAsPaid(c.ctx(), c.promptPay().ID)) }, omise.NextStepPaid},
		"QR code, paid, past its time": {func(c charger) *omise.Charge {
			return c.later(must1(c.Charges.MarkAsPaid(c.ctx(), c.promptPay().ID)), 8*day)
		}, omise.NextStepPaid},
		"QR code, failed": {func(c charger) *omise.Charge { return must1(c.Charges.MarkAsFailed(c.ctx(), c.promptPay().ID)) }, omise.NextStepFailed},
		"QR code, failed, past its time": {func(c charger) *omise.Charge {
			return c.later(must1(c.Charges.MarkAsFailed(c.ctx(), c.promptPay().ID)), 8*day)
		}, omise.NextStepFailed},
		"QR code, expired":                 {func(c charger) *omise.Charge { return c.later(c.promptPay(), 8*day) }, omise.NextStepExpired},
		"QR code, expired by the merchant": {func(c charger) *omise.Charge { return must1(c.Charges.Expire(c.ctx(), c.promptPay().ID)) }, omise.NextStepExpired},
		"charge of a schedule":             {charger.scheduled, omise.NextStepPaid},
		"payment page":                     {charger.ofLink, omise.NextStepPaid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCharger(t, omisetest.WithThreeDSecure())
			charge := must1(c.Charges.Get(t.Context(), row.charge(c).ID))
			require.Equal(t, row.want, charge.NextStep())
		})
	}
}

// verifies lets a charge verify a passkey, and charge nothing.
func verifies(p *omise.ChargeCreateParams) {
	p.Amount, p.Authentication = 0, omise.ChargeAuthenticationPasskey
}

// disputed makes a charge with a dispute.
func (c charger) disputed() *omise.Charge {
	charge := c.card(goodCard)
	must1(c.Disputes.Create(c.ctx(), charge.ID))
	return charge
}

// lost accepts the dispute of a charge.
func (c charger) lost(charge *omise.Charge) *omise.Charge {
	charge = must1(c.Charges.Get(c.ctx(), charge.ID))
	must1(c.Disputes.Accept(c.ctx(), charge.Dispute.ID))
	return charge
}

// captured makes a charge and captures an amount, or the whole charge.
func (c charger) captured(amount *int64) *omise.Charge {
	return must1(c.Charges.Capture(c.ctx(), c.card(goodCard, held).ID, &omise.ChargeCaptureParams{CaptureAmount: amount}))
}

// doomed makes a charge that fails, although the payer approves.
func (c charger) doomed(charge func(charger) *omise.Charge) *omise.Charge {
	c.srv.Fault(omisetest.On("POST /charges").Decline("insufficient_balance"))
	return charge(c)
}

// scheduled returns a charge that a schedule has made.
func (c charger) scheduled() *omise.Charge {
	start := c.srv.Now().Add(2 * day)
	must1(c.Schedules.Create(c.ctx(), &omise.ScheduleCreateParams{
		Every: 1, Period: omise.SchedulePeriodDay, StartDate: omise.DateOf(start), EndDate: omise.DateOf(start.Add(day)),
		Charge: &omise.ScheduleChargeParams{Customer: c.newCustomer(), Amount: 100_000},
	}))
	return c.only()
}

// ofLink returns a charge that was made through a payment page.
func (c charger) ofLink() *omise.Charge {
	link := must1(c.Links.Create(c.ctx(), &omise.LinkCreateParams{Amount: 100_000, Currency: omise.THB, Title: "Beans", Description: "A bag"}))
	c.srv.PayLink(link.ID)
	return c.only()
}

// only lets three days pass and returns the only charge of the account.
func (c charger) only() *omise.Charge {
	c.srv.Advance(3 * day)
	return must1(c.Charges.List(c.ctx(), nil)).Data[0]
}

// markets have the currency and the amount of the charges in a country.
var markets = map[string]struct {
	currency omise.Currency
	amount   int64
}{"TH": {omise.THB, 500_000}, "JP": {omise.JPY, 1000}, "SG": {omise.SGD, 100_000}, "MY": {omise.MYR, 100_000}}

// The payer of a source pays on a page, scans a code, or shows a code that the shop
// scans.
func TestVerdict17NextStepOfEverySource(t *testing.T) {
	t.Parallel()
	payersCode := []string{"alipayplus_upm", "wechat_pay_upm", "barcode_alipay", "barcode_wechat"} // the shop scans it
	notInTheFake := []string{"bkash", "easypaisa", "virtual_account"}
	charged := map[string]bool{}
	for country := range markets {
		c := newCharger(t, omisetest.WithCountry(country), omisetest.WithThreeDSecure())
		for _, constant := range constants(t)["SourceType"] {
			charge := c.source(country, constant.value)
			if charge == nil {
				continue
			}
			charged[constant.value] = true
			want := omise.NextStepRedirect
			if charge.Source.Flow == omise.SourceFlowOffline {
				want = omise.NextStepShowCode
			}
			if slices.Contains(payersCode, constant.value) {
				want = omise.NextStepWait
			}
			assert.Equal(t, want, charge.NextStep(), constant.value)
			if charge.Card == nil { // charges with a card cannot be marked as paid
				paid := must1(c.Charges.MarkAsPaid(t.Context(), charge.ID))
				assert.Equal(t, omise.NextStepPaid, paid.NextStep(), constant.value)
				assert.Equal(t, charge.AuthorizeURI, paid.AuthorizeURI, "AuthorizeURI stays set")
			}
		}
	}
	for _, constant := range constants(t)["SourceType"] {
		require.NotEqual(t, charged[constant.value], slices.Contains(notInTheFake, constant.value), constant.value)
	}
}

// source charges a source. It returns nil if the country has no such source.
func (c charger) source(country, sourceType string) *omise.Charge {
	c.t.Helper()
	params := &omise.ChargeCreateParams{
		Amount: markets[country].amount, Currency: markets[country].currency, ReturnURI: "https://shop.example.com",
		InlineSource: &omise.SourceCreateParams{
			Type: omise.SourceType(sourceType), Name: "Somchai", Email: "somchai@example.com", PhoneNumber: "0812345678", Barcode: "1234567890123456",
			Bank: "affin", InstallmentTerm: new(6), Shipping: &omise.SourceAddress{Country: "TH"}, Items: omise.SourceItems{{Amount: 100, Name: "Beans"}},
		},
	}
	if isWhiteLabel(sourceType) {
		params.Card = c.srv.SeedToken(goodCard)
	}
	charge, err := c.Charges.Create(c.ctx(), params)
	if err != nil {
		require.ErrorContains(c.t, err, "type is currently not supported", sourceType)
		return nil
	}
	return charge
}

// isWhiteLabel reports whether a charge of a source needs a card, too.
func isWhiteLabel(sourceType string) bool {
	return strings.HasPrefix(sourceType, "installment_wlb_")
}

// The fake never returns these charges. Their booleans decide, because a status of another
// API version, or a new status, must not make a charge paid.
func TestVerdict17NextStepOfOddCharges(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		attributes []string
		want       omise.NextStep
	}{
		"an unknown status":            {[]string{"status", `"contemplated"`, "paid", "false", "authorized", "false", "authorize_uri", `"https://pay.example.com"`}, omise.NextStepWait},
		"authorized, not captured yet": {[]string{"status", `"pending"`, "paid", "false", "authorized", "true", "capturable", "false", "authorize_uri", `"https://pay.example.com"`}, omise.NextStepWait},
		"successful and not paid":      {[]string{"status", `"successful"`, "paid", "false"}, omise.NextStepWait},
		"paid and reversed":            {[]string{"status", `"reversed"`, "paid", "true", "reversed", "true"}, omise.NextStepReversed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			charge, err := apitest.Respond(200, apitest.ObjectJSON(t, "charge", row.attributes...)).Client(t).Charges.Get(t.Context(), chargeID)
			require.NoError(t, err)
			require.Equal(t, row.want, charge.NextStep())
		})
	}
}
