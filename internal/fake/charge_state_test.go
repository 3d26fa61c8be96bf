package fake

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/fake/money"
)

func TestCapture(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.charge(object{"capture": false})
	require.Equal(t, "pending", c["status"])
	require.Nil(t, c["transaction"])
	requireFlags(t, c, "authorized", "capturable", "reversible")

	w.Advance(time.Hour)
	c = w.post("/charges/"+c.id()+"/capture", nil)
	require.Equal(t, "successful", c["status"])
	require.Equal(t, "2026-01-05T03:00:00Z", c["authorized_at"])
	require.Equal(t, "2026-01-05T04:00:00Z", c["paid_at"])
	requireFlags(t, c, "authorized", "paid", "refundable", "partially_refundable", "disputable", "can_perform_void")

	w.fails(failedCapture, "POST", "/charges/"+c.id()+"/capture", nil)
	w.fails(failedReverse, "POST", "/charges/"+c.id()+"/reverse", nil)
	w.fails(notFound, "POST", "/charges/chrg_x/capture", nil)
}

func TestPartialCapture(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	final := w.charge(object{"capture": false})
	w.fails(failedCapture, "POST", "/charges/"+final.id()+"/capture", object{"capture_amount": 50_000})

	c := w.charge(object{"capture": false, "authorization_type": "pre_auth"})
	path := "/charges/" + c.id() + "/capture"
	for _, amount := range []any{0, 100_001, "x"} {
		w.fails(failedCapture, "POST", path, object{"capture_amount": amount})
	}
	c = w.post(path, object{"capture_amount": 50_000})
	for key, want := range map[string]int64{
		"amount": 100_000, "authorized_amount": 100_000, "captured_amount": 50_000,
		"funding_amount": 50_000, "fee": 1825, "fee_vat": 128, "net": 48_047,
	} {
		require.Equal(t, want, c.num(key), key)
	}
	require.EqualValues(t, 48_047, w.get("/balance")["total"])
	w.fails(failedRefund, "POST", "/charges/"+c.id()+"/refunds", object{"amount": 50_001})
}

func TestReverse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.charge(object{"capture": false})
	c = w.post("/charges/"+c.id()+"/reverse", nil)
	require.Equal(t, "reversed", c["status"])
	require.Equal(t, "2026-01-05T03:00:00Z", c["reversed_at"])
	requireFlags(t, c, "authorized", "reversed")
	w.fails(failedCapture, "POST", "/charges/"+c.id()+"/capture", nil)
	w.fails(failedReverse, "POST", "/charges/"+c.id()+"/reverse", nil)
	require.EqualValues(t, 0, w.get("/balance")["total"])
}

func TestAuthorizationLapses(t *testing.T) {
	t.Parallel()
	for country, window := range map[string]time.Duration{"TH": 7 * day, "JP": 30 * day} {
		w := newWorld(t, Options{Country: country})
		home, _ := money.In(country)
		currency := home.Currency
		c := w.charge(object{"capture": false, "currency": currency})
		w.Advance(window - time.Second)
		require.Equal(t, "pending", w.get("/charges/" + c.id())["status"])
		w.Advance(time.Second)
		c = w.get("/charges/" + c.id())
		require.Equal(t, "reversed", c["status"])
		require.Equal(t, c["expires_at"], c["expired_at"])
		requireFlags(t, c, "authorized", "reversed")
		w.fails(expiredCharge, "POST", "/charges/"+c.id()+"/capture", nil)
		w.fails(expiredCharge, "POST", "/charges/"+c.id()+"/reverse", nil)
	}
}

func TestExpiryIsNotedOnEveryCharge(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	paid, failed := w.charge(nil), w.chargeOn(w.token(declinedCard), nil)
	w.Advance(8 * day)
	paid, failed = w.get("/charges/"+paid.id()), w.get("/charges/"+failed.id())
	require.Equal(t, "2026-01-12T03:00:00Z", paid["expired_at"])
	require.Equal(t, false, paid["expired"])
	require.Equal(t, "2026-01-12T03:00:00Z", failed["expired_at"])
	requireFlags(t, failed, "capture", "expired")
}

func TestThreeDSecure(t *testing.T) {
	t.Parallel()
	returnURI := object{"return_uri": "https://shop.example.com/done"}

	w := newWorld(t, Options{ThreeDSecure: true})
	require.Equal(t, "successful", w.charge(nil)["status"], "without return_uri there is no 3-D Secure")

	c := w.charge(returnURI)
	require.Equal(t, "pending", c["status"])
	require.Regexp(t, `^https://api\.omise\.co/payments/paym_test_[0-9a-z]{19}/authorize\?acs=false$`, c["authorize_uri"])
	require.Equal(t, []any{"email", "phone_number"}, c["missing_3ds_fields"])
	requireFlags(t, c, "capture")
	w.fails(failedCapture, "POST", "/charges/"+c.id()+"/capture", nil)
	w.fails(invalidCharge, "POST", "/charges/"+c.id()+"/mark_as_paid", nil)
	w.fails(failedExpire, "POST", "/charges/"+c.id()+"/expire", nil)
	require.NoError(t, w.Authorize(c.id(), true))
	require.Equal(t, "successful", w.get("/charges/" + c.id())["status"])
	require.ErrorContains(t, w.Authorize(c.id(), true), "is successful")

	c = w.charge(returnURI)
	require.NoError(t, w.Authorize(c.id(), false))
	require.Equal(t, "payment_rejected", w.get("/charges/" + c.id())["failure_code"])

	c = w.charge(object{"return_uri": "https://shop.example.com/done", "capture": false})
	require.NoError(t, w.Authorize(c.id(), true))
	requireFlags(t, w.get("/charges/"+c.id()), "authorized", "capturable", "reversible")

	c = w.charge(returnURI)
	w.Advance(week)
	require.Equal(t, "expired", w.get("/charges/" + c.id())["status"])
	require.ErrorContains(t, w.Authorize(c.id(), true), "is expired")

	require.ErrorContains(t, w.Authorize("chrg_x", true), "not found")
	plain := newWorld(t, Options{})
	c = plain.charge(returnURI)
	require.Equal(t, "successful", c["status"])
	require.ErrorContains(t, plain.Authorize(c.id(), true), "needs no authorization")
}

func TestRedirectSource(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.sourceCharge("rabbit_linepay")
	require.Equal(t, "pending", c["status"])
	require.Regexp(t, `^https://pay\.omise\.co/payments/pay2_test_[0-9a-z]{19}/authorize\?acs=false$`, c["authorize_uri"])
	require.NoError(t, w.Authorize(c.id(), false))
	require.Equal(t, "payment_cancelled", w.get("/charges/" + c.id())["failure_code"])

	w.fails(invalidCharge, "POST", "/charges", object{"amount": 100_000, "currency": "thb", "source": object{"type": "rabbit_linepay"}})
}

func TestMarkAsPaidAndFailed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.sourceCharge("promptpay")
	require.Nil(t, c["authorize_uri"])
	require.Equal(t, "pending", c.in("source")["charge_status"])
	require.ErrorContains(t, w.Authorize(c.id(), true), "needs no authorization")
	c = w.post("/charges/"+c.id()+"/mark_as_paid", nil)
	require.Equal(t, "successful", c["status"])
	require.Equal(t, "successful", c.in("source")["charge_status"])
	require.NotNil(t, c["authorized_at"])
	w.fails(invalidCharge, "POST", "/charges/"+c.id()+"/mark_as_paid", nil)
	w.fails(invalidCharge, "POST", "/charges/"+c.id()+"/mark_as_failed", nil)
	w.fails(failedExpire, "POST", "/charges/"+c.id()+"/expire", nil)

	c = w.sourceCharge("promptpay")
	c = w.post("/charges/"+c.id()+"/mark_as_failed", nil)
	require.Equal(t, "failed", c["status"])
	require.Equal(t, "failed_processing", c["failure_code"])
	require.Equal(t, "failed", c.in("source")["charge_status"])
}

func TestExpire(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.sourceCharge("alipay_cn")
	w.Advance(time.Minute)
	c = w.post("/charges/"+c.id()+"/expire", nil)
	require.Equal(t, "expired", c["status"])
	require.Equal(t, "2026-01-05T03:01:00Z", c["expires_at"])
	require.Equal(t, "2026-01-05T03:01:00Z", c["expired_at"])
	requireFlags(t, c, "capture", "expired")
	for _, action := range []string{"mark_as_paid", "mark_as_failed", "capture", "reverse"} {
		w.fails(expiredCharge, "POST", "/charges/"+c.id()+"/"+action, nil)
	}
	w.Advance(8 * day)
	require.Equal(t, c["expired_at"], w.get("/charges/" + c.id())["expired_at"], "the first expiry stands")
}

func TestPendingChargesExpire(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	qr := w.sourceCharge("promptpay")
	bill := w.sourceCharge("bill_payment_tesco_lotus")
	wanted := w.post("/charges", object{
		"amount": 100_000, "currency": "THB", "source": object{"type": "promptpay"},
		"expires_at": "2026-01-05T04:00:00Z",
	})
	status := func(c answer) any { return w.get("/charges/" + c.id())["status"] }
	w.Advance(time.Hour)
	require.Equal(t, []any{"pending", "pending", "expired"}, []any{status(qr), status(bill), status(wanted)})
	w.Advance(day)
	require.Equal(t, []any{"pending", "expired"}, []any{status(qr), status(bill)})
	w.Advance(week)
	require.Equal(t, "expired", status(qr))
	require.Equal(t, "expired", w.get("/sources/" + qr.in("source").id())["charge_status"])
}

func TestChargeEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.charge(object{"capture": false})
	w.patch("/charges/"+c.id(), object{"description": "later"})
	w.post("/charges/"+c.id()+"/capture", nil)
	w.post("/charges/"+c.id()+"/refunds", object{"amount": 5000})
	other := w.sourceCharge("promptpay")
	w.post("/charges/"+other.id()+"/mark_as_paid", nil)

	events := w.get("/charges/" + c.id() + "/events").data()
	var keys []string
	for _, e := range events {
		keys = append(keys, e.text("key"))
	}
	require.Equal(t, []string{"charge.create", "charge.update", "charge.capture"}, keys)
	require.NotContains(t, events[0], "data")

	require.Equal(t, []string{
		"charge.create", "charge.update", "charge.capture", "refund.create", "charge.create", "charge.complete",
	}, w.eventKeys())
	created := w.get("/events/" + events[0].id())
	require.Equal(t, c, created.in("data"), "an event keeps the object as it was")
	require.Equal(t, []any{}, created["webhook_deliveries"])
	w.fails(notFound, "GET", "/events/evnt_x", nil)
}
