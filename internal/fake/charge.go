package fake

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/fake/money"
	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
	"github.com/omisekit/omise-go/internal/fake/testcards"
)

// A charge is a payment attempt on a card or a source.
type charge struct {
	entity
	amount         int64
	currency       string
	capturedAmount int64
	fundingAmount  int64 // in the account's currency
	fees           money.Fees
	platformFee    object

	capture           bool // capture at once
	authorizationType string
	zeroInterest      bool
	description       string
	metadata          map[string]any
	ip                string
	returnURI         string
	authentication    string // requested by the merchant: 3DS, PASSKEY or ""
	statement         string // text on the statement of the card
	page              string // page on which the payer authorizes; empty if the payer need not authorize

	card          *card           // copy made when the charge was created, nil for sources
	cardJSON      json.RawMessage // the same copy, encoded for answers
	customer      string
	source        *source        // nil for cards
	linkedAccount *linkedAccount // charged in place of a card or a source
	schedule      string         // id of the schedule that made it
	link          string         // id of the link that was paid
	merchant      *subMerchant   // receiver of the money, nil for the account itself
	threeDS       bool           // the payer has to authenticate

	status                           chargeStatus
	failure                          testcards.Outcome
	forcedFailure                    testcards.Outcome // by a fault, after the payer has approved
	authorizedAt, paidAt, reversedAt time.Time
	expiresAt, expiredAt             time.Time
	transaction                      string
	refunds                          []*refund
	refundedAmount, refundedFunding  int64
	voided                           bool
	dispute                          *dispute
	events                           []*event
	webhookEndpoints                 []string
}

// A paymentMethod is the card, the source or the linked account that pays a charge.
type paymentMethod struct {
	token    *token
	card     *card
	customer *customer
	source   *source

	linkedAccount *linkedAccount
}

func (s *Server) createCharge(r *request) (any, *apiError) {
	merchant, err := s.subMerchant(r)
	if err != nil {
		return nil, err
	}
	c, err := s.readCharge(r.params)
	if err != nil {
		return nil, err
	}
	c.merchant = merchant
	if c.platformFee != nil && merchant == nil && !s.chained {
		s.guess("a platform_fee is ignored if the charge is for no other merchant")
		c.platformFee = nil // no other merchant pays it
	}
	m, err := s.readPaymentMethod(r.params, c)
	if err != nil {
		return nil, err
	}
	if err := s.checkMethod(r.params, c, m); err != nil {
		return nil, err
	}
	return s.openCharge(c, m), nil
}

// passkey is the authentication with which the amount may be zero.
const passkey = "PASSKEY"

// readCharge reads everything but the payment method.
func (s *Server) readCharge(p params.Map) (*charge, *apiError) {
	var bad params.Problems
	c := &charge{
		status:            chargePending,
		currency:          strings.ToUpper(p.Text("currency")),
		capture:           p.Boolean("capture", true, &bad),
		authorizationType: p.Choice("authorization_type", &bad, "pre_auth", "final_auth"),
		zeroInterest:      p.Boolean("zero_interest_installments", s.account.zeroInterest, &bad),
		description:       p.Text("description"),
		metadata:          p.Metadata(map[string]any{}, &bad),
		ip:                p.Text("ip"),
		returnURI:         p.Text("return_uri"),
		webhookEndpoints:  p.Texts("webhook_endpoints"),
		authentication:    p.Choice("authentication", &bad, "3DS", passkey),
		statement:         p.Text("statement_descriptor"),
	}
	if !s.accepts(c.currency) {
		bad.Add("currency is currently not supported")
	}
	c.amount = p.Integer("amount", &bad)
	if c.returnURI != "" && !params.IsAbsolute(c.returnURI) {
		bad.Add("return uri is invalid")
	}
	for _, uri := range c.webhookEndpoints {
		if !params.IsAbsolute(uri) {
			bad.Add("webhook_endpoints is invalid")
		}
	}
	if p.Has("expires_at") {
		if c.expiresAt = p.Time("expires_at", &bad); !c.expiresAt.After(s.clock.now()) {
			bad.Add("expires_at must be in the future")
		}
	}
	c.platformFee = s.readPlatformFee(p.Group("platform_fee"), c.amount, &bad)
	if err := refuse(invalidCharge, bad); err != nil {
		return nil, err
	}
	c.setCaptured(c.amount, s.toFunding(c.amount, c.currency), money.FeeRate)
	if c.amount != 0 || c.authentication != passkey || p.Has("customer") {
		s.checkFunding(c.fundingAmount, &bad)
	}
	return c, refuse(invalidCharge, bad)
}

// newCharge makes a charge without a call of the API.
func (s *Server) newCharge(amount int64, currency string) *charge {
	c := &charge{status: chargePending, amount: amount, currency: currency, capture: true, metadata: map[string]any{}}
	c.setCaptured(amount, s.toFunding(amount, currency), money.FeeRate)
	return c
}

// checkFunding checks the amount of a charge in the currency of the account.
//
// Guess: the message for an amount that is too large.
func (s *Server) checkFunding(funding int64, bad *params.Problems) {
	if allowed := s.country.Charge; funding < allowed.Min {
		bad.Add("amount must be greater than or equal to %d (%s subunits)", allowed.Min, strings.ToLower(s.country.Currency))
	} else if funding > allowed.Max {
		bad.Add("amount must be less than or equal to %d (%s subunits)", allowed.Max, strings.ToLower(s.country.Currency))
	}
}

// readPlatformFee returns the requested fee. Only a charge for another merchant has a
// platform fee.
//
// Guess: the fee is ignored if the charge is for no other merchant.
// Guess: the fee does not change the net amount of the account. If the call gives no
// total, the total is the fixed part plus the percentage.
func (s *Server) readPlatformFee(p params.Map, amount int64, bad *params.Problems) object {
	if len(p) == 0 {
		return nil
	}
	o := shape.New("platform_fee").With(object{})
	var total int64
	if p.Has("fixed") {
		total = p.Integer("fixed", bad)
		o["fixed"] = total
	}
	if p.Has("percentage") {
		share := p.Decimal("percentage", bad)
		o["percentage"] = p.Text("percentage")
		total += money.ShareOf(amount, share)
	}
	if p.Has("amount") {
		total = p.Integer("amount", bad)
	}
	o["amount"] = total
	return o
}

func (s *Server) readPaymentMethod(p params.Map, c *charge) (paymentMethod, *apiError) {
	switch {
	case p.Has("linked_account"):
		return s.linkedPayment(p)
	case p.Has("source"):
		return s.sourcePayment(p, c)
	case p.Has("customer"):
		return s.customerPayment(p)
	case p.Has("card"):
		return s.tokenPayment(p)
	}
	return paymentMethod{}, fail(missingCard, "request contains no card parameters")
}

func (s *Server) tokenPayment(p params.Map) (paymentMethod, *apiError) {
	t, err := s.unusedToken(p.Text("card"))
	if err != nil {
		return paymentMethod{}, err
	}
	return paymentMethod{token: t, card: t.card}, nil
}

// customerPayment takes the card that the call names, or the default card.
//
// Guess: the message for a card that does not belong to the customer.
func (s *Server) customerPayment(p params.Map) (paymentMethod, *apiError) {
	owner, err := s.customers.find(p.Text("customer"))
	if err != nil {
		return paymentMethod{}, err
	}
	wanted := owner.defaultCard
	if p.Has("card") {
		wanted = owner.card(p.Text("card"))
	}
	if wanted == nil {
		return paymentMethod{}, fail(missingCard, "customer %s has no such card", owner.id)
	}
	return paymentMethod{card: wanted, customer: owner}, nil
}

func (s *Server) sourcePayment(p params.Map, c *charge) (m paymentMethod, err *apiError) {
	if m.source, err = s.chargeSource(p, c); err != nil {
		return paymentMethod{}, err
	}
	if m.source.method.withCard != p.Has("card") {
		// Guess: white label installments need a card, and other sources must not have one.
		return paymentMethod{}, fail(invalidCharge, "source %s and card do not go together", m.source.method.name)
	}
	if p.Has("card") {
		paid, err := s.tokenPayment(p)
		m.token, m.card = paid.token, paid.card
		return m, err
	}
	return m, nil
}

// chargeSource finds the source that the call names, or makes the source that the call
// describes.
//
// Guess: the messages for a source that does not match the charge.
func (s *Server) chargeSource(p params.Map, c *charge) (*source, *apiError) {
	if id := p.Text("source"); id != "" {
		src, err := s.sources.find(id)
		switch {
		case err != nil:
			return nil, err
		case src.charge != nil:
			return nil, fail(invalidCharge, "source was already used")
		case src.amount != c.amount:
			return nil, fail(invalidCharge, "amount must be equal to the amount of the source")
		case src.currency != c.currency:
			return nil, fail(invalidCharge, "currency must be %s", src.currency)
		}
		return src, nil
	}
	described := maps.Clone(p.Group("source"))
	if described == nil {
		return nil, fail(invalidCharge, "source is invalid")
	}
	described["amount"] = json.Number(strconv.FormatInt(c.amount, 10))
	described["currency"] = c.currency
	if _, ok := described["zero_interest_installments"]; !ok {
		described["zero_interest_installments"] = c.zeroInterest
	}
	return s.newSource(described)
}

// checkMethod checks what depends on both the charge and its payment method.
func (s *Server) checkMethod(p params.Map, c *charge, m paymentMethod) *apiError {
	switch {
	case m.card != nil && !slices.Contains(chargeableBrands, m.card.brand):
		return fail(brandNotSupported, "brand not supported (%s)", m.card.brand)
	// Guess: the codes for charges that a linked account cannot pay.
	case m.linkedAccount != nil && c.currency != s.country.Currency:
		return fail(invalidCharge, "currency must be %s", s.country.Currency)
	case m.linkedAccount != nil && !c.capture:
		return fail(invalidCharge, "capture must be true")
	case m.source == nil:
		return nil
	case m.source.method.flow != offline && m.card == nil && c.returnURI == "":
		return fail(invalidCharge, "return uri is invalid")
	// Guess: an authorization without capture is refused for sources.
	case m.card == nil && !c.capture:
		return fail(invalidCharge, "capture must be true")
	case p.Has("zero_interest_installments") && m.source.method.terms != nil && m.source.zeroInterest != c.zeroInterest:
		return fail(invalidCharge, "zero_interest_installments does not match the source")
	}
	return nil
}

// openCharge marks the payment method as used, starts the payment and returns the answer.
func (s *Server) openCharge(c *charge, m paymentMethod) object {
	c.entity = s.newEntity("chrg")
	if m.token != nil {
		m.token.used, m.token.charge = true, c
	}
	if m.card != nil {
		charged := *m.card
		c.card, c.cardJSON = &charged, shape.Encode(s.cardView(&charged, false))
		// Guess: if a charge asks for authentication, the payer authenticates even if the account has no 3-D Secure.
		c.threeDS = c.returnURI != "" && (s.options.ThreeDSecure || c.authentication != "")
	}
	if m.customer != nil {
		c.customer = m.customer.id
	}
	c.linkedAccount = m.linkedAccount
	c.expiresAt = s.chargeExpiry(c, m.source)
	if m.source != nil {
		s.bindSource(c, m.source)
	}
	c.forcedFailure = s.declining
	s.charges.add(c)
	at(s, c.expiresAt, c, (*Server).expireUnpaid)
	s.startPayment(c)
	view := s.chargeView(c, false)
	s.emit("charge.create", view)
	return view
}

func (s *Server) bindSource(c *charge, src *source) {
	if _, ok := s.sources.get(src.id); !ok {
		s.sources.add(src)
	}
	c.source = src
	if src.method.noFees {
		c.setCaptured(c.amount, c.fundingAmount, 0)
	}
	s.use(src, c)
}

// chargeExpiry returns the time at which a charge expires if it is not paid.
//
// Guess: only offline payments use expires_at. Other payments ignore it.
func (s *Server) chargeExpiry(c *charge, src *source) time.Time {
	switch {
	case src == nil || c.card != nil:
		return c.createdAt.Add(s.country.Authorization)
	case src.method.flow == offline && !c.expiresAt.IsZero():
		return c.expiresAt
	case src.method.oneDay:
		return c.createdAt.Add(day)
	}
	return c.createdAt.Add(week)
}

// setCaptured sets the captured amount and the amounts that depend on it.
func (c *charge) setCaptured(amount, funding int64, rate money.Percent) {
	c.capturedAmount = amount
	c.fundingAmount = funding
	c.fees = money.FeesOn(funding, rate)
}

func (c *charge) net() int64 { return c.fundingAmount - c.fees.Total() }

func (s *Server) updateCharge(r *request, c *charge) *apiError {
	var bad params.Problems
	metadata := s.newMetadata(r.params, c.metadata, &bad)
	if err := refuse(invalidCharge, bad); err != nil {
		return err
	}
	c.metadata = metadata
	r.params.Update(&c.description, "description")
	s.emit("charge.update", s.chargeView(c, false))
	return nil
}
