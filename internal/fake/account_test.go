package fake

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	a := w.get("/account")
	require.Equal(t, "TH", a["country"])
	require.Equal(t, "THB", a["currency"])
	require.Regexp(t, "^account_test_[0-9a-z]{19}$", a["id"])
	require.Equal(t, "30.00", a.in("transfer_config")["fee"])
	require.Equal(t, "260", newWorld(t, Options{Country: "JP"}).get("/account").in("transfer_config")["min_transfer_amount"])

	a = w.patch("/account", object{
		"webhook_uri": "https://shop.example.com/hook", "chain_enabled": true,
		"metadata_export_keys": object{"charge": []string{"order_id"}},
	})
	require.Equal(t, "https://shop.example.com/hook", a["webhook_uri"])
	require.Equal(t, true, a["chain_enabled"])
	require.Equal(t, []any{"order_id"}, a.in("metadata_export_keys")["charge"])
	require.Equal(t, []any{}, a.in("metadata_export_keys")["refund"])
	require.Equal(t, a, w.get("/account"))

	require.Equal(t, "webhook_uri is invalid and chain_return_uri is invalid",
		w.fails(badRequest, "PATCH", "/account", object{"webhook_uri": "x", "chain_return_uri": "y"}))
	require.Equal(t, a, w.get("/account"))
}

func TestAPIVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	versions := w.get("/account/api_versions").data()
	require.Len(t, versions, 4)
	require.Equal(t, answer{"object": "api_version", "name": "2019-05-29", "current": true}, versions[0])
	require.Equal(t, "2019-05-29", w.patch("/account/api_version", object{"api_version": "2019-05-29"})["api_version"])
	w.fails(badRequest, "PATCH", "/account/api_version", object{"api_version": "2017-11-02"})
	w.fails(badRequest, "PATCH", "/account/api_version", nil)
}

func TestCapability(t *testing.T) {
	t.Parallel()
	for country, methods := range map[string][]string{
		"TH": {"card", "promptpay", "installment_bay"},
		"JP": {"card", "econtext", "paypay"},
		"SG": {"card", "paynow", "grabpay"},
		"MY": {"card", "fpx", "duitnow_qr"},
	} {
		w := newWorld(t, Options{Country: country})
		a := w.get("/capability")
		require.Equal(t, country, a["country"])
		found := map[string]answer{}
		for _, m := range a["payment_methods"].([]any) {
			method := answer(m.(map[string]any))
			found[method.text("name")] = method
		}
		for _, name := range methods {
			require.Contains(t, found, name)
		}
		require.Contains(t, found["card"]["card_brands"], "Visa")
		if country == "MY" {
			require.Contains(t, found["fpx"]["banks"], map[string]any{"code": "uob", "name": "uob", "active": true})
		}
	}
}

func TestForexNeedsMultiCurrency(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{Country: "JP"})
	w.fails(notFound, "GET", "/forex/usd", nil)
	sg := newWorld(t, Options{Country: "SG"})
	require.EqualValues(t, 1.3, sg.get("/forex/USD")["rate"])
}
