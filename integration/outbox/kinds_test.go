package outbox_test

import (
	"fmt"
	"net/url"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/outbox"
)

// A plot is one use of an outbox, from the intent to the object at the API.
type plot struct {
	name      string
	operation string // operation that makes or changes the object
	guarded   bool   // the API itself does not do it twice

	// prepare makes the customer, token or charge of the intent and returns the function that writes the intent.
	prepare func(w *world) func(q outbox.Querier, box *outbox.Box, intent string) error
}

var plots = []plot{
	{"transfer", "POST /transfers", true, func(w *world) func(outbox.Querier, *outbox.Box, string) error {
		w.SeedPaidCharges(3)
		w.Advance(14 * 24 * time.Hour) // until the money can be transferred
		return func(q outbox.Querier, box *outbox.Box, intent string) error {
			return box.Transfer(w.ctx, q, intent, &omise.TransferCreateParams{Amount: new(int64(50_000))})
		}
	}},
	{"token", "POST /charges", true, func(w *world) func(outbox.Querier, *outbox.Box, string) error {
		params := w.byToken(goodCard)
		return func(q outbox.Querier, box *outbox.Box, intent string) error {
			return box.Charge(w.ctx, q, intent, params)
		}
	}},
	{"source", "POST /charges", true, func(w *world) func(outbox.Querier, *outbox.Box, string) error {
		params := w.bySource()
		return func(q outbox.Querier, box *outbox.Box, intent string) error {
			return box.Charge(w.ctx, q, intent, params)
		}
	}},
	{"saved card", "POST /charges", false, func(w *world) func(outbox.Querier, *outbox.Box, string) error {
		customer := w.SeedCustomer()
		return func(q outbox.Querier, box *outbox.Box, intent string) error {
			return box.Charge(w.ctx, q, intent, &omise.ChargeCreateParams{Amount: 70_000, Currency: omise.THB, Customer: customer})
		}
	}},
	{"refund", "POST /charges/{id}/refunds", false, func(w *world) func(outbox.Querier, *outbox.Box, string) error {
		charge := w.SeedPaidCharges(1)[0]
		return func(q outbox.Querier, box *outbox.Box, intent string) error {
			return box.Refund(w.ctx, q, intent, charge, &omise.RefundCreateParams{Amount: 3_000})
		}
	}},
	{"capture", "POST /charges/{id}/capture", true, func(w *world) func(outbox.Querier, *outbox.Box, string) error {
		params := w.byToken(goodCard)
		params.Capture = new(false)
		charge, err := w.client.Charges.Create(w.ctx, params)
		require.NoError(w.t, err)
		return func(q outbox.Querier, box *outbox.Box, intent string) error {
			return box.Capture(w.ctx, q, intent, charge.ID, nil)
		}
	}},
}

// finish pays charges that wait for their payer and sends transfers that wait for the bank.
func (w *world) finish(intent string) {
	w.t.Helper()
	r := w.look(intent)
	if r.State != outbox.Waiting {
		return
	}
	var err error
	if r.Kind == outbox.KindTransfer {
		_, err = w.client.Transfers.MarkAsSent(w.ctx, r.ObjectID)
	} else {
		_, err = w.client.Charges.MarkAsPaid(w.ctx, r.ObjectID)
	}
	if err != nil { // it is paid already, and the outbox has not looked yet
		require.ErrorContains(w.t, err, "(HTTP 400")
	}
}

// made counts the objects whose metadata have the intent.
func (w *world) made(operation, intent string) (n int) {
	w.t.Helper()
	var list struct {
		Data []struct {
			Status         string
			CapturedAmount int64 `json:"captured_amount"`
			Paid, Capture  bool
			Metadata       map[string]any
		}
	}
	path := map[string]string{"POST /charges": "/charges", "POST /charges/{id}/refunds": "/refunds", "POST /transfers": "/transfers", "POST /charges/{id}/capture": "/charges"}[operation]
	require.NoError(w.t, w.client.Do(w.ctx, "GET", path, url.Values{"limit": {"100"}}, &list))
	for _, o := range list.Data {
		switch {
		case operation == "POST /charges/{id}/capture":
			if !o.Capture && o.Paid {
				n++
			}
		case fmt.Sprint(o.Metadata[omise.IntentKey]) == intent && o.Status != "failed":
			n++
		}
	}
	return n
}
