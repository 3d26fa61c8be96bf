package fake

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A charge is a payment attempt on a card or a source.
type charge struct {
	entity
	amount         int64
	currency       string
	capturedAmount int64
	fundingAmount  int64 // in the account's currency
	fees           fees
	platformFee    object

	capture           bool // at once
	authorizationType string
	zeroInterest      bool
	description       string
	metadata          map[string]any
	ip                string
	returnURI         string
	page              string // on which the payer authorizes; empty if there is nothing to authorize

	card          *card           // as it was when charged, nil for sources
	cardJSON      json.RawMessage // the same, as answers have it
	customer      string
	source        *source        // nil for cards
	linkedAccount *linkedAccount // charged in place of both
	schedule      string         // that made it
	link          string         // that it was paid through
	merchant      *subMerchant   // that it is for, nil for the account itself
	threeDS       bool           // the payer has to authenticate

	status                           chargeStatus
	failure                          outcome
	doom                             outcome // by a fault, once the payer has approved
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

// The means are what a charge is paid with.
type means struct {
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
		s.guess("a platform_fee without another merchant is ignored")
		c.platformFee = nil // nobody to take it from
	}
	m, err := s.readMeans(r.params, c)
	if err != nil {
		return nil, err
	}
	if err := s.checkMeans(r.params, c, m); err != nil {
		return nil, err
	}
	return s.openCharge(c, m), nil
}

// readCharge reads everything but the means of payment.
func (s *Server) readCharge(p params) (*charge, *apiError) {
	var bad problems
	c := &charge{
		status:            chargePending,
		currency:          strings.ToUpper(p.text("currency")),
		capture:           p.boolean("capture", true, &bad),
		authorizationType: p.choice("authorization_type", &bad, "pre_auth", "final_auth"),
		zeroInterest:      p.boolean("zero_interest_installments", s.account.zeroInterest, &bad),
		description:       p.text("description"),
		metadata:          p.metadata(map[string]any{}, &bad),
		ip:                p.text("ip"),
		returnURI:         p.text("return_uri"),
		webhookEndpoints:  p.texts("webhook_endpoints"),
	}
	if !s.accepts(c.currency) {
		bad.add("currency is currently not supported")
	}
	c.amount = p.integer("amount", &bad)
	if c.returnURI != "" && !isAbsolute(c.returnURI) {
		bad.add("return uri is invalid")
	}
	for _, uri := range c.webhookEndpoints {
		if !isAbsolute(uri) {
			bad.add("webhook_endpoints is invalid")
		}
	}
	if p.has("expires_at") {
		if c.expiresAt = p.time("expires_at", &bad); !c.expiresAt.After(s.clock.now()) {
			bad.add("expires_at must be in the future")
		}
	}
	c.platformFee = s.readPlatformFee(p.group("platform_fee"), c.amount, &bad)
	if err := bad.err(invalidCharge); err != nil {
		return nil, err
	}
	c.setCaptured(c.amount, s.toFunding(c.amount, c.currency), feeRate)
	// Guess: the code where the amount is the only problem.
	if s.checkFunding(c.fundingAmount, &bad); len(bad) > 0 {
		s.guess("the code where the amount of a charge is the only problem")
	}
	return c, bad.err(invalidAmount)
}

// newCharge makes a charge that nobody asked the API for.
func (s *Server) newCharge(amount int64, currency string) *charge {
	c := &charge{status: chargePending, amount: amount, currency: currency, capture: true, metadata: map[string]any{}}
	c.setCaptured(amount, s.toFunding(amount, currency), feeRate)
	return c
}

// checkFunding checks the amount of a charge, a foreign one after conversion.
func (s *Server) checkFunding(funding int64, bad *problems) {
	if allowed := s.country.charge; funding < allowed.min {
		bad.add("amount must be greater than or equal to %d", allowed.min)
	} else if funding > allowed.max {
		bad.add("amount must be less than or equal to %d", allowed.max)
	}
}

// readPlatformFee echoes the fee asked for, which only a charge for another
// merchant has.
//
// Guess: without another merchant it is ignored.
// Guess: it leaves the account's own net amount alone, and the total is the
// fixed part plus the percentage where no total is given.
func (s *Server) readPlatformFee(p params, amount int64, bad *problems) object {
	if len(p) == 0 {
		return nil
	}
	o := newObject("platform_fee").with(object{})
	var total int64
	if p.has("fixed") {
		total = p.integer("fixed", bad)
		o["fixed"] = total
	}
	if p.has("percentage") {
		share := p.decimal("percentage", bad)
		o["percentage"] = p.text("percentage")
		total += shareOf(amount, share)
	}
	if p.has("amount") {
		total = p.integer("amount", bad)
	}
	o["amount"] = total
	return o
}

func (s *Server) readMeans(p params, c *charge) (means, *apiError) {
	switch {
	case p.has("linked_account"):
		return s.linkedMeans(p)
	case p.has("source"):
		return s.sourceMeans(p, c)
	case p.has("customer"):
		return s.customerMeans(p)
	case p.has("card"):
		return s.tokenMeans(p)
	}
	return means{}, fail(missingCard, "request contains no card parameters")
}

func (s *Server) tokenMeans(p params) (means, *apiError) {
	t, err := s.unusedToken(p.text("card"))
	if err != nil {
		return means{}, err
	}
	return means{token: t, card: t.card}, nil
}

// customerMeans takes the card named, or else the default card.
//
// Guess: the message for a card that is not the customer's.
func (s *Server) customerMeans(p params) (means, *apiError) {
	owner, err := s.customers.find(p.text("customer"))
	if err != nil {
		return means{}, err
	}
	wanted := owner.defaultCard
	if p.has("card") {
		wanted = owner.card(p.text("card"))
	}
	if wanted == nil {
		return means{}, fail(missingCard, "customer %s has no such card", owner.id)
	}
	return means{card: wanted, customer: owner}, nil
}

func (s *Server) sourceMeans(p params, c *charge) (m means, err *apiError) {
	if m.source, err = s.chargeSource(p, c); err != nil {
		return means{}, err
	}
	if m.source.method.withCard != p.has("card") {
		// Guess: white label installments need a card, other sources take none.
		return means{}, fail(invalidCharge, "source %s and card do not go together", m.source.method.name)
	}
	if p.has("card") {
		paid, err := s.tokenMeans(p)
		m.token, m.card = paid.token, paid.card
		return m, err
	}
	return m, nil
}

// chargeSource finds the source named, or makes the one described.
//
// Guess: the messages for a source that does not fit.
func (s *Server) chargeSource(p params, c *charge) (*source, *apiError) {
	if id := p.text("source"); id != "" {
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
	described := maps.Clone(p.group("source"))
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

// checkMeans checks what depends on both the charge and its means.
func (s *Server) checkMeans(p params, c *charge, m means) *apiError {
	switch {
	case m.card != nil && !slices.Contains(chargeableBrands, m.card.brand):
		return fail(brandNotSupported, "brand not supported (%s)", m.card.brand)
	// Guess: the codes for what a linked account cannot do.
	case m.linkedAccount != nil && c.currency != s.country.currency:
		return fail(invalidCharge, "currency must be %s", s.country.currency)
	case m.linkedAccount != nil && !c.capture:
		return fail(invalidCharge, "capture must be true")
	case m.source == nil:
		return nil
	case m.source.method.flow != offline && m.card == nil && c.returnURI == "":
		return fail(invalidCharge, "return uri is invalid")
	// Guess: an authorization without capture is refused for sources.
	case m.card == nil && !c.capture:
		return fail(invalidCharge, "capture must be true")
	case p.has("zero_interest_installments") && m.source.method.terms != nil && m.source.zeroInterest != c.zeroInterest:
		return fail(invalidCharge, "zero_interest_installments does not match the source")
	}
	return nil
}

// openCharge spends the means, starts the payment and returns the answer.
func (s *Server) openCharge(c *charge, m means) object {
	c.entity = s.newEntity("chrg")
	if m.token != nil {
		m.token.used, m.token.charge = true, c
	}
	if m.card != nil {
		charged := *m.card
		c.card, c.cardJSON = &charged, encode(s.cardView(&charged, false))
		c.threeDS = s.options.ThreeDSecure && c.returnURI != ""
	}
	if m.customer != nil {
		c.customer = m.customer.id
	}
	c.linkedAccount = m.linkedAccount
	c.expiresAt = s.chargeExpiry(c, m.source)
	if m.source != nil {
		s.bindSource(c, m.source)
	}
	c.doom = s.declining
	s.charges.add(c)
	at(s, c.expiresAt, c, (*Server).lapse)
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

// chargeExpiry returns when a charge ends that is not paid by then.
//
// Guess: only offline payments follow the wanted expiry, others ignore it.
func (s *Server) chargeExpiry(c *charge, src *source) time.Time {
	switch {
	case src == nil || c.card != nil:
		return c.createdAt.Add(s.country.authorization)
	case src.method.flow == offline && !c.expiresAt.IsZero():
		return c.expiresAt
	case src.method.oneDay:
		return c.createdAt.Add(day)
	}
	return c.createdAt.Add(week)
}

// setCaptured sets the amount that counts and what follows from it.
func (c *charge) setCaptured(amount, funding int64, rate percent) {
	c.capturedAmount = amount
	c.fundingAmount = funding
	c.fees = feesOn(funding, rate)
}

func (c *charge) net() int64 { return c.fundingAmount - c.fees.total() }

func (s *Server) updateCharge(r *request, c *charge) *apiError {
	var bad problems
	metadata := s.newMetadata(r.params, c.metadata, &bad)
	if err := bad.err(invalidCharge); err != nil {
		return err
	}
	c.metadata = metadata
	r.params.update(&c.description, "description")
	s.emit("charge.update", s.chargeView(c, false))
	return nil
}
