package fake

import (
	"fmt"
	"time"

	"github.com/omisekit/omise-go/internal/fake/shape"
)

// A receipt is the sum of the fees of one day.
//
// Guess: the tax is the sum of the taxes on the single fees, so no adjustment is needed,
// and no tax is withheld.
type receipt struct {
	entity
	issuedOn    time.Time
	number      int
	chargeFee   int64
	transferFee int64
	voidedFee   int64
	vat         int64
}

// addFees adds fees to the receipt of today. The receipt is issued at the end of the
// day (UTC). Returned fees are voided fees.
func (s *Server) addFees(charge, transfer, voided, vat int64) {
	if charge+transfer+voided == 0 {
		return
	}
	if s.openReceipt == nil {
		now := s.clock.now()
		today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
		s.openReceipt = &receipt{issuedOn: today}
		at(s, today.AddDate(0, 0, 1), s.openReceipt, (*Server).issueReceipt)
	}
	s.openReceipt.chargeFee += charge
	s.openReceipt.transferFee += transfer
	s.openReceipt.voidedFee += voided
	s.openReceipt.vat += vat
}

func (s *Server) issueReceipt(issued *receipt) {
	s.openReceipt = nil
	issued.entity = s.newEntity("rcpt")
	s.receipts.add(issued)
	issued.number = len(s.receipts.all)
}

// listReceipts answers with a list. Its object attribute differs from that of all other
// lists.
func (s *Server) listReceipts(r *request) (any, *apiError) {
	answer, err := listAll(s, s.receipts, s.receiptView)(r)
	if err != nil {
		return nil, err
	}
	return answer.(object).With(object{"object": "receipt_list"}), nil
}

// receiptView renders a receipt. The names of both parties are made up.
//
// Guess: the amounts of a credit note are negative.
func (s *Server) receiptView(t *receipt, _ bool) object {
	subtotal := t.chargeFee - t.voidedFee + t.transferFee
	return shape.New("receipt").With(object{
		"id":                      t.id,
		"location":                "/receipts/" + t.id,
		"credit_note":             subtotal < 0,
		"charge_fee":              t.chargeFee,
		"transaction_fee":         t.chargeFee - t.voidedFee,
		"transfer_fee":            t.transferFee,
		"voided_fee":              t.voidedFee,
		"subtotal":                subtotal,
		"vat":                     t.vat,
		"total":                   subtotal + t.vat,
		"company_name":            "Omise Company Limited",
		"company_address":         "1 Main Road, Bangkok 10240",
		"currency":                s.country.Currency,
		"customer_email":          s.account.email,
		"customer_name":           "Merchant",
		"customer_statement_name": "MERCHANT",
		"number":                  fmt.Sprintf("OM%s%s%04d", s.country.Code, t.issuedOn.Format("20060102"), t.number),
		"created_at":              t.createdAt,
		"issued_on":               shape.Date(t.issuedOn),
	})
}
