package fake

import (
	"maps"
	"slices"

	"github.com/omisekit/omise-go/internal/fake/money"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

func (s *Server) getCapability(*request) (any, *apiError) {
	methods := []object{s.paymentMethod("card", s.country.Currencies).With(object{
		"card_brands": chargeableBrands,
	})}
	for _, t := range sourceTypes {
		if slices.Contains(t.currencies, s.country.Currency) {
			methods = append(methods, s.sourceMethod(t))
		}
	}
	return shape.New("capability").With(object{
		"location":                   "/capability",
		"country":                    s.country.Code,
		"banks":                      slices.Sorted(maps.Keys(s.country.Banks)),
		"limits":                     s.capabilityLimits(),
		"payment_methods":            methods,
		"tokenization_methods":       []string{"googlepay", "applepay"},
		"zero_interest_installments": s.account.zeroInterest,
	}), nil
}

func (s *Server) capabilityLimits() object {
	span := func(l money.Limits) object { return object{"min": l.Min, "max": l.Max} }
	return shape.New("capability_limits").With(object{
		"charge_amount":      span(s.country.Charge),
		"transfer_amount":    span(s.country.Transfer),
		"installment_amount": object{"min": s.country.InstallmentMin},
	})
}

func (s *Server) paymentMethod(name string, currencies []string) object {
	return shape.New("payment_method").With(object{
		"name":                   name,
		"currencies":             currencies,
		"card_brands":            nil,
		"installment_terms":      nil,
		"loan_installment_terms": nil,
	})
}

func (s *Server) sourceMethod(t sourceType) object {
	o := s.paymentMethod(t.name, []string{s.country.Currency})
	if t.terms != nil {
		o.With(object{"installment_terms": t.terms})
	}
	banks := []object{}
	for _, code := range t.banks {
		// Guess: the name of a bank is not published, so its code is used as the name.
		banks = append(banks, shape.New("payment_method_bank").With(object{
			"code": code, "name": code, "active": true,
		}))
	}
	return o.With(object{"banks": banks})
}
