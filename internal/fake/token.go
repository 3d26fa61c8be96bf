package fake

import (
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

// A token is a card that can be charged once.
type token struct {
	entity
	card   *card
	used   bool
	charge *charge // charge of the token, nil if there is none
}

func (s *Server) tokenView(t *token, _ bool) object {
	o := shape.New("token").With(object{
		"id":            t.id,
		"location":      "https://vault.omise.co/tokens/" + t.id,
		"used":          t.used,
		"charge_status": string(t.charge.statusOrUnknown()),
		"created_at":    t.createdAt,
	})
	// A card that was added to a customer is no longer part of the token.
	if t.card.customer == "" {
		o.With(object{"card": s.cardView(t.card, false)})
	}
	return o
}

func (s *Server) createToken(r *request) (any, *apiError) {
	c := &card{entity: s.newEntity("card")}
	var bad params.Problems
	if wallet := r.params.Group("tokenization"); len(wallet) > 0 {
		s.guess("wallet data is not read, and the token has a good Visa card")
		c.readWallet(wallet, s.clock.now(), &bad)
	} else {
		given := r.params.Group("card")
		if !given.Has("security_code") {
			s.guess("a card without a security code can be charged")
		}
		c.readCard(given, s.clock.now(), &bad)
	}
	if err := refuse(invalidCard, bad); err != nil {
		return nil, err
	}
	t := &token{entity: s.newEntity("tokn"), card: c}
	s.tokens.add(t)
	return s.tokenView(t, false), nil
}

// unusedToken finds a token that is not used yet.
func (s *Server) unusedToken(id string) (*token, *apiError) {
	t, err := s.tokens.find(id)
	if err != nil {
		return nil, err
	}
	if t.used && !s.paysWithUsedToken {
		return nil, fail(usedToken, "token was already used")
	}
	return t, nil
}

// readCard reads the card that a payer typed in.
//
// Guess: a card without a security code can be charged.
func (c *card) readCard(p params.Map, now time.Time, bad *params.Problems) {
	number := p.Text("number")
	switch {
	case number == "":
		bad.Add("number can't be blank")
	case !validNumber(number):
		bad.Add("number is invalid")
	}
	if brandOf(number) == "" {
		bad.Add("brand not supported (unknown)")
	}
	if len(*bad) == 0 {
		c.setNumber(number)
	}
	c.name = p.Text("name")
	if c.name == "" {
		bad.Add("name can't be blank")
	}
	c.readExpiry(p, now, bad)
	c.email = p.Text("email")
	c.readAddress(p, "")
}

// readWallet reads a Google Pay or Apple Pay payload.
//
// Guess: the payload is not decrypted. The card is always a good Visa card.
func (c *card) readWallet(p params.Map, now time.Time, bad *params.Problems) {
	c.tokenizationMethod = p.Choice("method", bad, "googlepay", "applepay")
	if c.tokenizationMethod == "" {
		bad.Add("method can't be blank")
	}
	if !p.Has("data") {
		bad.Add("data can't be blank")
	}
	c.setNumber("4242424242424242")
	c.name = p.Text("billing_name")
	c.month, c.year = int64(now.Month()), int64(now.Year())+1
	c.readAddress(p, "billing_")
}

func (c *card) readAddress(p params.Map, prefix string) {
	c.phoneNumber = p.Text(prefix + "phone_number")
	c.street1 = p.Text(prefix + "street1")
	c.street2 = p.Text(prefix + "street2")
	c.city = p.Text(prefix + "city")
	c.state = p.Text(prefix + "state")
	c.postalCode = p.Text(prefix + "postal_code")
	c.countryCode = strings.ToLower(p.Text(prefix + "country"))
}
