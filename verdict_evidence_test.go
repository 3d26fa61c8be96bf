package omise_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

// olderVersions are versions of the API in which a charge has fewer attributes than its
// model.
var olderVersions = []string{"2014-07-27", "2015-11-17", "2017-11-02"}

func TestVerdict08OlderVersionOfTheAPIHidesNoCharge(t *testing.T) {
	t.Parallel()
	for _, version := range olderVersions {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				client := fake.With(omise.WithAPIVersion(version), omise.WithMaxProcessingTime(time.Minute))
				fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
				_, err := client.Charges.Create(fake.ctx(), fake.chargeOfCustomer(), omise.WithIntent("A-1"))
				require.NoError(t, err)
				require.Equal(t, 1, fake.countCharges())
			})
		})
	}
}

func TestVerdict06OlderVersionOfTheAPIHidesNoCapture(t *testing.T) {
	t.Parallel()
	for _, version := range olderVersions {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				charge := authorized(fake)
				client := fake.another(omise.WithAPIVersion(version), omise.WithMaxRetries(0))
				fake.srv.Fault(omisetest.On("POST /charges/{id}/capture").DropAfter())
				fake.srv.Fault(omisetest.On("GET /charges/{id}").DropBefore())
				_, err := client.Charges.Capture(fake.ctx(), charge.ID, nil)
				fake.srv.ClearFaults()
				fake.srv.Advance(time.Hour)
				require.Equal(t, omise.ResolutionFound, client.chargeState(err))
			})
		})
	}
}

func TestVerdict08RecordWithoutItsTimeIsNotTooOld(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		err := fake.lostCharge(omisetest.Fault.DropAfter)
		fake.srv.Advance(6 * time.Minute)
		client := fake.through(rewrites(http.MethodGet, "/charges", func(body string) string {
			return strings.ReplaceAll(body, `"created_at":"`, `"created_on":"`)
		}))
		require.Equal(t, omise.ResolutionFound, client.chargeState(err))
	})
}

func TestVerdict08TransferThatWasUpdatedIsNotAbsent(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.fundedAccount()
		fake.srv.Fault(omisetest.On("POST /transfers").DropAfter())
		_, err := fake.transfer(50_000, "P-1")
		list := must1(fake.Transfers.List(fake.ctx(), nil))
		must1(fake.Transfers.Update(fake.ctx(), list.Data[0].ID, &omise.TransferUpdateParams{Amount: new(int64(40_000))}))
		fake.srv.Advance(6 * time.Minute)
		resolution := must1(fake.Transfers.Resolve(fake.ctx(), err))
		require.Equal(t, omise.ResolutionOpen, resolution.State)
		require.Len(t, resolution.Candidates, 1)
	})
}

// After the delete, the transfer is on the page that was read before.
func TestVerdict08DeleteBetweenPagesHidesNoTransfer(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.fundedAccount()
		fake.srv.Fault(omisetest.On("POST /transfers").Times(1).DropAfter())
		_, err := fake.transfer(50_000, "P-1")
		var newest *omise.Transfer
		for range omise.LargestPage {
			newest = must1(fake.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(40_000))}))
		}
		fake.srv.Advance(6 * time.Minute)
		pages := 0
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(hr)
			if hr.URL.Path == "/transfers" {
				if pages++; pages == 1 {
					must1(fake.Transfers.Delete(fake.ctx(), newest.ID))
				}
			}
			return resp, err
		})
		require.NotEqual(t, omise.ResolutionNotFound, client.transferState(err))
		require.Equal(t, omise.ResolutionFound, client.transferState(err))
	})
}

// The second caller of an intent gives up. The first call goes on for minutes.
func TestVerdict08ErrorOfAWaitingCallerCoversTheCallItWaitedFor(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfToken()
		client := fake.through(hangsOnWrites)
		first := make(chan error)
		go func() {
			_, err := client.Charges.Create(fake.ctx(), p, omise.WithIntent("A-1"))
			first <- err
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(fake.ctx(), 20*time.Second)
		defer cancel()
		_, err := client.Charges.Create(ctx, p, omise.WithIntent("A-1"))
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.ErrorIs(t, <-first, omise.ErrOutcomeUnknown)
		time.Sleep(3 * time.Minute) // of the five that the last attempt may take
		for _, err := range []error{err, throughJSON(t, err)} {
			require.Equal(t, omise.ResolutionOpen, client.chargeState(err))
		}
		time.Sleep(10 * time.Minute)
		require.Equal(t, omise.ResolutionNotFound, client.chargeState(err))
	})
}

// The API has processed the first call long before the second call begins.
func TestVerdict07ErrorOfAWaitingCallerFindsTheChargeOfTheCallItWaitedFor(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(hr)
			if hr.Method == http.MethodPost {
				fake.srv.Advance(10 * time.Minute)
				time.Sleep(10 * time.Minute)
			}
			return resp, err
		}, omise.WithTimeout(time.Hour))
		var first sync.WaitGroup
		defer first.Wait()
		first.Go(func() { must1(client.Charges.Create(fake.ctx(), p, omise.WithIntent("A-1"))) })
		time.Sleep(9 * time.Minute)
		ctx, cancel := context.WithTimeout(fake.ctx(), 20*time.Second)
		defer cancel()
		_, err := client.Charges.Create(ctx, p, omise.WithIntent("A-1"))
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.Equal(t, omise.ResolutionFound, client.chargeState(err))
	})
}

func TestVerdict12IntentIsFreeAgainAfterAPanic(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p, broken := fake.chargeOfCustomer(), true
		client := fake.With(omise.WithObserver(func(context.Context, omise.Attempt) {
			if broken {
				broken = false
				panic("observer")
			}
		}))
		require.Panics(t, func() { _, _ = client.Charges.Create(fake.ctx(), p, omise.WithIntent("A-1")) })
		ctx, cancel := context.WithTimeout(fake.ctx(), time.Minute)
		defer cancel()
		_, err := client.Charges.Create(ctx, p, omise.WithIntent("A-1"))
		require.NoError(t, err)
	})
}

func TestVerdict12CallersOfOneIntentShareNoMemory(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change func(body string) string
		fails  bool
	}{
		"answer": {func(body string) string { return body }, false},
		"answer with another amount": {func(body string) string {
			return strings.Replace(body, `"amount":100000`, `"amount":200000`, 1)
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				p := fake.chargeOfCustomer()
				changed := rewrites(http.MethodPost, "/charges", row.change)
				client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
					time.Sleep(time.Second)
					resp, err := changed(next, hr)
					resp.Header.Set("Set-Cookie", "session=secret")
					return resp, err
				}, omise.WithMaxRetries(0))
				concurrently(8, func(int) {
					var resp omise.Response
					_, err := client.Charges.Create(fake.ctx(), p, omise.WithIntent("A-1"), omise.WithResponseInto(&resp))
					resp.Header.Set("Date", "of this caller")
					e, failed := errors.AsType[*omise.Error](err)
					assert.Equal(t, row.fails, failed)
					if failed {
						assert.NotNil(t, e.Object)
					}
				})
			})
		})
	}
}

// The Date header of a page is from the clock of the gateway.
func TestVerdict08DateOfAPageIsNotTheClockOfTheAPI(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(hr)
			if hr.Method == http.MethodPost {
				page := answerTo(hr, http.StatusGatewayTimeout, "<html>")
				page.Header.Set("Date", fake.srv.Now().Add(2*time.Hour).UTC().Format(http.TimeFormat))
				return page, err
			}
			return resp, err
		})
		_, err := client.Charges.Create(fake.ctx(), p, omise.WithIntent("A-1"))
		fake.srv.Advance(3 * time.Hour)
		require.Equal(t, omise.ResolutionFound, fake.chargeState(throughJSON(t, err)))
	})
}

func TestVerdict08ResolveLooksWhereTheWriteWas(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		err := fake.lostCharge(omisetest.Fault.DropAfter)
		fake.srv.Advance(10 * time.Minute)
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			require.Empty(t, hr.Header.Get("SUB_MERCHANT_ID"))
			return next.RoundTrip(hr)
		})
		resolution := must1(client.Charges.Resolve(fake.ctx(), err, omise.WithSubMerchant("team_1")))
		require.Equal(t, omise.ResolutionFound, resolution.State)
	})
}

// The client of another machine, whose clock is ahead, asks while the call may still
// be processed.
func TestVerdict08ClockAheadMakesNoIntentAbsent(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		ahead := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) { return next.RoundTrip(hr) },
			omise.WithClock(func() time.Time { return fake.srv.Now().Add(11 * time.Minute) }))
		resolution := must1(ahead.Charges.ResolveIntent(fake.ctx(), "A-1", fake.srv.Now(), time.Time{}))
		require.Equal(t, omise.ResolutionOpen, resolution.State)
	})
}

func TestVerdict08DeletedRecordDoesNotKeepAResolutionOpen(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.fundedAccount()
		fake.srv.Fault(omisetest.On("POST /transfers").Times(1).DropBefore())
		_, err := fake.transfer(40_000, "P-1")
		fake.srv.Advance(2 * time.Second)
		newer := must1(fake.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(30_000))}))
		must1(fake.Transfers.Delete(fake.ctx(), newer.ID))
		fake.srv.Advance(time.Hour)
		require.Equal(t, omise.ResolutionNotFound, fake.transferState(err))
	})
}

// The list does not show the transfers yet. The client has made a transfer that the list
// lacks, so the client knows that the list is out of date. The delete of an older transfer
// does not change that.
func TestVerdict08DeleteOfAnOlderRecordMakesNoListCurrent(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.fundedAccount()
		client := fake.through(rewrites(http.MethodGet, "/transfers", func(string) string {
			return `{"object":"list","data":[],"limit":100,"offset":0,"total":0,"location":"/transfers","order":"reverse_chronological","from":"1970-01-01T00:00:00Z","to":"` +
				fake.srv.Now().Format(time.RFC3339) + `"}`
		}))
		older := must1(client.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(30_000))}))
		fake.srv.Fault(omisetest.On("POST /transfers").Times(1).DropAfter())
		_, err := client.transfer(40_000, "P-1")
		fake.srv.Advance(2 * time.Second)
		must1(client.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(30_000))}))
		must1(client.Transfers.Delete(fake.ctx(), older.ID))
		fake.srv.Advance(time.Hour)
		require.Equal(t, omise.ResolutionOpen, client.transferState(err))
	})
}

type namedMap map[string]any

func TestVerdict07OddMetadataMakeNoSuccessUnknown(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]any{
		"invalid UTF-8": "caf\xe9", "a map with a nil": namedMap{"a": "1", "b": nil}, "a map with an empty list": namedMap{"a": "1", "b": []string{}},
		"a list": []int{1, 2}, "a large number": 1e21, "a flag": true, "a space at the end": "A-1 ",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				p := fake.chargeOfCustomer()
				p.Metadata = omise.Metadata{"order": value}
				_, err := fake.Charges.Create(fake.ctx(), p)
				require.NoError(t, err)
			})
		})
	}
}

func TestVerdict07MetadataThatAreSentTwiceMakeNoSuccessUnknown(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		p.Metadata = omise.Metadata{"order": "A-1"}
		_, err := fake.Charges.Create(fake.ctx(), p, omise.WithParam("metadata[order]", "A-2"))
		require.NoError(t, err)
	})
}

func TestVerdict11MarkInAParamIsRefused(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		_, err := fake.Charges.Create(fake.ctx(), fake.chargeOfCustomer(), omise.WithParam("metadata[omise_intent]", "A-1"))
		require.EqualError(t, err, "omise: POST /charges: metadata[omise_intent] must be left out: WithIntent sets it")
	})
}

func TestVerdict12IntentOfAnotherHostIsAnotherIntent(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p, hosts := fake.chargeOfCustomer(), make(chan string, 2)
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			hosts <- hr.URL.Host
			time.Sleep(time.Second)
			return next.RoundTrip(hr)
		})
		var callers sync.WaitGroup
		for _, client := range []*omise.Client{client.Client, client.With(omise.WithBaseURL("https://api.example.com"))} {
			callers.Go(func() { must1(client.Charges.Create(fake.ctx(), p, omise.WithIntent("A-1"))) })
		}
		callers.Wait()
		require.NotEqual(t, <-hosts, <-hosts)
	})
}

func TestVerdict12KeyOfAnotherSubMerchantIsAnotherKey(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		merchant := must1(fake.SubMerchants.Create(fake.ctx(), &omise.SubMerchantCreateParams{Name: "Shop"}))
		must1(fake.Charges.Create(fake.ctx(), p, omise.WithIdempotencyKey("key-1"), omise.WithSubMerchant(merchant.ID)))
		_, err := fake.Charges.Create(fake.ctx(), p, omise.WithIdempotencyKey("key-1"))
		require.ErrorContains(t, err, "idempotency key")
	})
}
