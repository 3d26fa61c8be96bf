package fake

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
	"github.com/omisekit/omise-go/internal/fake/testcards"
	"github.com/omisekit/omise-go/internal/redact"
)

// A card does not keep its number. It keeps the attributes that the API shows and the
// outcome of a charge. Its id is the same in its token, its customer and its charges.
type card struct {
	entity
	customer           string // owner, empty while in a token
	deleted            bool
	name               string
	brand              string
	fingerprint        string
	lastDigits         string
	month, year        int64
	email              string
	phoneNumber        string
	street1, street2   string
	city, state        string
	postalCode         string
	countryCode        string
	tokenizationMethod string
	outcome            testcards.Outcome
}

// setNumber sets all fields that depend on the card number.
func (c *card) setNumber(number string) {
	sum := sha256.Sum256([]byte(number))
	c.brand = brandOf(number)
	c.fingerprint = base64.StdEncoding.EncodeToString(sum[:])
	c.lastDigits = number[len(number)-4:]
	c.outcome = testcards.Failing[number]
}

func (c *card) location() any {
	if c.customer == "" {
		return nil
	}
	return "/customers/" + c.customer + "/cards/" + c.id
}

func (s *Server) cardView(c *card, _ bool) object {
	o := shape.New("card").With(object{
		"id":                  c.id,
		"location":            c.location(),
		"deleted":             c.deleted,
		"name":                c.name,
		"brand":               c.brand,
		"fingerprint":         c.fingerprint,
		"last_digits":         c.lastDigits,
		"expiration_month":    c.month,
		"expiration_year":     c.year,
		"phone_number":        shape.OrNull(c.phoneNumber),
		"street1":             shape.OrNull(c.street1),
		"street2":             shape.OrNull(c.street2),
		"city":                shape.OrNull(c.city),
		"state":               shape.OrNull(c.state),
		"postal_code":         shape.OrNull(c.postalCode),
		"country":             c.countryCode,
		"financing":           "",
		"bank":                "",
		"security_code_check": c.outcome != testcards.InvalidSecurityCode,
		"tokenization_method": shape.OrNull(c.tokenizationMethod),
		"created_at":          c.createdAt,
	})
	if c.email != "" {
		o.With(object{"email": c.email})
	}
	return o
}

// onCard calls a handler with the customer and the card that the path names.
func (s *Server) onCard(handle func(*request, *customer, *card) (any, *apiError)) handler {
	return func(r *request) (any, *apiError) {
		owner, err := s.customers.find(r.id("id"))
		if err != nil {
			return nil, err
		}
		c := owner.card(r.id("card_id"))
		if c == nil {
			return nil, failNotFound("card", r.id("card_id"))
		}
		return handle(r, owner, c)
	}
}

func (s *Server) readCard(_ *request, _ *customer, c *card) (any, *apiError) {
	return s.cardView(c, false), nil
}

func (s *Server) updateCard(r *request, _ *customer, c *card) (any, *apiError) {
	changed := *c
	var bad params.Problems
	r.params.Replace(&changed.name, "name")
	r.params.Update(&changed.postalCode, "postal_code")
	r.params.Update(&changed.city, "city")
	if r.params.Has("expiration_month") || r.params.Has("expiration_year") {
		changed.readExpiry(r.params, s.clock.now(), &bad)
	}
	if err := refuse(invalidCard, bad); err != nil {
		return nil, err
	}
	*c = changed
	s.emit("card.update", s.cardView(c, false))
	return s.cardView(c, false), nil
}

func (s *Server) deleteCard(_ *request, owner *customer, c *card) (any, *apiError) {
	c.deleted = true
	owner.detach(c)
	s.emitDestroyed("card", c.id)
	return s.cardView(c, false), nil
}

// readExpiry reads month and year. A missing parameter changes nothing.
func (c *card) readExpiry(p params.Map, now time.Time, bad *params.Problems) {
	var ignored params.Problems
	if p.Has("expiration_month") {
		c.month = p.Integer("expiration_month", &ignored)
	}
	if p.Has("expiration_year") {
		c.year = p.Integer("expiration_year", &ignored)
	}
	if c.year > 0 && c.year < 100 {
		c.year += 2000
	}
	switch {
	case c.month < 1 || c.month > 12:
		bad.Add("expiration month is not between 1 and 12")
		bad.Add("expiration date is invalid")
	case c.year < 2000 || c.year > 9999:
		bad.Add("expiration year is invalid")
	case now.After(lastMoment(c.year, c.month)):
		bad.Add("expiration date cannot be in the past")
	}
}

// lastMoment returns the time at which a card expires: the end of its last month.
func lastMoment(year, month int64) time.Time {
	return time.Date(int(year), time.Month(month)+1, 1, 0, 0, 0, 0, time.UTC).Add(-time.Nanosecond)
}

// validNumber reports whether a number has a plausible length and passes the
// Luhn check.
func validNumber(number string) bool {
	return len(number) >= 12 && len(number) <= 19 && strings.Trim(number, "0123456789") == "" && redact.PassesLuhn(number)
}

// brands maps ranges of leading digits to brands. The first match counts.
var brands = []struct{ from, to, brand string }{
	{"4", "4", "Visa"},
	{"51", "55", "MasterCard"},
	{"2221", "2720", "MasterCard"},
	{"34", "34", "American Express"},
	{"37", "37", "American Express"},
	{"3528", "3589", "JCB"},
	{"300", "305", "Diners Club"},
	{"36", "36", "Diners Club"},
	{"38", "39", "Diners Club"},
	{"6011", "6011", "Discover"},
	{"644", "659", "Discover"},
	{"62", "62", "UnionPay"},
	{"50", "50", "Maestro"},
	{"56", "58", "Maestro"},
	{"67", "67", "Maestro"},
}

// chargeableBrands are the card brands that the account accepts.
//
// Guess: all brands that have a test number can be charged.
var chargeableBrands = []string{
	"Visa", "MasterCard", "JCB", "American Express", "Diners Club", "Discover", "UnionPay",
}

// brandOf returns the brand of a card number, or the empty string if it is unknown.
func brandOf(number string) string {
	for _, b := range brands {
		if len(number) < len(b.from) {
			continue
		}
		if lead := number[:len(b.from)]; b.from <= lead && lead <= b.to {
			return b.brand
		}
	}
	return ""
}
