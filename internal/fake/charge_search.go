package fake

import "github.com/omisekit/omise-go/internal/fake/shape"

// chargeAttribute returns an attribute of a charge as the expanded chargeView shows it.
// It does not render the charge: there may be many charges, and rendering takes a
// hundred times as long.
func (s *Server) chargeAttribute(c *charge, path string) any {
	switch path {
	case "acquirer_reference_number", "capture_id":
		return nil // the fake has none
	case "id":
		return c.id
	case "amount":
		return c.amount
	case "authorized":
		return c.authorized()
	case "capture":
		return c.capture
	case "created_at":
		return c.createdAt
	case "currency":
		return c.currency
	case "customer":
		return shape.OrNull(c.customer)
	case "dispute":
		if c.dispute == nil {
			return nil
		}
		return c.dispute.id
	case "failure_code":
		return shape.OrNull(string(c.failure))
	case "paid":
		return c.paid()
	case "refunded_amount":
		return c.refundedAmount
	case "reversed":
		return c.status == chargeReversed
	case "schedule":
		return shape.OrNull(c.schedule)
	case "status":
		return string(c.status)
	case "voided":
		return c.voided
	case "card":
		if c.card == nil {
			return nil
		}
		return c.card.id
	case "card.last_digits":
		if c.card == nil {
			return nil
		}
		return c.card.lastDigits
	case "source.flow", "source.installment_term", "source.type":
		return chargedSourceAttribute(c.source, path)
	}
	return s.chargeView(c, true).At(path)
}

func chargedSourceAttribute(src *source, path string) any {
	switch {
	case src == nil:
		return nil
	case path == "source.flow":
		return src.method.flow
	case path == "source.type":
		return src.method.name
	}
	return shape.OrNull(src.term)
}

// chargeContains reports whether a text of a charge, its card, its customer or its
// metadata contains a query.
func (s *Server) chargeContains(c *charge, query string) bool {
	if containsFold(c.id, query) || containsFold(c.currency, query) || containsFold(c.description, query) {
		return true
	}
	if card := c.card; card != nil &&
		(containsFold(card.id, query) || containsFold(card.name, query) || containsFold(card.brand, query)) {
		return true
	}
	if customer, ok := s.customers.get(c.customer); ok &&
		(containsFold(customer.id, query) || containsFold(customer.email, query) || containsFold(customer.description, query)) {
		return true
	}
	return containsText(c.metadata, query)
}
