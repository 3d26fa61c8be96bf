package fake

import "fmt"

// MarkAsPaid pays a pending charge of a source, as the payer does at a shop, in a wallet
// or at a bank.
func (s *Server) MarkAsPaid(chargeID string) error {
	return s.onCharge(chargeID, (*Server).markChargeAsPaid)
}

// MarkAsFailed makes the payment of a pending charge of a source fail.
func (s *Server) MarkAsFailed(chargeID string) error {
	return s.onCharge(chargeID, (*Server).markChargeAsFailed)
}

// Dispute disputes a paid charge, as the bank of the payer does.
func (s *Server) Dispute(chargeID string) error {
	return s.onCharge(chargeID, (*Server).openDispute)
}

// onCharge runs the handler of a call of the API on a charge.
func (s *Server) onCharge(id string, do func(*Server, *request, *charge) *apiError) error {
	defer s.deliver(false)
	s.mu.Lock()
	defer s.mu.Unlock()
	home, c, err := anywhere(s, func(s *Server) *store[*charge] { return s.charges }, id)
	if err != nil {
		return err
	}
	if err := do(home, &request{}, c); err != nil {
		return fmt.Errorf("fake: charge %s: %s", id, err.message)
	}
	return nil
}
