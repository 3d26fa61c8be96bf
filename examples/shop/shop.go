package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"log"
	"net/http"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/webhook"
)

//go:embed pages.html
var pagesHTML string

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"money": func(amount int64, c omise.Currency) string { return c.Format(amount) + " " + string(c) },
}).Parse(pagesHTML))

type shop struct {
	client    *omise.Client
	orders    *orders
	url       string // of the shop itself, for payers who come back
	publicKey string // for the page that makes tokens
	omiseJS   string
}

func (s *shop) routes(webhookSecret string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.front)
	mux.HandleFunc("POST /orders", s.order)
	mux.HandleFunc("GET /orders/{id}", s.show)
	mux.HandleFunc("POST /orders/{id}/card", s.payByCard)
	mux.HandleFunc("POST /orders/{id}/promptpay", s.payByPromptPay)
	mux.HandleFunc("POST /orders/{id}/refund", s.giveBack)
	mux.Handle("/webhooks/omise", webhook.NewHandler([]string{webhookSecret}, s.event))
	return http.NewCrossOriginProtection().Handler(mux) // no other site pays or refunds
}

func (s *shop) orderURL(id int64) string { return fmt.Sprintf("%s/orders/%d", s.url, id) }

// shoes are the only goods of the shop.
var shoes = order{Item: "Running shoes", Amount: 129_900, Currency: omise.THB}

// front shows the goods.
func (s *shop) front(w http.ResponseWriter, r *http.Request) { s.render(w, "front", shoes) }

// order makes an order. The price comes from the shop, not from the form.
func (s *shop) order(w http.ResponseWriter, r *http.Request) {
	id, err := s.orders.create(shoes.Item, shoes.Amount, shoes.Currency)
	s.next(w, r, id, err)
}

// show shows the page of an order: the ways to pay, the next step of the payer, or the
// result. Payers also return to this page from 3-D Secure.
func (s *shop) show(w http.ResponseWriter, r *http.Request) {
	o, err := s.orders.get(r.PathValue("id"))
	if err == nil {
		if problem := s.settle(r.Context(), o); problem != nil {
			log.Printf("order %d: %v", o.ID, problem) // the page shows what is known
		}
		o, err = s.orders.get(r.PathValue("id"))
	}
	if err != nil {
		s.fail(w, err)
		return
	}
	view := struct {
		*order
		PublicKey, OmiseJS string
		Charge             *omise.Charge
	}{order: o, PublicKey: s.publicKey, OmiseJS: s.omiseJS}
	if o.State == pending {
		if view.Charge, err = s.client.Charges.Get(r.Context(), o.ChargeID); err != nil {
			s.fail(w, err)
			return
		}
	}
	s.render(w, "order", view)
}

// payByCard takes a token. The payer's browser has made it, so no card number reaches the
// shop.
func (s *shop) payByCard(w http.ResponseWriter, r *http.Request) {
	s.pay(w, r, &omise.ChargeCreateParams{Card: r.FormValue("token")})
}

func (s *shop) payByPromptPay(w http.ResponseWriter, r *http.Request) {
	s.pay(w, r, &omise.ChargeCreateParams{InlineSource: &omise.SourceCreateParams{Type: omise.SourceTypePromptPay}})
}

func (s *shop) pay(w http.ResponseWriter, r *http.Request, params *omise.ChargeCreateParams) {
	o, err := s.orders.get(r.PathValue("id"))
	if err != nil {
		s.fail(w, err)
		return
	}
	began, err := s.orders.begin(o.ID)
	if began {
		if o, err = s.orders.get(r.PathValue("id")); err == nil {
			err = s.charge(r.Context(), o, params)
		}
	}
	if err == nil {
		o, err = s.orders.get(r.PathValue("id"))
	}
	if err == nil && o.State == pending && o.ChargeID != "" {
		charge, problem := s.client.Charges.Get(r.Context(), o.ChargeID)
		if problem == nil && charge.NextStep() == omise.NextStepRedirect {
			http.Redirect(w, r, charge.AuthorizeURI, http.StatusSeeOther) // 3-D Secure
			return
		}
	}
	s.next(w, r, o.ID, err)
}

func (s *shop) giveBack(w http.ResponseWriter, r *http.Request) {
	o, err := s.orders.get(r.PathValue("id"))
	if err != nil {
		s.fail(w, err)
		return
	}
	began, err := s.orders.beginRefund(o.ID)
	if began {
		err = s.refund(r.Context(), o)
	}
	s.next(w, r, o.ID, err)
}

// event handles a webhook. Events come late, twice and in any order. So the shop only uses
// an event as a sign that there is news, and asks the API for the charge.
func (s *shop) event(ctx context.Context, event *omise.Event) error {
	about, ok := event.Object().(*omise.Charge)
	if !ok {
		return nil
	}
	charge, err := s.client.Charges.Get(ctx, about.ID)
	if err != nil {
		return err // Omise posts the event again
	}
	return s.apply(charge)
}

func (s *shop) next(w http.ResponseWriter, r *http.Request, id int64, err error) {
	if err != nil {
		s.fail(w, err)
		return
	}
	http.Redirect(w, r, s.orderURL(id), http.StatusSeeOther)
}

func (s *shop) fail(w http.ResponseWriter, err error) {
	if errors.Is(err, sql.ErrNoRows) {
		http.Error(w, "There is no such order.", http.StatusNotFound)
		return
	}
	log.Print("shop: ", err)
	http.Error(w, "Something went wrong. Please look at your order again in a minute.", http.StatusInternalServerError)
}

func (s *shop) render(w http.ResponseWriter, page string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := pages.ExecuteTemplate(w, page, data); err != nil {
		log.Print("shop: ", err)
	}
}
