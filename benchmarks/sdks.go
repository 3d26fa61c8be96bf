package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	theirs "github.com/omise/omise-go"
	"github.com/omise/omise-go/operations"
	"github.com/stripe/stripe-go/v85"

	"github.com/omisekit/omise-go"
)

const (
	secretKey = "skey_test_5xsrnhy5yl6sc7x4pxb"
	publicKey = "pkey_test_5xsrnhy5z2wpj7cb5mm"
)

// An sdk is one way to do the work.
type sdk struct {
	name    string
	program string // directory below programs; "" for the program of the floor
	connect func(base string, hc *http.Client) (*client, error)
	charge  func() any // returns its model; nil for another API or a model that is measured already
}

// A client does the work of an sdk with one API. If hc is nil, the sdk uses its own HTTP client.
type client struct {
	get    func(ctx context.Context, i int) error // gets the ith charge
	create func(ctx context.Context, i int, o order) error
	page   func(ctx context.Context, offset int) (int, error) // returns the number of charges in the page
	all    func(ctx context.Context, prefetch int) (int, error)
}

var sdks = []sdk{
	{"this SDK", "ours", connectOurs, func() any { return new(omise.Charge) }},
	{"omise-go", "omisego", connectOmiseGo, func() any { return new(theirs.Charge) }},
	{"stripe-go", "stripego", connectStripeGo, nil},
	{"floor", "floor", connectFloor, func() any { return new(floorCharge) }},
	{"floor, pooled", "", connectPooled, nil},
}

func sdkNamed(name string) (sdk, error) {
	for _, s := range sdks {
		if s.name == name {
			return s, nil
		}
	}
	return sdk{}, fmt.Errorf("there is no SDK called %q", name)
}

// wanted returns an error unless a call has returned the ith charge.
func wanted(got string, i int) error {
	if got != omiseID(i) && got != stripeID(i) {
		return fmt.Errorf("got %q, not charge %d", got, i)
	}
	return nil
}

var expiry = time.Date(2027, 1, 31, 10, 30, 0, 0, time.UTC)

func connectOurs(base string, hc *http.Client) (*client, error) {
	opts := []omise.Option{omise.WithBaseURL(base), omise.WithMaxRetries(0)}
	if hc != nil {
		opts = append(opts, omise.WithHTTPClient(hc))
	}
	c, err := omise.NewClient(secretKey, opts...)
	if err != nil {
		return nil, err
	}
	return &client{
		get: func(ctx context.Context, i int) error {
			charge, err := c.Charges.Get(ctx, omiseID(i))
			if err != nil {
				return err
			}
			return wanted(charge.ID, i)
		},
		create: func(ctx context.Context, i int, o order) error {
			charge, err := c.Charges.Create(ctx, &omise.ChargeCreateParams{
				Amount: o.amount, Currency: omise.Currency(o.currency), Card: "tokn_test_5xsrr3nrzxl8ik9cfcl", Description: "Order 17", ReturnURI: "https://shop.example/orders/17",
				IP: "203.0.113.7", Capture: new(false), AuthorizationType: omise.ChargeAuthorizationTypePreAuth, ExpiresAt: expiry,
				WebhookEndpoints: []string{"https://shop.example/webhooks"},
				Metadata:         omise.Metadata{"order_id": "A-17", "items": 3, "gift": true, "channel": "web", "note": "leave at the door"},
			})
			if err != nil {
				return err
			}
			return wanted(charge.ID, i)
		},
		page: func(ctx context.Context, offset int) (int, error) {
			page, err := c.Charges.List(ctx, &omise.ListParams{Limit: perPage, Offset: offset})
			if err != nil {
				return 0, err
			}
			return len(page.Data), nil
		},
		all: func(ctx context.Context, prefetch int) (n int, err error) {
			for _, err := range c.Charges.All(ctx, nil, omise.WithPrefetch(prefetch)) {
				if err != nil {
					return n, err
				}
				n++
			}
			return n, nil
		},
	}, nil
}

func connectOmiseGo(base string, hc *http.Client) (*client, error) {
	c, err := theirs.NewClient(publicKey, secretKey)
	if err != nil {
		return nil, err
	}
	c.Endpoints["https://api.omise.co"] = base
	if hc != nil {
		c.Client = hc
	}
	page := func(offset int) (*theirs.ChargeList, error) {
		list := new(theirs.ChargeList)
		return list, c.Do(list, &operations.ListCharges{List: operations.List{Limit: perPage, Offset: offset}})
	}
	return &client{
		get: func(_ context.Context, i int) error {
			charge := new(theirs.Charge)
			if err := c.Do(charge, &operations.RetrieveCharge{ChargeID: omiseID(i)}); err != nil {
				return err
			}
			return wanted(charge.ID, i)
		},
		create: func(_ context.Context, i int, o order) error {
			charge := new(theirs.Charge)
			if err := c.Do(charge, &operations.CreateCharge{
				Amount: o.amount, Currency: o.currency, Card: "tokn_test_5xsrr3nrzxl8ik9cfcl", Description: "Order 17", ReturnURI: "https://shop.example/orders/17",
				Ip: "203.0.113.7", DontCapture: true, AuthorizationType: "pre_auth", ExpiresAt: &expiry,
				WebhookEndpoints: []string{"https://shop.example/webhooks"},
				Metadata:         map[string]any{"order_id": "A-17", "items": 3, "gift": true, "channel": "web", "note": "leave at the door"},
			}); err != nil {
				return err
			}
			return wanted(charge.ID, i)
		},
		page: func(_ context.Context, offset int) (int, error) {
			list, err := page(offset)
			return len(list.Data), err
		},
		all: func(context.Context, int) (n int, err error) {
			for {
				list, err := page(n)
				if err != nil {
					return n, err
				}
				if n += len(list.Data); n >= list.Total || len(list.Data) == 0 {
					return n, nil
				}
			}
		},
	}, nil
}

func connectStripeGo(base string, hc *http.Client) (*client, error) {
	backends := stripe.NewBackendsWithConfig(&stripe.BackendConfig{
		URL: &base, HTTPClient: hc, MaxNetworkRetries: new(int64(0)), EnableTelemetry: new(false), LeveledLogger: &stripe.LeveledLogger{Level: stripe.LevelNull},
	})
	c := stripe.NewClient("sk_test_omise", stripe.WithBackends(backends))
	return &client{
		get: func(ctx context.Context, i int) error {
			charge, err := c.V1Charges.Retrieve(ctx, stripeID(i), nil)
			if err != nil {
				return err
			}
			return wanted(charge.ID, i)
		},
		create: func(ctx context.Context, i int, o order) error {
			charge, err := c.V1Charges.Create(ctx, &stripe.ChargeCreateParams{
				Amount: new(o.amount), Currency: new(o.currency), Source: &stripe.PaymentSourceSourceParams{Token: new("tok_visa")}, Description: new("Order 17"),
				ReceiptEmail: new("somchai@shop.example"), StatementDescriptor: new("SHOP"), Capture: new(false), Customer: new("cus_1"),
				OnBehalfOf: new("acct_1"), TransferGroup: new("17"),
				Metadata: map[string]string{"order_id": "A-17", "items": "3", "gift": "true", "channel": "web", "note": "leave at the door"},
			})
			if err != nil {
				return err
			}
			return wanted(charge.ID, i)
		},
		page: func(ctx context.Context, offset int) (int, error) {
			list := c.V1Charges.List(ctx, &stripe.ChargeListParams{ListParams: stripe.ListParams{Limit: new(int64(perPage)), StartingAfter: after(offset)}})
			return len(list.Data()), list.Err()
		},
		all: func(ctx context.Context, _ int) (n int, err error) {
			for _, err := range c.V1Charges.List(ctx, &stripe.ChargeListParams{ListParams: stripe.ListParams{Limit: new(int64(perPage))}}).All(ctx) {
				if err != nil {
					return n, err
				}
				n++
			}
			return n, nil
		},
	}, nil
}

// after returns the id after which the page at an offset begins, for Stripe.
func after(offset int) *string {
	if offset == 0 {
		return nil
	}
	return new(stripeID(offset - 1))
}
