package fake

import (
	"cmp"

	"github.com/omisekit/omise-go/internal/fake/money"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

// chargeView renders a charge. Attributes such as refundable and expired are computed
// here, from the state and the time.
func (s *Server) chargeView(c *charge, expand bool) object {
	now := s.clock.now()
	o := shape.New("charge").With(object{
		"id":                         c.id,
		"location":                   "/charges/" + c.id,
		"amount":                     c.amount,
		"authorization_type":         shape.OrNull(c.authorizationType),
		"authorized_amount":          c.amount,
		"captured_amount":            c.capturedAmount,
		"net":                        c.net(),
		"fee":                        c.fees.Fee,
		"fee_vat":                    c.fees.VAT,
		"funding_amount":             c.fundingAmount,
		"refunded_amount":            c.refundedAmount,
		"transaction_fees":           rates(c.fees),
		"currency":                   c.currency,
		"funding_currency":           s.country.Currency,
		"ip":                         shape.OrNull(c.ip),
		"refunds":                    embed(s, "/charges/"+c.id+"/refunds", c.refunds, s.refundView),
		"link":                       shape.OrNull(c.link),
		"schedule":                   reference(c.schedule, expand, s.schedules, s.scheduleView),
		"description":                shape.OrNull(c.description),
		"metadata":                   c.metadata,
		"customer":                   reference(c.customer, expand, s.customers, s.customerView),
		"transaction":                reference(c.transaction, expand, s.transactions, s.transactionView),
		"status":                     string(c.status),
		"failure_code":               shape.OrNull(string(c.failure)),
		"failure_message":            shape.OrNull(c.failure.Message()),
		"authorize_uri":              shape.OrNull(s.authorizeURI(c)),
		"return_uri":                 shape.OrNull(c.returnURI),
		"created_at":                 c.createdAt,
		"paid_at":                    c.paidAt,
		"authorized_at":              c.authorizedAt,
		"expires_at":                 c.expiresAt,
		"expired_at":                 c.expiredAt,
		"reversed_at":                c.reversedAt,
		"zero_interest_installments": c.zeroInterest,
		"capture":                    c.capture,
		"authorized":                 c.authorized(),
		"capturable":                 c.held(),
		"reversible":                 c.held(),
		"reversed":                   c.status == chargeReversed,
		"paid":                       c.paid(),
		"expired":                    c.expired(),
		"voided":                     c.voided,
		"refundable":                 c.refundable(now),
		"partially_refundable":       c.refundable(now),
		"disputable":                 c.disputable(),
		"can_perform_void":           c.voidable(now),
	})
	if c.card != nil {
		o.With(object{"card": c.cardJSON})
	}
	if c.source != nil {
		o.With(object{"source": s.sourceView(c.source, false)})
	}
	if c.linkedAccount != nil {
		o.With(object{"linked_account": s.linkedAccountView(c.linkedAccount, false)})
	}
	if c.platformFee != nil {
		o.With(object{"platform_fee": c.platformFee})
	}
	if c.merchant != nil {
		o.With(object{"merchant_name": c.merchant.name, "merchant_uid": c.merchant.id})
	}
	if c.dispute != nil {
		o.With(object{"dispute": s.disputeView(c.dispute, false)})
	}
	if c.threeDS {
		o.With(object{"missing_3ds_fields": c.card.missingThreeDSFields()})
	}
	if c.threeDS && c.authorized() {
		o.With(s.authenticated(c))
	}
	if c.authentication != "" {
		o.With(object{"authentication": c.authentication})
	}
	if c.statement != "" {
		o.With(object{"statement_descriptor": c.statement})
	}
	if len(c.webhookEndpoints) > 0 {
		o.With(object{"webhook_endpoints": c.webhookEndpoints})
	}
	return o
}

// authenticated returns the attributes that tell how the payer was authenticated.
//
// Guess: the values, because no recording has them.
func (s *Server) authenticated(c *charge) object {
	return object{
		"authenticated_by": cmp.Or(c.authentication, "3DS"),
		"three_ds_info": object{
			"three_ds_version":   "2.2.0",
			"authenticated_at":   c.authorizedAt,
			"eci":                "05",
			"transaction_status": "Y",
			"acs_url":            s.authorizeURI(c),
		},
	}
}

// missingThreeDSFields returns the attributes that 3-D Secure recommends and the card
// lacks.
func (c *card) missingThreeDSFields() []string {
	missing := []string{}
	if c.email == "" {
		missing = append(missing, "email")
	}
	if c.phoneNumber == "" {
		missing = append(missing, "phone_number")
	}
	return missing
}

// rates returns the rates of the fees as a charge shows them.
func rates(f money.Fees) object {
	vat := money.VATRate
	if f.Rate == 0 {
		vat = 0
	}
	return object{"fee_flat": "0.0", "fee_rate": f.Rate.String(), "vat_rate": vat.String()}
}
