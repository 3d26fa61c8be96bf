package fake

import "fmt"

// MarkAsPaid pays a pending charge of a source, as the payer would somewhere
// else: at a shop, in a wallet, at a bank.
func (s *Server) MarkAsPaid(chargeID string) error {
	return s.onCharge(chargeID, (*Server).markChargeAsPaid)
}

// MarkAsFailed lets the payment of a pending charge of a source fail.
func (s *Server) MarkAsFailed(chargeID string) error {
	return s.onCharge(chargeID, (*Server).markChargeAsFailed)
}

// Dispute lets the bank of the payer dispute a paid charge.
func (s *Server) Dispute(chargeID string) error {
	return s.onCharge(chargeID, (*Server).openDispute)
}

// onCharge does to a charge what a call of the API would do.
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
