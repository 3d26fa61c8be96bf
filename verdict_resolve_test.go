package omise_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
)

// The process that made a payout has died. The balance did not suffice, so the transfer has a
// failure code. Without fail_fast, the API pays it on a later day.
func TestVerdict08TransferThatTheAPIWillRetryIsNotAbsent(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.fundedAccount()
		began := fake.srv.Now()
		made := must1(fake.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(50_000))}, omise.WithIntent("payout-7")))
		require.False(t, made.FailFast)
		fake.srv.Advance(time.Hour)
		client := fake.through(changesList("/transfers", func(list map[string]any) {
			for _, record := range list["data"].([]any) {
				tr := record.(map[string]any)
				tr["failure_code"], tr["failure_message"] = "insufficient_balance", "insufficient balance"
			}
		}), omise.WithClock(fake.srv.Now))
		got := must1(client.Transfers.ResolveIntent(fake.ctx(), "payout-7", began, time.Time{}))
		require.Equal(t, omise.ResolutionFound, got.State)
	})
}

// Two processes have made the same payout. One of them waits for money and will be tried again.
func TestVerdict09TransferThatTheAPIWillRetryIsASecondTransfer(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.fundedAccount()
		began := fake.srv.Now()
		p := &omise.TransferCreateParams{Amount: new(int64(50_000))}
		must1(fake.Transfers.Create(fake.ctx(), p, omise.WithIntent("payout-7")))
		must1(fake.another().Transfers.Create(fake.ctx(), p, omise.WithIntent("payout-7")))
		fake.srv.Advance(time.Hour)
		client := fake.through(changesList("/transfers", func(list map[string]any) {
			tr := list["data"].([]any)[0].(map[string]any)
			require.Equal(t, false, tr["fail_fast"])
			tr["failure_code"], tr["failure_message"] = "insufficient_balance", "insufficient balance"
		}), omise.WithClock(fake.srv.Now))
		got := must1(client.Transfers.ResolveIntent(fake.ctx(), "payout-7", began, time.Time{}))
		require.Equal(t, omise.ResolutionDuplicated, got.State)
	})
}

// The process dies after the charge. Before it starts again, the payer cancels the order and a
// person refunds the charge in the dashboard.
func TestVerdict08ChargeThatWasRefundedIsNotAbsent(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		began := fake.srv.Now()
		charge := must1(fake.Charges.Create(fake.ctx(), fake.chargeOfCustomer(), forOrder42))
		must1(fake.Refunds.Create(fake.ctx(), charge.ID, &omise.RefundCreateParams{Amount: charge.Amount}))
		fake.srv.Advance(time.Hour)
		got := must1(fake.another(omise.WithClock(fake.srv.Now)).Charges.ResolveIntent(fake.ctx(), "order-42", began, time.Time{}))
		require.Equal(t, omise.ResolutionFound, got.State)
		require.Equal(t, charge.Amount, got.Object.RefundedAmount)
	})
}

// A subscription: the first month is charged now, and a schedule with the same metadata charges
// the next months. The process dies before it has stored the first charge.
func TestVerdict09ChargeOfAScheduleIsNoSecondChargeOfTheIntent(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		began := fake.srv.Now()
		p := fake.chargeOfCustomer()
		p.Metadata = omise.Metadata{"subscription": "club"}
		first := must1(fake.Charges.Create(fake.ctx(), p, omise.WithIntent("club-2026-07/1")))
		start := fake.srv.Now().Add(2 * day)
		must1(fake.Schedules.Create(fake.ctx(), &omise.ScheduleCreateParams{
			Every: 1, Period: omise.SchedulePeriodDay, StartDate: omise.DateOf(start), EndDate: omise.DateOf(start.Add(day)),
			Charge: &omise.ScheduleChargeParams{Customer: p.Customer, Amount: p.Amount, Currency: p.Currency, Metadata: first.Metadata},
		}))
		fake.srv.Advance(3 * day)
		list := must1(fake.Charges.List(fake.ctx(), nil))
		require.GreaterOrEqual(t, list.Total, 2)
		require.NotEmpty(t, list.Data[1].Schedule.ID)
		got := must1(fake.another(omise.WithClock(fake.srv.Now)).Charges.ResolveIntent(fake.ctx(), "club-2026-07/1", began, time.Time{}))
		require.Equal(t, omise.ResolutionFound, got.State)
		require.Equal(t, first.ID, got.Object.ID)
	})
}
