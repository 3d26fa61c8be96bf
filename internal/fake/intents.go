package fake

import "fmt"

// OpenIntents returns one line for each charge and transfer of the account and of its
// chains that has not ended: charges that wait for the payer, authorizations that wait
// for capture or reversal, and transfers that are not paid.
func (s *Server) OpenIntents() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var open []string
	for _, home := range s.accounts() {
		for _, c := range home.charges.all {
			switch {
			case c.waiting():
				open = append(open, fmt.Sprintf("charge %s of %d %s waits for the payer", c.id, c.amount, c.currency))
			case c.held():
				open = append(open, fmt.Sprintf("charge %s of %d %s is neither captured nor reversed", c.id, c.amount, c.currency))
			}
		}
		for _, t := range home.transfers.all {
			if t.paidAt.IsZero() && t.failure == "" {
				open = append(open, fmt.Sprintf("transfer %s of %d %s is not paid", t.id, t.amount, home.country.Currency))
			}
		}
	}
	return open
}
