package check

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	old "github.com/omise/omise-go"
	op "github.com/omise/omise-go/operations"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"

	"github.com/omisekit/omise-go/tools/migrate/rules"
)

// differences has the differences that the guide names: the value in omise-go, and the value
// in this SDK.
var differences = map[string]string{
	"Charge.Metadata[items]":       "float64 3 | string 3",
	"Transaction.Source":           " | " + charge,
	"Transaction.Transferable":     "0001-01-01T00:00:00Z | 2026-01-06T03:00:00Z",
	"Transaction.Type":             " | credit",
	"a bad amount":                 "*omise.Error | *omise.ParamError",
	"a charge that does not exist": "*omise.Error | *omise.Error",
	"a code in a text":             "not_found | not_found",
	"an empty id":                  "<nil> | *omise.ParamError",
}

// charge is the id of the first charge of a fake.
const charge = "chrg_test_ir2dq7i0ne7shwiztmo"

// A comparison runs one flow with both SDKs. Each SDK has its own fake, and both fakes start
// in the same state.
type comparison struct {
	t     *testing.T
	old   *old.Client
	now   *omise.Client
	same  int
	found map[string]string
}

func newComparison(t *testing.T) *comparison {
	oldFake, newFake := omisetest.NewServer(t), omisetest.NewServer(t)
	client, err := old.NewClient(oldFake.PublicKey(), oldFake.SecretKey())
	if err != nil {
		t.Fatal(err)
	}
	client.Endpoints["https://api.omise.co"] = oldFake.URL()
	client.Endpoints["https://vault.omise.co"] = oldFake.URL()
	now := newFake.Client(omise.WithHTTPClient(http.DefaultClient), omise.WithBaseURL(newFake.URL()), omise.WithVaultURL(newFake.URL()))
	return &comparison{t: t, old: client, now: now, found: map[string]string{}}
}

// must returns the answer of this SDK and panics on an error.
func must[T any](answer *T, err error) *T {
	if err != nil {
		panic(err)
	}
	return answer
}

func (c *comparison) check(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// compare compares the fields of a model, by the table of the guide.
func (c *comparison) compare(before, after any) {
	c.t.Helper()
	model := reflect.TypeOf(before).Elem().Name()
	now := flat(reflect.ValueOf(after))
	for name, was := range flat(reflect.ValueOf(before)) {
		field, key, _ := strings.Cut(name, "[")
		rule := rules.Attributes[model+"."+field]
		if base, ok := rules.Attributes["Base."+field]; ok {
			rule = base
		}
		if rule.To != "" {
			field = rule.To
		}
		if key != "" {
			field += "[" + key
		}
		is := now[field] // "" if there is no such field
		if was == is {
			c.same++
			continue
		}
		c.found[model+"."+name] = was + " | " + is
	}
}

// flat returns the plain values of a model: nil as "", times in UTC, values of a map with
// their types.
func flat(v reflect.Value) map[string]string {
	values := map[string]string{}
	v = reflect.Indirect(v)
	for i := range v.NumField() {
		name, f := v.Type().Field(i).Name, v.Field(i)
		if !v.Type().Field(i).IsExported() {
			continue
		}
		if v.Type().Field(i).Anonymous {
			maps.Copy(values, flat(f))
			continue
		}
		if f.Kind() == reflect.Pointer {
			if f.IsNil() {
				f = reflect.Zero(f.Type().Elem())
			} else {
				f = f.Elem()
			}
		}
		switch {
		case f.Type() == reflect.TypeFor[time.Time]():
			values[name] = f.Interface().(time.Time).UTC().Format(time.RFC3339)
		case f.Kind() == reflect.Map:
			for _, key := range f.MapKeys() {
				value := f.MapIndex(key).Interface()
				values[fmt.Sprintf("%s[%s]", name, key)] = fmt.Sprintf("%T %v", value, value)
			}
		case f.Kind() == reflect.Struct:
			if id := f.FieldByName("ID"); id.IsValid() {
				values[name+".ID"] = id.String()
			}
		case f.Kind() != reflect.Slice && f.Kind() != reflect.Interface:
			values[name] = fmt.Sprint(f.Interface())
		}
	}
	return values
}

func TestBothSDKsDifferWhereTheGuideSaysSo(t *testing.T) {
	c := newComparison(t)
	ctx := t.Context()

	token := &old.Token{}
	c.check(c.old.Do(token, &op.CreateToken{Name: "Somchai Prasert", Number: "4242424242424242", ExpirationMonth: 12, ExpirationYear: 2035, SecurityCode: "123"}))
	token2 := must(c.now.Tokens.Create(ctx, &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai Prasert", Number: omise.NewSensitive("4242424242424242"), ExpirationMonth: 12, ExpirationYear: 2035, SecurityCode: omise.NewSensitive("123"),
	}}))
	c.compare(token, token2)

	customer := &old.Customer{}
	c.check(c.old.Do(customer, &op.CreateCustomer{Email: "somchai@example.com", Card: token.ID}))
	customer2 := must(c.now.Customers.Create(ctx, &omise.CustomerCreateParams{Email: "somchai@example.com", Card: token2.ID}))
	c.compare(customer, customer2)

	paid := &old.Charge{}
	c.check(c.old.Do(paid, &op.CreateCharge{Customer: customer.ID, Amount: 100_000, Currency: "thb", Metadata: map[string]any{"order": "A-1", "items": 3}}))
	paid2 := must(c.now.Charges.Create(ctx, &omise.ChargeCreateParams{Customer: customer2.ID, Amount: 100_000, Currency: omise.THB, Metadata: omise.Metadata{"order": "A-1", "items": 3}}))
	c.compare(paid, paid2)

	held := &old.Charge{}
	c.check(c.old.Do(held, &op.CreateCharge{Customer: customer.ID, Amount: 50_000, Currency: "thb", DontCapture: true}))
	held2 := must(c.now.Charges.Create(ctx, &omise.ChargeCreateParams{Customer: customer2.ID, Amount: 50_000, Currency: omise.THB, Capture: new(false)}))
	c.compare(held, held2)
	c.check(c.old.Do(held, &op.CaptureCharge{ChargeID: held.ID}))
	c.compare(held, must(c.now.Charges.Capture(ctx, held2.ID, nil)))

	refund := &old.Refund{}
	c.check(c.old.Do(refund, &op.CreateRefund{ChargeID: paid.ID, Amount: 10_000}))
	refund2 := must(c.now.Refunds.Create(ctx, paid2.ID, &omise.RefundCreateParams{Amount: 10_000}))
	c.compare(refund, refund2)

	source := &old.Source{}
	c.check(c.old.Do(source, &op.CreateSource{Type: "promptpay", Amount: 45_000, Currency: "thb"}))
	c.compare(source, must(c.now.Sources.Create(ctx, &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: 45_000, Currency: omise.THB})))

	page := &old.TransactionList{}
	c.check(c.old.Do(page, &op.ListTransactions{}))
	page2 := must(c.now.Transactions.List(ctx, nil))
	c.compare(page.Data[0], page2.Data[0])

	balance := &old.Balance{}
	c.check(c.old.Do(balance, &op.RetrieveBalance{}))
	c.compare(balance, must(c.now.Balance.Get(ctx)))

	c.found["a bad amount"] = fmt.Sprintf("%T | %T",
		c.old.Do(nil, &op.CreateRefund{ChargeID: paid.ID}), second(c.now.Refunds.Create(ctx, paid2.ID, &omise.RefundCreateParams{})))
	c.found["an empty id"] = fmt.Sprintf("%T | %T",
		c.old.Do(nil, &op.RetrieveCharge{}), second(c.now.Charges.Get(ctx, "")))
	missing, missing2 := c.old.Do(nil, &op.RetrieveCharge{ChargeID: "chrg_test_404"}), second(c.now.Charges.Get(ctx, "chrg_test_404"))
	c.found["a charge that does not exist"] = fmt.Sprintf("%T | %T", missing, missing2)
	c.found["a code in a text"] = fmt.Sprintf("%s | %s", missing.(*old.Error).Code, missing2.(*omise.Error).Code)

	t.Logf("%d fields are the same; these are not:", c.same)
	for _, name := range slices.Sorted(maps.Keys(c.found)) {
		t.Logf("%-30s %s", name, c.found[name])
	}
	if !maps.Equal(c.found, differences) {
		t.Errorf("the guide says: %q", differences)
	}
}

func second[T any](_ *T, err error) error { return err }
