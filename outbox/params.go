package outbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
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

// knownKinds is the SQL condition of the rows whose kind this release knows.
const knownKinds = "kind IN ('charge', 'refund', 'transfer', 'capture')"

// isKnown reports whether this release knows the kind.
func (k Kind) isKnown() bool {
	return k == KindCharge || k == KindRefund || k == KindTransfer || k == KindCapture
}

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
	if field, err := secretIn(text); err != nil || field != "" {
		return errors.Join(err, fmt.Errorf("outbox: %s must not hold an API key, a card number or a security code, and a text or a name in it looks like one", field))
	}
	body, err := bodyOf(ctx, r.Parent, params)
	if err != nil {
		return err
	}
	restored, err := restoreWhole(r.Kind, text)
	if err != nil {
		return err
	}
	if later, err := bodyOf(ctx, r.Parent, restored); err != nil || later != body {
		return errors.Join(err, fmt.Errorf("outbox: %s must not change when it is written as JSON: use valid UTF-8, bools and integers", difference(body, later)))
	}
	// The digest is of the request, because a later release may have more fields.
	digest := sha256.Sum256([]byte(string(r.Kind) + " " + r.Parent + " " + modeOf(r.Account) + " " + body))
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

// A rehearsal keeps the body of a request, and does not send it.
type rehearsal struct {
	reached bool
	body    []byte
}

var errRehearsal = errors.New("nothing is sent")

func (r *rehearsal) RoundTrip(req *http.Request) (*http.Response, error) {
	r.reached = true
	if req.Body != nil {
		r.body, _ = io.ReadAll(req.Body) // of memory
	}
	return nil, errRehearsal
}

// rehearse lets the SDK check a call, and returns the body that it would send.
func rehearse(call func(*omise.Client) (any, error)) (body string, err error) {
	r := new(rehearsal)
	client, err := omise.NewClient("skey_test_rehearsal", omise.WithHTTPClient(&http.Client{Transport: r}), omise.WithMaxRetries(0))
	if err != nil {
		return "", err
	}
	if _, err = call(client); !r.reached {
		return "", fmt.Errorf("outbox: %w", err)
	}
	return string(r.body), nil
}

// bodyOf checks params and returns the body of their request.
func bodyOf(ctx context.Context, parent string, params any) (body string, err error) {
	return rehearse(func(client *omise.Client) (any, error) {
		return post(ctx, client, parent, params, omise.WithIdempotencyKey("rehearsal"))
	})
}

// difference returns the name of a field that differs in two bodies.
func difference(one, other string) string {
	a, _ := url.ParseQuery(one) // the SDK has encoded them
	b, _ := url.ParseQuery(other)
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if !slices.Equal(a[name], b[name]) {
			return name
		}
	}
	return "params"
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

// errNewer is the error about stored params that a newer release has written.
var errNewer = errors.New("outbox: the stored params are of a newer release")

// restoreWhole returns stored params, or errNewer if they have a kind or a field that this
// release does not know.
func restoreWhole(kind Kind, text []byte) (any, error) {
	params, err := restore(kind, text)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(params); err != nil {
		return nil, fmt.Errorf("%w: %w", errNewer, err)
	}
	return params, nil
}

// restore returns stored params as far as this release knows their fields.
func restore(kind Kind, text []byte) (any, error) {
	var params any
	switch kind {
	case KindCharge:
		params = new(omise.ChargeCreateParams)
	case KindRefund:
		params = new(omise.RefundCreateParams)
	case KindTransfer:
		params = new(omise.TransferCreateParams)
	case KindCapture:
		params = new(omise.ChargeCaptureParams)
	default:
		return nil, fmt.Errorf("%w: unknown kind %q", errNewer, kind)
	}
	if err := json.Unmarshal(text, params); err != nil {
		return nil, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return params, nil
}

// redactText removes keys and card numbers from a text from outside.
func redactText(text string) string { return transport.Scrub(text, 512, transport.Secret{}) }
