package fake

import (
	"fmt"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

// A link is a page on which a payer can pay a fixed amount.
type link struct {
	entity
	amount      int64
	currency    string
	title       string
	description string
	multiple    bool
	metadata    map[string]any // only a draft has it
	usedAt      time.Time      // time of the payment of a link that can be paid once; zero before
	deletedAt   time.Time
	charges     []*charge
}

func (s *Server) linkView(l *link, _ bool) object {
	location := "/links/" + l.id
	o := shape.New("link").With(object{
		"id":          l.id,
		"location":    location,
		"deleted":     !l.deletedAt.IsZero(),
		"multiple":    l.multiple,
		"used":        !l.usedAt.IsZero(),
		"currency":    l.currency,
		"amount":      l.amount,
		"charges":     embed(s, location+"/charges", l.charges, s.chargeView),
		"description": l.description,
		"title":       l.title,
		"payment_uri": s.pageURI("link.omise.co", "/"+l.page()),
		"created_at":  l.createdAt,
		"used_at":     l.usedAt,
		"deleted_at":  l.deletedAt,
	})
	if len(l.metadata) > 0 {
		o.With(object{"metadata": l.metadata})
	}
	return o
}

// page returns the secret part of the payment_uri.
func (l *link) page() string { return strings.ToUpper(l.id[strings.LastIndex(l.id, "_")+1:]) }

func linkCharges(l *link) []*charge { return l.charges }

// Guess: the limits of charges and their messages apply to links.
func (s *Server) createLink(r *request) (any, *apiError) {
	var bad params.Problems
	l := &link{
		amount:      r.params.Integer("amount", &bad),
		currency:    strings.ToUpper(r.params.Text("currency")),
		title:       r.params.Text("title"),
		description: r.params.Text("description"),
		multiple:    r.params.Boolean("multiple", false, &bad),
	}
	if !s.accepts(l.currency) {
		bad.Add("currency is currently not supported")
	} else if len(bad) == 0 {
		s.checkFunding(s.toFunding(l.amount, l.currency), &bad)
	}
	if l.title == "" {
		bad.Add("title can't be blank")
	}
	if l.description == "" {
		bad.Add("description can't be blank")
	}
	if err := refuse(invalidLink, bad); err != nil {
		return nil, err
	}
	l.entity = s.newEntity("link")
	s.links.add(l)
	s.emit("link.create", s.linkView(l, false))
	return s.linkView(l, false), nil
}

func (s *Server) updateLink(r *request, l *link) *apiError {
	changed := *l
	var bad params.Problems
	r.params.Replace(&changed.title, "title")
	r.params.Replace(&changed.description, "description")
	changed.metadata = s.newMetadata(r.params, l.metadata, &bad)
	for _, key := range []string{"amount", "currency"} {
		if r.params.Has(key) {
			bad.Add("%s cannot be changed", key)
		}
	}
	if err := refuse(badRequest, bad); err != nil {
		return err
	}
	*l = changed
	return nil
}

// Guess: later calls about a deleted link answer 404.
func (s *Server) deleteLink(_ *request, l *link) *apiError {
	s.guessGone()
	l.deletedAt = s.clock.now()
	s.links.remove(l)
	return nil
}

// PayLink pays a link with a good card, as a payer does on its page.
func (s *Server) PayLink(linkID string) error {
	defer s.deliver(false)
	s.mu.Lock()
	defer s.mu.Unlock()
	home, l, err := anywhere(s, func(s *Server) *store[*link] { return s.links }, linkID)
	if err != nil {
		return err
	}
	if !l.usedAt.IsZero() {
		return fmt.Errorf("fake: link %s was already paid", linkID)
	}
	home.payLink(l)
	return nil
}

// payLink charges the payer's card. The description of the charge is the text of the
// link.
func (s *Server) payLink(l *link) {
	payer := s.goodCard("Link Payer")
	c := s.newCharge(l.amount, l.currency)
	c.description = l.title + "\n\n" + l.description
	c.link = l.id
	l.charges = append(l.charges, c)
	if !l.multiple {
		l.usedAt = s.clock.now()
	}
	s.openCharge(c, paymentMethod{card: payer})
}
