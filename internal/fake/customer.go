package fake

import (
	"slices"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

// A customer keeps cards for later charges.
type customer struct {
	entity
	deleted        bool
	email          string
	description    string
	metadata       map[string]any
	cards          []*card
	defaultCard    *card // nil if the customer has no card
	linkedAccounts []*linkedAccount
	schedules      []*schedule
}

func (s *Server) customerView(c *customer, expand bool) object {
	location := "/customers/" + c.id
	o := shape.New("customer").With(object{
		"id":              c.id,
		"location":        location,
		"deleted":         c.deleted,
		"email":           shape.OrNull(c.email),
		"description":     shape.OrNull(c.description),
		"metadata":        c.metadata,
		"cards":           embed(s, location+"/cards", c.cards, s.cardView),
		"linked_accounts": embed(s, location+"/linked_accounts", c.linkedAccounts, s.linkedAccountView),
		"created_at":      c.createdAt,
	})
	switch {
	case c.defaultCard == nil:
	case expand:
		o.With(object{"default_card": s.cardView(c.defaultCard, false)})
	default:
		o.With(object{"default_card": c.defaultCard.id})
	}
	return o
}

func customerCards(c *customer) []*card { return c.cards }

// card returns the customer's card with an id, or nil.
func (c *customer) card(id string) *card {
	for _, card := range c.cards {
		if card.id == id {
			return card
		}
	}
	return nil
}

// attach moves the token's card to the customer.
func (c *customer) attach(t *token) {
	t.used = true
	t.card.customer = c.id
	c.cards = append(c.cards, t.card)
	if c.defaultCard == nil {
		c.defaultCard = t.card
	}
}

// detach removes a card. If it was the default card, the card that was added last
// becomes the default.
func (c *customer) detach(gone *card) {
	c.cards = slices.DeleteFunc(c.cards, func(other *card) bool { return other == gone })
	if c.defaultCard != gone {
		return
	}
	c.defaultCard = nil
	if n := len(c.cards); n > 0 {
		c.defaultCard = c.cards[n-1]
	}
}

func (s *Server) createCustomer(r *request) (any, *apiError) {
	c := &customer{entity: s.newEntity("cust"), metadata: map[string]any{}}
	if _, err := s.changeCustomer(r.params, c); err != nil {
		return nil, err
	}
	s.customers.add(c)
	s.emit("customer.create", s.customerView(c, false))
	return s.customerView(c, false), nil
}

func (s *Server) updateCustomer(r *request, c *customer) *apiError {
	attached, err := s.changeCustomer(r.params, c)
	if err != nil {
		return err
	}
	// Guess: a new card causes the event customer.update.card, and not customer.update.
	if attached {
		s.emit("customer.update.card", s.customerView(c, false))
	} else {
		s.emit("customer.update", s.customerView(c, false))
	}
	return nil
}

// changeCustomer reads the parameters that create and update share. It changes
// nothing if a parameter is wrong.
func (s *Server) changeCustomer(p params.Map, c *customer) (attached bool, err *apiError) {
	var bad params.Problems
	metadata := s.newMetadata(p, c.metadata, &bad)
	if err := refuse(badRequest, bad); err != nil {
		return false, err
	}
	var account *linkedAccount
	if p.Has("linked_account") {
		if account, err = s.registered(p.Text("linked_account")); err != nil {
			return false, err
		}
	}
	var token *token
	if p.Has("card") {
		if token, err = s.unusedToken(p.Text("card")); err != nil {
			return false, err
		}
	}
	defaultCard := c.defaultCard
	if p.Has("default_card") {
		if defaultCard = c.card(p.Text("default_card")); defaultCard == nil {
			return false, failNotFound("card", p.Text("default_card"))
		}
	}
	c.metadata, c.defaultCard = metadata, defaultCard
	p.Update(&c.email, "email")
	p.Update(&c.description, "description")
	if token != nil {
		c.attach(token)
	}
	if account != nil && !slices.Contains(c.linkedAccounts, account) {
		c.linkedAccounts = append(c.linkedAccounts, account)
	}
	return token != nil, nil
}

// Guess: later calls about a deleted customer answer 404.
func (s *Server) deleteCustomer(_ *request, c *customer) *apiError {
	s.guessGone()
	c.deleted = true
	s.customers.remove(c)
	s.emitDestroyed("customer", c.id)
	return nil
}
