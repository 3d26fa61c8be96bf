package main

import (
	"fmt"
	"time"
)

// A scene is a series of calls. A call can depend on earlier answers.
type scene struct {
	name string
	play func(*player)
}

// scenes work on a new test account and on a used one. They make objects of small amounts, and
// delete them if possible.
var scenes = []scene{
	{"a charge and its refund", chargeAndRefund},
	{"a declined card", declined},
	{"hold, capture, reverse", holdAndCapture},
	{"a customer with a card", customerWithCard},
	{"PromptPay", promptPay},
	{"refused charges", refusedCharges},
	{"what does not exist", nowhere},
	{"a recipient and a transfer", recipientAndTransfer},
	{"a schedule", scheduled},
	{"a link", linked},
	{"lists, search and the account", reading},
}

const goodCard, emptyCard = "4242424242424242", "4111111111140011"

func (p *player) token(number string) answer {
	return p.call("POST /tokens", nil, "card[name]=Somchai Prasert", "card[number]="+number, "card[security_code]=123",
		"card[expiration_month]=12", fmt.Sprint("card[expiration_year]=", time.Now().Year()+3))
}

// pay charges a new token, 100.00.
func (p *player) pay(number string, extra ...string) answer {
	token := p.token(number)
	return p.call("POST /charges", nil, append([]string{"amount=10000", "currency=thb", "description=Coffee", "card=" + token.text("id")}, extra...)...)
}

func chargeAndRefund(p *player) {
	id := []string{p.pay(goodCard, "metadata[order_id]=A-1").text("id")}
	p.call("GET /charges/{id}", id)
	p.call("GET /charges/{id}", id, "expand=true")
	p.call("PATCH /charges/{id}", id, "description=Tea")
	refund := p.call("POST /charges/{id}/refunds", id, "amount=2500")
	p.call("GET /charges/{id}/refunds/{refund_id}", append(id, refund.text("id")))
	p.call("GET /charges/{id}/refunds", id)
	p.call("POST /charges/{id}/refunds", id, "amount=10000")
	p.call("POST /charges/{id}/capture", id)
	p.call("GET /charges/{id}/events", id)
}

func declined(p *player) {
	id := []string{p.pay(emptyCard).text("id")}
	p.call("POST /charges/{id}/refunds", id, "amount=10000")
	p.call("POST /charges/{id}/reverse", id)
}

func holdAndCapture(p *player) {
	held := []string{p.pay(goodCard, "capture=false").text("id")}
	p.call("POST /charges/{id}/refunds", held, "amount=10000")
	p.call("POST /charges/{id}/capture", held)
	p.call("POST /charges/{id}/capture", held)
	p.call("POST /charges/{id}/reverse", held)
	other := []string{p.pay(goodCard, "capture=false").text("id")}
	p.call("POST /charges/{id}/reverse", other)
	p.call("POST /charges/{id}/capture", other)
}

func customerWithCard(p *player) {
	customer := p.call("POST /customers", nil, "email=somchai@example.com", "description=Somchai", "card="+p.token(goodCard).text("id"))
	id := []string{customer.text("id")}
	card := []string{id[0], customer.text("default_card")}
	p.call("GET /customers/{id}/cards", id)
	p.call("PATCH /customers/{id}/cards/{card_id}", card, "name=S. Prasert")
	p.call("POST /charges", nil, "amount=10000", "currency=thb", "customer="+id[0])
	p.call("PATCH /customers/{id}", id, "metadata[level]=gold")
	p.call("DELETE /customers/{id}/cards/{card_id}", card)
	p.call("POST /charges", nil, "amount=10000", "currency=thb", "customer="+id[0])
	p.call("DELETE /customers/{id}", id)
	p.call("GET /customers/{id}", id)
}

func promptPay(p *player) {
	source := p.call("POST /sources", nil, "type=promptpay", "amount=10000", "currency=thb")
	p.call("GET /sources/{id}", []string{source.text("id")})
	id := []string{p.call("POST /charges", nil, "amount=10000", "currency=thb", "source="+source.text("id")).text("id")}
	p.call("POST /charges/{id}/mark_as_paid", id)
	p.call("GET /charges/{id}", id)
	p.call("POST /charges/{id}/mark_as_paid", id)
	other := p.call("POST /charges", nil, "amount=10000", "currency=thb", "source[type]=promptpay")
	p.call("POST /charges/{id}/mark_as_failed", []string{other.text("id")})
	third := p.call("POST /charges", nil, "amount=10000", "currency=thb", "source[type]=promptpay")
	p.call("POST /charges/{id}/expire", []string{third.text("id")})
}

func refusedCharges(p *player) {
	card := "card=" + p.token(goodCard).text("id")
	p.call("POST /charges", nil, "amount=10000", "currency=thb")
	p.call("POST /charges", nil, "amount=abc", "currency=thb", card)
	p.call("POST /charges", nil, "amount=1", "currency=thb", card)
	p.call("POST /charges", nil, "amount=10000", "currency=xxx", card)
	p.call("POST /charges", nil, "amount=10000", "currency=thb", card)
	p.call("POST /charges", nil, "amount=10000", "currency=thb", card)
	p.token("4242424242424241")
}

func nowhere(p *player) {
	for _, operation := range []string{
		"GET /charges/{id}", "GET /customers/{id}", "GET /transfers/{id}", "GET /events/{id}", "DELETE /links/{id}", "GET /tokens/{id}",
	} {
		p.call(operation, []string{"none_test_no1t4tnemucod0e51mo"})
	}
	p.call("GET /nowhere", nil)
	p.call("GET /charges", nil, "limit=0")
	p.call("GET /charges", nil, "limit=x")
}

func recipientAndTransfer(p *player) {
	id := []string{p.call("POST /recipients", nil, "name=Malee", "type=individual", "bank_account[brand]=bbl",
		"bank_account[number]=1234567890", "bank_account[name]=Malee").text("id")}
	p.call("PATCH /recipients/{id}", id, "description=Partner")
	p.call("PATCH /recipients/{id}/verify", id)
	transfer := []string{p.call("POST /transfers", nil, "amount=5000", "recipient="+id[0]).text("id")}
	p.call("PATCH /transfers/{id}", transfer, "metadata[month]=5")
	p.call("DELETE /transfers/{id}", transfer)
	p.call("DELETE /recipients/{id}", id)
	p.call("GET /recipients/{id}", id)
	p.call("POST /recipients", nil, "name=", "type=individual")
}

func scheduled(p *player) {
	customer := p.call("POST /customers", nil, "card="+p.token(goodCard).text("id"))
	now, err := time.Parse(time.RFC3339, customer.text("created_at"))
	if err != nil {
		now = time.Now()
	}
	day := func(n int) string { return now.AddDate(0, 0, n).Format(time.DateOnly) }
	id := []string{p.call("POST /schedules", nil, "every=1", "period=month", "on[days_of_month][]=1", "start_date="+day(40), "end_date="+day(400),
		"charge[customer]="+customer.text("id"), "charge[amount]=10000").text("id")}
	p.call("GET /schedules/{id}", id)
	p.call("GET /schedules/{id}/occurrences", id)
	p.call("DELETE /schedules/{id}", id)
	p.call("DELETE /schedules/{id}", id)
	p.call("POST /schedules", nil, "every=0", "period=year")
	p.call("DELETE /customers/{id}", []string{customer.text("id")})
}

func linked(p *player) {
	id := []string{p.call("POST /links", nil, "amount=10000", "currency=thb", "title=Coffee", "description=A bag").text("id")}
	p.call("GET /links/{id}", id)
	p.call("POST /links", nil, "amount=1", "currency=thb")
	p.call("DELETE /links/{id}", id)
	p.call("GET /links/{id}", id)
}

// reading reads lists and searches. It makes the records first, so that new accounts give the
// same answers as others.
func reading(p *player) {
	p.pay(goodCard)
	for _, operation := range []string{"GET /charges", "GET /events", "GET /transactions"} {
		p.call(operation, nil, "limit=1", "order=reverse_chronological")
	}
	p.call("GET /search", nil, "scope=charge", "per_page=1", "order=reverse_chronological")
	p.call("GET /search", nil, "scope=nothing")
	p.call("GET /charges", nil, "limit=101")
	p.call("GET /account", nil)
	p.call("GET /balance", nil)
}
