package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"

	"github.com/omisekit/omise-go/testdata"
)

// Charges differ in every value that differs between real charges, so that no SDK is fast only
// because it has seen a charge before. The charges of Stripe have the same number of bytes.

const (
	perPage  = 100
	distinct = 2000 // number of different charges; a longer list repeats them with other ids
)

// documents has charges as the two APIs write them.
type documents struct {
	omise, stripe [][]byte
	orders        []order // requests for the charges of Omise
}

// An order has the values of a requested charge.
type order struct {
	amount   int64
	currency string
}

func newDocuments() (*documents, error) {
	shape, err := testdata.Objects.ReadFile("objects/charge.json")
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(1, 2))
	docs := &documents{}
	for i := range distinct {
		o := order{int64(2000 + rng.IntN(5_000_000)), []string{"THB", "THB", "JPY", "SGD"}[i%4]}
		text, err := omiseCharge(shape, i, o, rng)
		if err != nil {
			return nil, err
		}
		docs.omise = append(docs.omise, text)
		docs.orders = append(docs.orders, o)
		docs.stripe = append(docs.stripe, stripeCharge(i, len(text), rng))
	}
	return docs, nil
}

func omiseID(i int) string { return fmt.Sprintf("chrg_test_5x%017d", i) }

func stripeID(i int) string { return fmt.Sprintf("ch_3MmlLrLkdIwHu7ix%08d", i) }

// omiseCharge returns the recorded charge with other values.
func omiseCharge(shape []byte, i int, o order, rng *rand.Rand) ([]byte, error) {
	var charge map[string]json.RawMessage
	if err := json.Unmarshal(shape, &charge); err != nil {
		return nil, err
	}
	id, at := omiseID(i), time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i)*97*time.Second)
	stamp := func(d time.Duration) string { return at.Add(d).Format(time.RFC3339) }
	customer := fmt.Sprintf("cust_test_%019d", rng.IntN(1e9))
	name := []string{"Somchai Prasert", "สมชาย ประเสริฐ", "Jane O'Brien", "山田太郎"}[i%4]
	values := map[string]any{
		"id": id, "location": "/charges/" + id, "amount": o.amount, "authorized_amount": o.amount, "captured_amount": o.amount,
		"funding_amount": o.amount, "fee": o.amount * 365 / 10_000, "net": o.amount - o.amount*365/10_000, "customer": customer,
		"transaction": fmt.Sprintf("trxn_test_%019d", i), "created_at": stamp(0), "authorized_at": stamp(0), "paid_at": stamp(time.Second),
		"expires_at": stamp(7 * 24 * time.Hour), "ip": fmt.Sprintf("203.0.113.%d", i%256), "description": fmt.Sprintf("Order-%d", 100_000+i),
		"currency": o.currency, "status": []string{"successful", "successful", "pending", "failed"}[rng.IntN(4)],
		"metadata": map[string]any{"order_id": "A-" + strconv.Itoa(i), "items": rng.IntN(9), "gift": i%2 == 0},
	}
	if i%5 == 0 {
		values["return_uri"] = fmt.Sprintf("https://shop.example/orders/%d?a=1&b=2", i) // written with an escape
	}
	for key, value := range values {
		charge[key], _ = json.Marshal(value)
	}
	card := fmt.Sprintf("card_test_%019d", i)
	ordered, err := inOrder(shape, charge)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := json.Compact(&text, ordered); err != nil {
		return nil, err
	}
	return []byte(strings.NewReplacer(
		"card_test_1vq9hnrmypdubqszwtx", card, "cust_test_7ix3touu51t1uyi3rpr", customer, "Somchai Prasert", name,
		`"last_digits":"4242"`, fmt.Sprintf(`"last_digits":"%04d"`, i%10_000), "/charges/chrg_test_jesacj94rq9ef42w85p", "/charges/"+id,
		`"expiration_month":11`, fmt.Sprintf(`"expiration_month":%d`, 1+i%12),
	).Replace(text.String())), nil
}

// inOrder writes the values in the order of the API.
func inOrder(shape []byte, values map[string]json.RawMessage) ([]byte, error) {
	var b bytes.Buffer
	decoder := json.NewDecoder(bytes.NewReader(shape))
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	b.WriteByte('{')
	for first := true; decoder.More(); first = false {
		key, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		var old json.RawMessage
		if err := decoder.Decode(&old); err != nil {
			return nil, err
		}
		if !first {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:%s", key, values[key.(string)])
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// stripeShape is a charge with the attributes that Stripe's documentation shows.
const stripeShape = `{"id":"ID","object":"charge","amount":100000,"amount_captured":100000,"amount_refunded":0,"application":null,"application_fee":null,
	"application_fee_amount":null,"balance_transaction":"txn_3MmlLrLkdIwHu7ix0uke3Ezy",
	"billing_details":{"address":{"city":null,"country":null,"line1":null,"line2":null,"postal_code":null,"state":null},"email":null,"name":null,"phone":null},
	"calculated_statement_descriptor":"Stripe","captured":true,"created":1679090539,"currency":"usd","customer":null,"description":"FILL","disputed":false,
	"failure_balance_transaction":null,"failure_code":null,"failure_message":null,"fraud_details":{},"livemode":false,"metadata":{},"on_behalf_of":null,
	"outcome":{"network_status":"approved_by_network","reason":null,"risk_level":"normal","risk_score":32,"seller_message":"Payment complete.","type":"authorized"},
	"paid":true,"payment_intent":null,"payment_method":"card_1MmlLrLkdIwHu7ixIJwEWSNR","payment_method_details":{"card":{"brand":"visa",
	"checks":{"address_line1_check":null,"address_postal_code_check":null,"cvc_check":null},"country":"US","exp_month":3,"exp_year":2024,"fingerprint":"mToisGZ01V71BCos",
	"funding":"credit","installments":null,"last4":"4242","mandate":null,"network":"visa","three_d_secure":null,"wallet":null},"type":"card"},"receipt_email":null,
	"receipt_number":null,"receipt_url":"https://pay.stripe.com/receipts/payment/CAcaFwoVYWNjdF8xTTJKVGtMa2RJd0h1N2l4","refunded":false,"review":null,"shipping":null,
	"source_transfer":null,"statement_descriptor":null,"statement_descriptor_suffix":null,"status":"succeeded","transfer_data":null,"transfer_group":null}`

// stripeCharge returns a charge of size bytes. Its description fills it up.
func stripeCharge(i, size int, rng *rand.Rand) []byte {
	text := strings.NewReplacer("ID", stripeID(i), `"amount":100000`, fmt.Sprintf(`"amount":%d`, 2000+rng.IntN(5_000_000)),
		`"last4":"4242"`, fmt.Sprintf(`"last4":"%04d"`, i%10_000), `"created":1679090539`, fmt.Sprintf(`"created":%d`, 1679090539+i*97)).Replace(stripeShape)
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(text)); err != nil {
		panic(err) // the shape is a constant
	}
	fill := strings.Repeat("x", max(0, size-b.Len()+len("FILL")))
	return bytes.Replace(b.Bytes(), []byte("FILL"), []byte(fill), 1)
}

// omisePage returns the page at an offset of a list of total charges.
func (d *documents) omisePage(offset, total int) []byte {
	return fmt.Appendf(nil, `{"object":"list","data":[%s],"limit":%d,"offset":%d,"total":%d,"location":"/charges","order":"chronological","from":"1970-01-01T00:00:00Z","to":"2026-01-31T10:30:00Z"}`,
		join(d.omise, omiseID, offset, total), perPage, offset, total)
}

func (d *documents) stripePage(offset, total int) []byte {
	return fmt.Appendf(nil, `{"object":"list","url":"/v1/charges","has_more":%t,"data":[%s]}`, offset+perPage < total, join(d.stripe, stripeID, offset, total))
}

// join writes the charges of a page. A long list repeats charges with other ids.
func join(charges [][]byte, id func(int) string, offset, total int) []byte {
	var page [][]byte
	for i := offset; i < min(offset+perPage, total); i++ {
		charge := charges[i%distinct]
		if i >= distinct {
			charge = bytes.ReplaceAll(charge, []byte(id(i%distinct)), []byte(id(i)))
		}
		page = append(page, charge)
	}
	return bytes.Join(page, []byte(","))
}

// eventAbout returns the JSON of an event about a charge.
func eventAbout(charge []byte) []byte {
	return fmt.Appendf(nil, `{"object":"event","id":"evnt_test_exe8y8h21i617ewxhts","livemode":false,"location":"/events/evnt_test_exe8y8h21i617ewxhts","webhook_deliveries":[],"data":%s,"key":"charge.complete","created_at":"2026-01-01T00:00:00Z"}`, charge)
}

// stripeEventAbout returns an event of Stripe about a charge. The charge fills it up to size
// bytes.
func stripeEventAbout(i, size int) []byte {
	head := fmt.Sprintf(`{"id":"evt_1NG8Du2eZvKYlo2CUI79vXWy","object":"event","api_version":%q,"created":1686089970,"livemode":false,"pending_webhooks":1,"request":{"id":"req_1","idempotency_key":"a-key"},"type":"charge.succeeded","data":{"object":`, stripe.APIVersion)
	return fmt.Appendf(nil, "%s%s}}", head, stripeCharge(i, size-len(head)-2, rand.New(rand.NewPCG(uint64(i), 3))))
}
