package omise_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

// inAnyOrder removes the order from the request for a list.
func inAnyOrder(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
	hr = hr.Clone(hr.Context())
	query := hr.URL.Query()
	query.Del("order")
	hr.URL.RawQuery = query.Encode()
	return next.RoundTrip(hr)
}

func TestVerdict08ListInAnotherOrderIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.srv.SeedPaidCharges(150) // more than a page
		fake.srv.Advance(7 * day)
		err := fake.lostCharge(omisetest.Fault.DropAfter)
		fake.through(inAnyOrder).requireState(omise.ResolutionFound, err)
	})
}

// without removes charges from lists, as an API does that shows them late.
func without(ids ...string) between {
	return rewrites("GET", "/charges", func(body string) string {
		page := apitest.ParseJSON([]byte(body))
		page["data"] = slices.DeleteFunc(page["data"].([]any), func(record any) bool {
			return slices.Contains(ids, record.(map[string]any)["id"].(string))
		})
		text, _ := json.Marshal(page)
		return string(text)
	})
}

// The total grows with every page.
func TestVerdict08ListOfRefundsWithoutEndProvesNothing(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := fake.mustCharge(fake.chargeOfCustomer())
		path := "/charges/" + charge.ID + "/refunds"
		fake.srv.Fault(omisetest.On("POST /charges/{id}/refunds").Times(1).DropBefore())
		_, err := fake.Refunds.Create(fake.ctx(), charge.ID, &omise.RefundCreateParams{Amount: 10_000})
		fake.srv.Advance(time.Hour)
		pages := 0
		endless := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			if hr.Method != http.MethodGet || hr.URL.Path != path {
				return next.RoundTrip(hr)
			}
			pages++
			require.Less(t, pages, 300)
			offset := (pages - 1) * omise.LargestPage
			return apitest.Response(200, fmt.Sprintf(`{"object":"list","data":[%s],"limit":100,"offset":%d,"total":%d}`,
				apitest.ObjectJSON(t, "refund", "charge", `"`+charge.ID+`"`, "amount", "1"), offset, offset+1000)), nil
		})
		require.Equal(t, omise.ResolutionOpen, endless.refundState(err))
	})
}

func TestVerdict08ListThatLacksAKnownChargeIsNotCurrent(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		err := fake.lostCharge(omisetest.Fault.DropAfter)
		lost := must1(fake.Charges.List(fake.ctx(), nil)).Data[0]
		fake.srv.Advance(time.Hour)
		var hidden []string
		lagging := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			return without(hidden...)(next, hr)
		})
		known := lagging.mustCharge(lagging.chargeOfCustomer())
		fake.srv.Advance(time.Hour)
		hidden = []string{lost.ID, known.ID}
		lagging.requireState(omise.ResolutionOpen, err)
		hidden = nil
		lagging.requireState(omise.ResolutionFound, err)
	})
}

func TestVerdict08ClientOfAnotherAccountOrModeIsRefused(t *testing.T) {
	t.Parallel()
	_, err := apitest.Fail(errReset).Client(t).Charges.Create(t.Context(), chargeOfSavedCard())
	for name, keys := range map[string][2]string{"another account": {otherSecret, otherPublic}, "live mode": {liveSecret, livePublic}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := apitest.Respond(200, `{"object":"list","data":[],"total":0}`)
			client, problem := omise.NewClient(keys[0], omise.WithPublicKey(keys[1]), api.Option())
			require.NoError(t, problem)
			_, problem = client.Charges.Resolve(t.Context(), throughJSON(t, err))
			require.Equal(t, "unknown", refusal(t, problem).Field)
			require.Contains(t, refusal(t, problem).Rule, "another account, mode or server")
			require.Empty(t, api.Requests())
		})
	}
}

func TestVerdict08LookupUsesTheSubMerchantOfTheCall(t *testing.T) {
	t.Parallel()
	const subMerchant = "acct_test_5xsrnhy5yl6sc7x4pxb"
	_, err := apitest.Fail(errReset).Client(t).Charges.Create(t.Context(), chargeOfSavedCard(), omise.WithSubMerchant(subMerchant))
	api := apitest.Respond(200, `{"object":"list","data":[],"total":0}`)
	_, problem := api.Client(t).Charges.Resolve(t.Context(), throughJSON(t, err))
	require.NoError(t, problem)
	require.NotEmpty(t, api.Requests())
	for _, r := range api.Requests() {
		require.Equal(t, subMerchant, r.Header.Get("SUB_MERCHANT_ID"))
	}
}

// The write, the call of Resolve and the API are on machines with different clocks.
func TestVerdict08ClocksOfMachinesAreNotCompared(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ writer, asker, date time.Duration }{
		"all agree":                 {0, 0, 0},
		"the writer is ahead":       {10 * time.Minute, 0, 0},
		"the writer is behind":      {-10 * time.Minute, 0, 0},
		"the asker is ahead":        {0, 10 * time.Minute, 0},
		"the asker is behind":       {0, -10 * time.Minute, 0},
		"the API is behind both":    {10 * time.Minute, 10 * time.Minute, 0},
		"the API is ahead of both":  {-10 * time.Minute, -10 * time.Minute, 0},
		"a proxy is seconds ahead":  {0, 0, 6 * time.Second},
		"a proxy is seconds behind": {0, 0, -6 * time.Second},
		"a proxy is minutes ahead":  {0, 0, 4 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				proxy := dated(fake.srv, row.date)
				fake.mustCharge(fake.chargeOfCustomer())
				fake.srv.Advance(day) // so that the list shows its order
				writer, asker := fake.withClock(row.writer, proxy), fake.withClock(row.asker, proxy)
				must1(writer.Balance.Get(t.Context())) // its answer has the time of the API
				done := writer.lostCharge(omisetest.Fault.DropAfter)
				notDone := writer.lostChargeFor("order-43", omisetest.Fault.DropBefore)
				resolve := func(err error) omise.ResolutionState {
					return asker.chargeState(throughJSON(t, err))
				}
				require.Equal(t, omise.ResolutionFound, resolve(done))
				fake.srv.Advance(omise.DefaultMaxProcessingTime - row.date.Abs() - 2*time.Second)
				require.NotEqual(t, omise.ResolutionNotFound, resolve(notDone), "too early")
				fake.srv.Advance(2*row.date.Abs() + 4*time.Second)
				require.Equal(t, omise.ResolutionNotFound, resolve(notDone))
				require.Equal(t, omise.ResolutionFound, resolve(done))
			})
		})
	}
}

// Without the time of the API, the client reads an hour more of the list, and not the
// whole list.
func TestVerdict08NoTimeOfTheAPIDoesNotMeanAllOfHistory(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.srv.SeedPaidCharges(300)
		fake.srv.Advance(7 * day)
		err := fake.lostCharge(omisetest.Fault.DropAfter)
		to := regexp.MustCompile(`"to":"[^"]*"`)
		timeless := fake.through(rewrites("GET", "/charges", func(body string) string { return to.ReplaceAllString(body, `"to":null`) }))
		got := must1(timeless.Charges.Resolve(t.Context(), throughJSON(t, err)))
		require.Equal(t, omise.ResolutionFound, got.State)
		fake.srv.AssertCalls("GET /charges", 1)
	})
}

// A handler of webhooks has replaced the metadata, and the marks with it.
func TestVerdict08ReplacedMetadataProveNothing(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		err := fake.lostCharge(omisetest.Fault.DropAfter)
		charge := must1(fake.Charges.List(fake.ctx(), nil)).Data[0]
		lacksMarks := fake.through(rewrites("GET", "", func(body string) string {
			return regexp.MustCompile(`"metadata":\{[^}]*\}`).ReplaceAllString(body, `"metadata":{"seen":"yes"}`)
		}))
		fake.srv.Advance(omise.DefaultMaxProcessingTime)
		got := lacksMarks.requireState(omise.ResolutionOpen, err)
		require.Equal(t, charge.ID, got.Candidates[0].ID)
	})
}
