package fake

import (
	"fmt"
	"slices"
	"time"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

type linkedAccountStatus string

const (
	linkedPending    linkedAccountStatus = "pending"
	linkedSuccessful linkedAccountStatus = "successful"
	linkedFailed     linkedAccountStatus = "failed"
	linkedExpired    linkedAccountStatus = "expired"
	linkedDeleted    linkedAccountStatus = "deleted"
)

var linkedAccountTypes = []string{"direct_debit_bay", "direct_debit_kbank", "direct_debit_ktb", "direct_debit_scb"}

// A linkedAccount is a payer's bank account. It can be charged after the payer has
// registered it.
type linkedAccount struct {
	entity
	method       string
	returnURI    string
	status       linkedAccountStatus
	lastDigits   string
	metadata     map[string]any
	registeredAt time.Time
	expiresAt    time.Time
}

func (s *Server) linkedAccountView(a *linkedAccount, _ bool) object {
	o := shape.New("linked_account").With(object{
		"id":               a.id,
		"location":         "/linked_accounts/" + a.id,
		"registration_uri": s.pageURI("pay.omise.co", "/offsites/"+a.page()+"/pay"),
		"return_uri":       a.returnURI,
		"type":             a.method,
		"status":           string(a.status),
		"last_digits":      shape.OrNull(a.lastDigits),
		"metadata":         a.metadata,
		"registered_at":    a.registeredAt,
		"expires_at":       a.expiresAt,
		"created_at":       a.createdAt,
	})
	if a.status == linkedFailed {
		// Guess: the failure code and message, because no source has them.
		o.With(object{"failure_code": "registration_failed", "failure_message": "registration failed"})
	}
	return o
}

// page returns the secret part of the registration_uri.
func (a *linkedAccount) page() string { return "ofsp_test_" + a.id[len(a.id)-19:] }

func (s *Server) createLinkedAccount(r *request) (any, *apiError) {
	var bad params.Problems
	a := &linkedAccount{
		method:    r.params.Text("type"),
		returnURI: r.params.Text("return_uri"),
		status:    linkedPending,
		metadata:  r.params.Metadata(map[string]any{}, &bad),
	}
	// Guess: accounts outside Thailand cannot use linked accounts.
	if !slices.Contains(linkedAccountTypes, a.method) || s.country.Code != "TH" {
		bad.Add("Type is not supported")
	}
	if !params.IsAbsolute(a.returnURI) {
		bad.Add("return uri is invalid")
	}
	if err := refuse(badRequest, bad); err != nil {
		return nil, err
	}
	a.entity = s.newEntity("lnac")
	a.expiresAt = a.createdAt.Add(day)
	s.linkedAccounts.add(a)
	at(s, a.expiresAt, a, (*Server).expireLinkedAccount)
	return s.linkedAccountView(a, false), nil
}

func (s *Server) expireLinkedAccount(a *linkedAccount) {
	if a.status == linkedPending {
		a.status = linkedExpired
	}
}

// Guess: a deleted linked account can still be read, and it cannot be deleted again.
func (s *Server) deleteLinkedAccount(_ *request, a *linkedAccount) *apiError {
	if a.status == linkedDeleted {
		return fail(badRequest, "linked account is already deleted")
	}
	a.status = linkedDeleted
	return nil
}

// RegisterLinkedAccount ends the registration of a linked account, as the payer does
// at its registration_uri. It succeeds if ok is true.
func (s *Server) RegisterLinkedAccount(id string, ok bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	home, a, err := anywhere(s, func(s *Server) *store[*linkedAccount] { return s.linkedAccounts }, id)
	switch {
	case err != nil:
		return err
	case a.status != linkedPending:
		return fmt.Errorf("fake: linked account %s is %s, not waiting for the payer", id, a.status)
	case !ok:
		a.status = linkedFailed
		return nil
	}
	a.status = linkedSuccessful
	a.registeredAt = home.clock.now()
	a.lastDigits = home.ids.digits(4)
	return nil
}

// registered finds a linked account that can be charged.
//
// Guess: the code and message for a linked account that cannot be charged.
func (s *Server) registered(id string) (*linkedAccount, *apiError) {
	a, err := s.linkedAccounts.find(id)
	if err != nil {
		return nil, err
	}
	if a.status != linkedSuccessful {
		return nil, fail(badRequest, "linked account is %s", a.status)
	}
	return a, nil
}

// linkedPayment returns a linked account as the payment method. The call may name its
// customer as well.
//
// Guess: a charge of a customer takes only a linked account that is attached to the customer.
func (s *Server) linkedPayment(p params.Map) (paymentMethod, *apiError) {
	a, err := s.registered(p.Text("linked_account"))
	if err != nil || !p.Has("customer") {
		return paymentMethod{linkedAccount: a}, err
	}
	owner, err := s.customers.find(p.Text("customer"))
	if err == nil && !slices.Contains(owner.linkedAccounts, a) {
		err = failNotFound("linked_account", a.id)
	}
	return paymentMethod{linkedAccount: a, customer: owner}, err
}
