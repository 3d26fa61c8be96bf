package fake

import (
	"time"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

// confirmationWindow is the time for which a confirmation by mail is valid.
const confirmationWindow = 10 * time.Minute

// A consent records the policies to which the merchant has agreed.
type consent struct {
	id        string
	principal object
	policies  map[string]any
}

func (s *Server) getConsent(*request) (any, *apiError) {
	if s.consent == nil {
		return nil, fail(notFound, "consent was not found")
	}
	return s.consentView(), nil
}

// Guess: the answer shows the given principal as a name.
func (s *Server) updateConsent(r *request) (any, *apiError) {
	if s.consent == nil {
		s.consent = &consent{id: s.ids.next("cnst"), principal: object{}, policies: map[string]any{}}
	}
	if r.params.Has("principal") {
		s.consent.principal = object{"name": r.params.Text("principal")}
	}
	if r.params.Has("policies") {
		s.consent.policies = r.params.Group("policies")
	}
	return s.consentView(), nil
}

func (s *Server) consentView() object {
	return shape.New("consent").With(object{
		"id":        s.consent.id,
		"principal": s.consent.principal,
		"policies":  s.consent.policies,
	})
}

// createMFAConfirmation pretends to send a mail.
func (s *Server) createMFAConfirmation(r *request) (any, *apiError) {
	var bad params.Problems
	r.params.Boolean("resend", false, &bad)
	if err := refuse(badRequest, bad); err != nil {
		return nil, err
	}
	now := s.clock.now()
	return shape.New("mfa_confirmation").With(object{
		"email":      s.account.email,
		"user_uid":   s.account.user,
		"created_at": now,
		"expired_at": now.Add(confirmationWindow),
	}), nil
}
