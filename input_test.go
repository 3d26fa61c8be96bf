package omise_test

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

// The ids of webhook secrets and of Payment Links+ have no documented prefix.
func TestFault54WrongKindOfID(t *testing.T) {
	t.Parallel()
	for _, op := range apitest.Operations() {
		ids := op.IDs()
		for i, id := range ids {
			if id == apitest.PathCurrency || op.HasNumericIDs() || strings.HasPrefix(op.Name, "WebhookSecrets.") {
				continue
			}
			call := func(t *testing.T, id string) func(context.Context, *omise.Client) error {
				wrong := slices.Clone(ids)
				wrong[i] = id
				return func(_ context.Context, c *omise.Client) error { return op.Call(t, c, wrong, op.Params()[0]) }
			}
			field := "id"
			if i == 1 {
				template := op.Endpoint.Path
				field = template[strings.LastIndex(template, "{")+1 : len(template)-1]
			}
			t.Run(op.Name+" "+field, func(t *testing.T) {
				t.Parallel()
				other := "evnt_test_5xsrnhy5yl6sc7x4pxb"
				if strings.HasPrefix(id, "evnt_") {
					other = chargeID
				}
				requireRefused(t, field, "must be the id of ", call(t, other))
			})
			if i > 0 {
				continue
			}
			t.Run(op.Name+" "+field+" in test mode, with a live key", func(t *testing.T) {
				t.Parallel()
				kind, _, _ := strings.Cut(id, "_")
				requireRefused(t, field, "is a test id, but the key is a live key", call(t, kind+"_test_5xsrnhy5yl6sc7x4pxb"),
					omise.WithSecretKey(liveSecret), omise.WithPublicKey(livePublic))
			})
		}
	}
}

// maySayNothing has the writes whose params may be nil. Without params, Capture takes the
// whole amount, and the API decides how a test dispute ends. A webhook secret and a
// confirmation need no params.
var maySayNothing = map[string]bool{
	"Charges.Capture": true, "Disputes.Close": true, "MFAConfirmations.Create": true, "WebhookSecrets.Create": true,
}

func TestWritesRefuseNilParams(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, op := range apitest.Operations() {
		if method := op.Endpoint.Method; method == http.MethodGet || op.ParamsType() == nil || maySayNothing[op.Name] {
			continue
		}
		seen++
		t.Run(op.Name, func(t *testing.T) {
			t.Parallel()
			requireRefused(t, "params", "must not be nil", func(_ context.Context, c *omise.Client) error {
				return op.Call(t, c, op.IDs(), reflect.Zero(reflect.PointerTo(op.ParamsType())))
			})
		})
	}
	require.Greater(t, seen, 25)
}

func TestReadsAndWritesWithoutRequiredParamsTakeNilParams(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, op := range apitest.Operations() {
		if method := op.Endpoint.Method; op.ParamsType() == nil || method != http.MethodGet && !maySayNothing[op.Name] {
			continue
		}
		seen++
		t.Run(op.Name, func(t *testing.T) {
			t.Parallel()
			got := apitest.RespondNotFound()
			null := reflect.Zero(reflect.PointerTo(op.ParamsType()))
			require.ErrorIs(t, op.Call(t, got.Client(t), op.IDs(), null), omise.ErrCodeNotFound)
			values := got.Requests()[0].Values()
			values.Del("scope")
			require.Empty(t, values)
		})
	}
	require.Greater(t, seen, 50)
}

func TestNilContextIsRefused(t *testing.T) {
	t.Parallel()
	requireRefused(t, "ctx", "must not be nil", func(_ context.Context, c *omise.Client) error {
		return errorOf(c.Charges.Get(nil, chargeID))
	})
}

func TestASubMerchantThatCouldBeAnotherHeaderIsRefused(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"team_1\r\nX: y", "a b", "é", "\x00"} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			requireRefused(t, "sub-merchant", "must hold only letters", func(ctx context.Context, c *omise.Client) error {
				return errorOf(c.Charges.Get(ctx, chargeID, omise.WithSubMerchant(id)))
			})
		})
	}
}

// A program that finds no sub-merchant and passes an empty id must not make a call for
// the whole account.
func TestASubMerchantWithoutAnIDIsRefused(t *testing.T) {
	t.Parallel()
	requireRefused(t, "sub-merchant", "is required", func(ctx context.Context, c *omise.Client) error {
		return errorOf(c.Charges.Get(ctx, chargeID, omise.WithSubMerchant("")))
	})
}
