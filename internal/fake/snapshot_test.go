package fake

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// busyWorld returns a world with records and timers of every kind.
func busyWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, Options{Seed: 3, HonourKeys: true, ThreeDSecure: true})
	w.Listen(InMemory(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusTeapot) })))
	customer := w.payer(goodCard)
	w.charge(object{"capture": false})
	w.charge(object{"return_uri": "https://shop.example.com"})
	paid := w.charge(nil).id()
	w.post("/charges/"+paid+"/refunds", object{"amount": 10_000})
	dispute := w.post("/charges/"+w.charge(nil).id()+"/disputes", nil).id()
	w.patch("/disputes/"+dispute, object{"message": "no"})
	w.sourceCharge("promptpay")
	w.sourceCharge("alipay")
	w.post("/schedules", plan(customer, nil))
	declined := w.payer(declinedCard)
	w.post("/schedules", plan(declined, nil))
	w.post("/schedules", object{
		"every": 1, "period": "day", "end_date": "2027-01-01",
		"transfer": object{"recipient": w.recipients.all[0].id, "percentage_of_balance": 10},
	})
	w.post("/transfers", object{"amount": 5000})
	w.post("/links", object{"amount": 50_000, "currency": "thb", "title": "Beans", "description": "A bag"})
	w.post("/linked_accounts", object{"type": "direct_debit_bay", "return_uri": "https://shop.example.com"})
	w.post("/webhooks/secrets", nil)
	w.patch("/consent", object{"principal": "Somchai", "policies": object{"a": 1}})
	w.post("/routing_group_rules", object{"default_backend": "a"})
	w.post("/sub_merchants", object{"name": "Tea"})
	chain := w.get("/chains/" + w.AddChain("malee@example.com")).text("key")
	hr := w.request("POST", "/charges", object{"amount": 100_000, "currency": "thb", "card": w.token(goodCard)})
	hr.SetBasicAuth(chain, "")
	w.send(hr)
	keyed := w.request("POST", "/customers", object{"email": "k@example.com"})
	keyed.Header.Set("Idempotency-Key", "k")
	w.send(keyed)
	require.NoError(t, w.Fault(Rule{Operation: "GET /forex/{currency}", HasRate: true, Rate: 0.5, Effect: Answer, Status: 500}))
	require.NoError(t, w.Fault(Rule{Operation: "GET /capability", Times: 1, Effect: Late, Delay: time.Hour}))
	w.ServeHTTP(httptest.NewRecorder(), w.request("GET", "/forex/usd", nil))
	w.Advance(2 * day)
	_, err := w.RoundTrip(w.request("GET", "/capability", nil)) // is processed later
	require.Error(t, err)
	return w
}

// future makes random calls and returns all answers.
func (w *world) future(seed uint64) string {
	w.t.Helper()
	var told strings.Builder
	tell := func(method, path string, body any) {
		recorder := httptest.NewRecorder()
		hr := w.request(method, path, body)
		hr.Header.Set("Idempotency-Key", "k")
		w.ServeHTTP(recorder, hr)
		fmt.Fprintln(&told, recorder.Code, recorder.Header(), recorder.Body)
	}
	for range 5 {
		tell("GET", "/forex/usd", nil)
	}
	tell("POST", "/customers", object{"email": "k@example.com"})
	random := rand.New(rand.NewPCG(seed, 1))
	for range 60 {
		w.randomAction(random)
	}
	w.Advance(40 * day)
	for _, path := range []string{
		"/account", "/balance", "/charges", "/customers", "/events", "/recipients", "/consent", "/links", "/linked_accounts",
		"/refunds", "/transactions", "/transfers", "/disputes", "/schedules", "/receipts", "/chains", "/webhooks/secrets",
		"/routing_group_rules", "/sub_merchants", "/search?scope=charge",
	} {
		tell("GET", path+"?expand=true&order=reverse_chronological&limit=100", nil)
	}
	for _, d := range w.Deliveries() {
		fmt.Fprintln(&told, d.ID, d.Time, d.Status, d.Attempt)
	}
	return told.String()
}

func TestRestoreIsExact(t *testing.T) {
	t.Parallel()
	w := busyWorld(t)
	kept, calls := w.Snapshot(), w.Calls()
	first := w.future(1)
	for range 2 {
		w.Restore(kept)
		require.Equal(t, calls, w.Calls())
		requireSameText(t, first, w.future(1))
		w.future(2)
	}
	other := newWorld(t, Options{Seed: 9})
	other.Restore(kept)
	require.NotEqual(t, w.SecretKey(), other.SecretKey(), "keys stay")
	require.NotEmpty(t, other.get("/charges").data())
}

// requireSameText compares two long texts and shows only where they differ.
func requireSameText(t *testing.T, want, got string) {
	t.Helper()
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		require.Equal(t, a[i], b[i], "line %d", i)
	}
	require.Len(t, b, len(a))
}

func TestAForkChangesIndependently(t *testing.T) {
	t.Parallel()
	w := busyWorld(t)
	fork := &world{Server: w.Fork(nil), t: t}
	require.Equal(t, w.Now(), fork.Now())
	require.Empty(t, fork.Calls())
	require.NoError(t, fork.Fault(Rule{Effect: Hang}))
	fork.ClearFaults()

	before := w.Snapshot()
	fork.future(1)
	w.ClearFaults()
	w.Listen(nil)
	w.future(2)
	w.Restore(before)
	third := &world{Server: w.Fork(nil), t: t}
	other := &world{Server: w.Fork(nil), t: t}
	requireSameText(t, third.future(3), other.future(3))
}

// TestForkSharesNothingThatChanges goes through both worlds and searches for memory that
// they share.
func TestForkSharesNothingThatChanges(t *testing.T) {
	t.Parallel()
	w := busyWorld(t)
	w.mu.Lock()
	copied := copyWorld(w.Server)
	w.mu.Unlock()
	mine, theirs := memoryOf(w.Server), memoryOf(copied)
	require.Greater(t, len(mine), 300)
	// These values never change, or they are replaced as a whole, like the maps.
	frozen := map[string]bool{
		"*fake.event": true, "*fake.transaction": true, "*fake.batch": true, "*fake.audit": true,
		"*fake.receipt": true, "*fake.routingRule": true, "*fake.subMerchant": true, "*fake.delivery": true,
		"*fake.linksPlusTemplate": true, "*fake.Call": true, "*fake.request": true, "*fake.Hooks": true,
		"*fake.paymentReference": true, "*fake.apiError": true, "*big.Rat": true, "shape.Object": true,
		"params.Map": true, "*shape.Shape": true, "map[string]string": true, "map[string]interface {}": true, "map[string][]string": true,
		"*fake.card": true, // those of charges, see below
	}
	for at, kind := range mine {
		if other, ok := theirs[at]; ok && !frozen[kind] {
			require.Failf(t, "shared", "%s (%s)", kind, other)
		}
	}
	for _, home := range w.accounts() {
		for _, c := range home.charges.all {
			c.card = nil
		}
	}
	for at, kind := range memoryOf(w.Server) {
		require.False(t, kind == "*fake.card" && theirs[at] != "", "shared card")
	}
}

// memoryOf returns the addresses behind the pointers and maps of a world, with their
// kinds.
func memoryOf(s *Server) map[uintptr]string {
	found := map[uintptr]string{}
	var walk func(reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer, reflect.Map:
			if v.IsNil() || v.Type().PkgPath() == "" && strings.Contains(v.Type().String(), "http.") {
				return
			}
			if _, ok := found[v.Pointer()]; ok {
				return
			}
			found[v.Pointer()] = v.Type().String()
			if v.Kind() == reflect.Pointer {
				walk(v.Elem())
				return
			}
			for it := v.MapRange(); it.Next(); {
				walk(it.Value())
			}
		case reflect.Interface:
			if !v.IsNil() {
				walk(v.Elem())
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if name := v.Type().Field(i).Name; name != "table" && name != "createdAt" && v.Type().String() != "time.Time" {
					walk(v.Field(i))
				}
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		}
	}
	walk(reflect.ValueOf(s))
	return found
}

func TestSnapshotsOfBusyServers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.SeedPaidCharges(50)
	kept := w.Snapshot()
	done := make(chan struct{})
	for n := range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			for range 20 {
				switch n {
				case 0:
					w.Restore(kept)
				case 1:
					w.Fork(nil).SeedCustomer()
				case 2:
					w.Snapshot()
				default:
					w.ServeHTTP(httptest.NewRecorder(), w.request("GET", "/charges", nil))
				}
			}
		}()
	}
	for range 4 {
		<-done
	}
}

func TestSeeds(t *testing.T) {
	t.Parallel()
	for _, country := range []string{"TH", "JP", "SG", "MY"} {
		w := newWorld(t, Options{Country: country})
		customer := w.get("/customers/" + w.SeedCustomer())
		require.NotNil(t, customer["default_card"])
		for _, id := range w.SeedPaidCharges(3) {
			require.Equal(t, true, w.get("/charges/" + id)["paid"])
		}
		require.Len(t, w.Charges(), 3)
		require.EqualValues(t, 2, w.get("/customers")["total"])
		w.checkBalance()
	}
}

// BenchmarkFork1000Charges copies 1,000 charges with 1,000 events,
// transactions and timers each.
func BenchmarkFork1000Charges(b *testing.B) {
	s := New(Options{})
	s.SeedPaidCharges(1000)
	b.ReportAllocs()
	for b.Loop() {
		s.Fork(nil)
	}
}

// BenchmarkFork1000Objects copies the objects of five kinds of calls.
func BenchmarkFork1000Objects(b *testing.B) {
	s := New(Options{})
	s.SeedPaidCharges(300) // 300 charges, events and transactions
	for range 50 {
		s.SeedCustomer() // 50 customers and cards
	}
	b.ReportAllocs()
	for b.Loop() {
		s.Fork(nil)
	}
}
