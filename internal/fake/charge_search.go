package fake

import "github.com/omisekit/omise-go/internal/fake/shape"

// chargeAttribute returns an attribute of a charge as chargeView shows it, with
// everything expanded. There may be many charges, and to render one takes a
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
	case "description":
		return shape.OrNull(c.description)
	case "dispute":
		if c.dispute == nil {
			return nil
		}
		return c.dispute.id
	case "failure_code":
		return shape.OrNull(string(c.failure))
	case "metadata":
		return c.metadata
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
	case "card", "card.id", "card.name", "card.bank", "card.brand", "card.last_digits":
		return chargedCardAttribute(c.card, path)
	case "source.flow", "source.installment_term", "source.type":
		return chargedSourceAttribute(c.source, path)
	case "customer.id", "customer.email", "customer.description":
		return s.chargedCustomerAttribute(c.customer, path)
	}
	return s.chargeView(c, true).At(path)
}

func chargedCardAttribute(c *card, path string) any {
	if c == nil {
		return nil
	}
	switch path {
	case "card", "card.id":
		return c.id
	case "card.name":
		return c.name
	case "card.brand":
		return c.brand
	case "card.last_digits":
		return c.lastDigits
	}
	return ""
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

func (s *Server) chargedCustomerAttribute(id, path string) any {
	c, ok := s.customers.get(id)
	if !ok {
		return nil
	}
	switch path {
	case "customer.id":
		return c.id
	case "customer.email":
		return shape.OrNull(c.email)
	}
	return shape.OrNull(c.description)
}
