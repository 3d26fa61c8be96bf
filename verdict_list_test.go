package omise_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

func TestVerdict08ListWithoutATotalIsNotComplete(t *testing.T) {
	t.Parallel()
	for name, total := range map[string]any{"missing": "missing", "null": nil, "zero": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
				client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
					hr = hr.Clone(hr.Context())
					hr.URL.RawQuery = strings.ReplaceAll(hr.URL.RawQuery, "limit=100", "limit=2")
					return changesList("/charges", func(list map[string]any) {
						if list["total"] = total; total == "missing" {
							delete(list, "total")
						}
					})(next, hr)
				}, omise.WithMaxRetries(0))
				_, err := client.Charges.Create(fake.ctx(), fake.chargeOfCustomer(), omise.WithIntent("order-42"))
				for range 3 {
					fake.another().mustCharge(fake.chargeOfCustomer())
				}
				fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Minute)
				got, err := client.Charges.Resolve(fake.ctx(), err)
				require.NoError(t, err)
				require.Equal(t, omise.ResolutionOpen, got.State)
			})
		})
	}
}

// The server gives the list in the other order, and a record has no creation time.
func TestVerdict08RecordWithoutATimeDoesNotShowTheOrder(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		for range 3 {
			fake.mustCharge(fake.chargeOfToken())
			fake.srv.Advance(24 * time.Hour)
		}
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			hr = hr.Clone(hr.Context())
			hr.URL.RawQuery = strings.ReplaceAll(hr.URL.RawQuery, "reverse_chronological", "chronological")
			hr.URL.RawQuery = strings.ReplaceAll(hr.URL.RawQuery, "limit=100", "limit=3")
			return changesList("/charges", func(list map[string]any) {
				if data := list["data"].([]any); len(data) > 1 {
					data[1].(map[string]any)["created_at"] = nil
				}
			})(next, hr)
		}, omise.WithMaxRetries(0))
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
		_, err := client.Charges.Create(fake.ctx(), fake.chargeOfCustomer(), omise.WithIntent("order-42"))
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		fake.srv.Advance(time.Hour)
		got := must1(client.Charges.Resolve(fake.ctx(), err))
		require.NotEqual(t, omise.ResolutionNotFound, got.State)
	})
}

// The client looks for the charge and sends it again after the promised time. A list that is
// not complete must not make it do so.
func TestVerdict08OddListMakesNoSecondCharge(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		query  *strings.Replacer
		change func(list map[string]any)
	}{
		"no total": {strings.NewReplacer("limit=100", "limit=2"), func(list map[string]any) { list["total"] = nil }},
		"other order and no time": {
			strings.NewReplacer("reverse_chronological", "chronological", "limit=100", "limit=3"),
			func(list map[string]any) {
				if data := list["data"].([]any); len(data) > 1 {
					data[1].(map[string]any)["created_at"] = nil
				}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				other := fake.chargeOfCustomer()
				other.Amount = 5_000
				for range 3 {
					fake.another().mustCharge(other)
				}
				fake.srv.Advance(24 * time.Hour)
				p := fake.chargeOfCustomer()
				posts := 0
				client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
					if hr.Method == "POST" && hr.URL.Path == "/charges" {
						if posts++; posts > 1 {
							return next.RoundTrip(hr)
						}
						_, err := next.RoundTrip(hr)
						require.NoError(t, err)
						for range 3 {
							fake.another().mustCharge(other)
						}
						return nil, errReset
					}
					hr = hr.Clone(hr.Context())
					hr.URL.RawQuery = row.query.Replace(hr.URL.RawQuery)
					return changesList("/charges", row.change)(next, hr)
				}, omise.WithMaxProcessingTime(2*time.Second))
				_, err := client.Charges.Create(fake.ctx(), p, forOrder42)
				require.Equal(t, 1, posts, "charged twice: %v", err)
			})
		})
	}
}

func TestAllOfAListWithoutATotalEndsWithAnError(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		for range 5 {
			fake.mustCharge(fake.chargeOfCustomer())
		}
		client := fake.through(changesList("/charges", func(list map[string]any) { list["total"] = nil }))
		var last error
		for _, err := range client.Charges.All(fake.ctx(), &omise.ListParams{Limit: 2}) {
			last = err
		}
		require.ErrorContains(t, last, "its list has no total")
	})
}

// The list is in no order. Its second record has no time, and the record of the call is on the
// second page.
func TestVerdict08RecordWithoutATimeHidesNoOrder(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		for range 4 {
			fake.mustCharge(fake.chargeOfToken())
			fake.srv.Advance(day)
		}
		asked := strings.NewReplacer("reverse_chronological", "chronological", "limit=100", "limit=4")
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			hr = hr.Clone(hr.Context())
			hr.URL.RawQuery = asked.Replace(hr.URL.RawQuery)
			return changesList("/charges", func(list map[string]any) {
				if data := list["data"].([]any); len(data) == 4 {
					at := func(i int) map[string]any { return data[i].(map[string]any) }
					at(1)["created_at"], at(3)["created_at"] = nil, at(1)["created_at"]
				}
			})(next, hr)
		}, omise.WithMaxRetries(0))
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
		_, err := client.Charges.Create(fake.ctx(), fake.chargeOfCustomer(), forOrder42)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		fake.srv.Advance(time.Hour)
		require.Equal(t, omise.ResolutionFound, must1(client.Charges.Resolve(fake.ctx(), err)).State)
	})
}

// The list shows a charge of the same second as the charge that the client has got, but not
// that charge itself.
func TestVerdict08ListWithoutTheNewestRecordIsOutOfDate(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p, other := fake.chargeOfCustomer(), fake.chargeOfCustomer()
		made := ""
		client := fake.through(changesList("/charges", func(list map[string]any) {
			data := slices.DeleteFunc(list["data"].([]any), func(it any) bool { return it.(map[string]any)["id"] == made })
			list["data"], list["total"] = data, len(data)
		}), omise.WithMaxRetries(0))
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
		_, unknown := client.Charges.Create(fake.ctx(), p, forOrder42)
		require.ErrorIs(t, unknown, omise.ErrOutcomeUnknown)
		fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Minute)
		client.mustCharge(other)
		made = must1(client.Charges.Create(fake.ctx(), p, forOrder42)).ID
		require.Equal(t, omise.ResolutionOpen, must1(client.Charges.Resolve(fake.ctx(), unknown)).State)
	})
}
