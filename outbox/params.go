package outbox

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/transport"
	"github.com/omisekit/omise-go/internal/wire"
)

// Kind is the kind of call that an intent is for.
type Kind string

// The kinds.
const (
	KindCharge   Kind = "charge"
	KindRefund   Kind = "refund"
	KindTransfer Kind = "transfer"
	KindCapture  Kind = "capture"
)

// kindOf returns the kind of call that params are for.
func kindOf(params any) (Kind, bool) {
	switch params.(type) {
	case *omise.ChargeCreateParams:
		return KindCharge, true
	case *omise.RefundCreateParams:
		return KindRefund, true
	case *omise.TransferCreateParams:
		return KindTransfer, true
	case *omise.ChargeCaptureParams:
		return KindCapture, true
	}
	return "", false
}

// fill writes the params into the row. It refuses params that the API would always
// refuse, and params that must not be stored.
func (r *row) fill(ctx context.Context, params any) error {
	if capture, ok := params.(*omise.ChargeCaptureParams); ok && capture == nil {
		params = &omise.ChargeCaptureParams{}
	}
	if err := checkAllowed(params); err != nil {
		return err
	}
	text, err := json.Marshal(params)
	if err != nil {
		return fmt.Errorf("outbox: params: %w", err)
	}
	if field, err := cardNumberIn(text); err != nil || field != "" {
		return errors.Join(err, fmt.Errorf("outbox: %s must not hold a card number, and its text looks like one", field))
	}
	if err := rehearse(func(client *omise.Client) (any, error) { return post(ctx, client, r.Parent, params) }); err != nil {
		return err
	}
	if _, err := restore(r.Kind, text); err != nil {
		return err
	}
	digest := sha256.Sum256(append([]byte(string(r.Kind)+" "+r.Parent+" "), text...))
	r.Params, r.Digest = string(text), hex.EncodeToString(digest[:])
	r.Amount, r.SingleUse = 0, sql.NullString{}
	switch p := params.(type) {
	case *omise.ChargeCreateParams:
		r.Amount = p.Amount
		for _, id := range []string{p.Card, p.Source} {
			if strings.HasPrefix(id, "tokn_") || strings.HasPrefix(id, "src_") {
				r.SingleUse = single(id)
			}
		}
	case *omise.RefundCreateParams:
		r.Amount = p.Amount
	case *omise.TransferCreateParams:
		if p.Amount != nil {
			r.Amount = *p.Amount
		}
	case *omise.ChargeCaptureParams:
		if p.CaptureAmount != nil {
			r.Amount = *p.CaptureAmount
		}
		// A capture has no metadata: the only evidence is that the charge is captured.
		// So two intents may not capture the same charge.
		r.SingleUse = single("capture of " + r.Parent)
	}
	return nil
}

// single returns a digest of an id that can be used only once. It is a digest because a
// token must not stay stored.
func single(id string) sql.NullString {
	digest := sha256.Sum256([]byte(id))
	return sql.NullString{String: hex.EncodeToString(digest[:]), Valid: true}
}

// checkAllowed refuses params that an intent cannot have.
func checkAllowed(params any) error {
	var metadata omise.Metadata
	switch p := params.(type) {
	case *omise.ChargeCreateParams:
		if p == nil {
			return errors.New("outbox: params must not be nil")
		}
		if p.InlineSource != nil {
			return errors.New("outbox: source must be an id: a source in line may hold personal and card data, which must not be at rest")
		}
		if p.Card != "" && !strings.HasPrefix(p.Card, "tokn_") && !strings.HasPrefix(p.Card, "card_") {
			return errors.New("outbox: card must be the id of a token (tokn_...) or of a card of the customer (card_...)")
		}
		if fee := p.PlatformFee; fee != nil && fee.Percentage != "" && !wire.IsNumber([]byte(fee.Percentage)) {
			return errors.New("outbox: platform_fee[percentage] must be a number, such as 2.5")
		}
		metadata = p.Metadata
	case *omise.RefundCreateParams:
		if p == nil {
			return errors.New("outbox: params must not be nil")
		}
		metadata = p.Metadata
	case *omise.TransferCreateParams:
		if p == nil {
			return errors.New("outbox: params must not be nil")
		}
		if p.SplitTransfer != nil && *p.SplitTransfer {
			return errors.New("outbox: split_transfer must not be true: several transfers cannot be told from one that was made twice")
		}
		if p.IdempKey != "" {
			return errors.New("outbox: idemp_key must be left out: the outbox sets it")
		}
		metadata = p.Metadata
	}
	for _, key := range []string{omise.IntentKey, omise.CallKey} {
		if _, there := metadata[key]; there {
			return fmt.Errorf("outbox: metadata[%s] must be left out: the outbox sets it", key)
		}
	}
	return nil
}

// unsendable fails every request, so that a client checks its params and sends nothing.
type unsendable struct{}

var errUnsendable = errors.New("nothing is sent")

func (unsendable) RoundTrip(*http.Request) (*http.Response, error) { return nil, errUnsendable }

// rehearse lets the SDK check a call, with a client that cannot send.
func rehearse(call func(*omise.Client) (any, error)) error {
	client, err := omise.NewClient("skey_test_rehearsal", omise.WithHTTPClient(&http.Client{Transport: unsendable{}}), omise.WithMaxRetries(0))
	if err != nil {
		return err
	}
	_, err = call(client)
	if wrong, ok := errors.AsType[*omise.ParamError](err); ok {
		return fmt.Errorf("outbox: %w", wrong)
	}
	return nil
}

// post makes the call that the params are for.
func post(ctx context.Context, client *omise.Client, parent string, params any, opts ...omise.RequestOption) (any, error) {
	switch p := params.(type) {
	case *omise.ChargeCreateParams:
		return client.Charges.Create(ctx, p, opts...)
	case *omise.RefundCreateParams:
		return client.Refunds.Create(ctx, parent, p, opts...)
	case *omise.TransferCreateParams:
		return client.Transfers.Create(ctx, p, opts...)
	case *omise.ChargeCaptureParams:
		return client.Charges.Capture(ctx, parent, p, opts...)
	}
	return nil, fmt.Errorf("outbox: params must not be %T", params)
}

// key returns the idempotency key of an attempt. The mark of the attempt in the
// metadata of its object is derived from it.
func (r *row) key(attempt int64) string { return fmt.Sprintf("%s-%d", r.Base, attempt) }

// errUnreadable is the error about stored params that cannot be read.
var errUnreadable = errors.New("outbox: the stored params cannot be read")

// restore returns the params as they were given.
func (r *row) restore() (any, error) { return restore(r.Kind, []byte(r.Params)) }

func restore(kind Kind, text []byte) (any, error) {
	var params any
	switch kind {
	case KindCharge:
		params = new(omise.ChargeCreateParams)
	case KindRefund:
		params = new(omise.RefundCreateParams)
	case KindTransfer:
		params = new(omise.TransferCreateParams)
	default:
		params = new(omise.ChargeCaptureParams)
	}
	if err := json.Unmarshal(text, params); err != nil {
		return nil, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return params, nil
}

// redactText removes keys and card numbers from a text from outside.
func redactText(text string) string { return transport.Scrubber(transport.Secret{})(text, 512) }
