package fake

import (
	"slices"
	"time"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

// A recipient receives transfers.
type recipient struct {
	entity
	deleted     bool
	isDefault   bool
	name        string
	kind        string
	email       string
	description string
	taxID       string
	metadata    map[string]any
	bank        bankAccount
	verifiedAt  time.Time
	activatedAt time.Time
	schedules   []*schedule
}

// A bankAccount is part of a recipient. A transfer keeps a copy of it.
type bankAccount struct {
	name       string
	number     string
	code       string
	brand      string
	branchCode string
	kind       string
	createdAt  time.Time
}

func (s *Server) defaultRecipient() *recipient {
	e := s.newEntity("recp")
	return &recipient{
		entity:      e,
		isDefault:   true,
		name:        "DEFAULT BANK ACCOUNT",
		kind:        "individual",
		metadata:    map[string]any{},
		bank:        bankAccount{name: "DEFAULT BANK ACCOUNT", number: "123456789", code: "test", brand: "Test Bank", createdAt: e.createdAt},
		verifiedAt:  e.createdAt,
		activatedAt: e.createdAt,
	}
}

func (p *recipient) payable() bool {
	return !p.verifiedAt.IsZero() && !p.activatedAt.IsZero() && !p.deleted
}

// schedule returns the id of the last transfer schedule that is not deleted.
func (p *recipient) schedule() string {
	for _, sc := range slices.Backward(p.schedules) {
		if sc.status != scheduleDeleted {
			return sc.id
		}
	}
	return ""
}

func (s *Server) recipientView(p *recipient, expand bool) object {
	return shape.New("recipient").With(object{
		"id":           p.id,
		"location":     "/recipients/" + p.id,
		"deleted":      p.deleted,
		"bank_account": s.bankAccountView(p.bank),
		"active":       !p.activatedAt.IsZero(),
		"default":      p.isDefault,
		"verified":     !p.verifiedAt.IsZero(),
		"description":  shape.OrNull(p.description),
		"email":        shape.OrNull(p.email),
		"name":         p.name,
		"tax_id":       p.taxID,
		"type":         p.kind,
		"metadata":     p.metadata,
		"schedule":     reference(p.schedule(), expand, s.schedules, s.scheduleView),
		"created_at":   p.createdAt,
		"verified_at":  p.verifiedAt,
		"activated_at": p.activatedAt,
	})
}

func (s *Server) bankAccountView(b bankAccount) object {
	return shape.New("bank_account").With(object{
		"last_digits":    b.number[max(0, len(b.number)-4):],
		"account_number": b.number,
		"name":           b.name,
		"type":           shape.OrNull(b.kind),
		"brand":          shape.OrNull(b.brand),
		"bank_code":      shape.OrNull(b.code),
		"branch_code":    shape.OrNull(b.branchCode),
		"created_at":     b.createdAt,
	})
}

func (s *Server) createRecipient(r *request) (any, *apiError) {
	p := &recipient{entity: s.newEntity("recp"), metadata: map[string]any{}}
	if err := s.changeRecipient(r.params, p); err != nil {
		return nil, err
	}
	s.recipients.add(p)
	s.emit("recipient.create", s.recipientView(p, false))
	return s.recipientView(p, false), nil
}

func (s *Server) updateRecipient(r *request, p *recipient) *apiError {
	wasActive := !p.activatedAt.IsZero()
	if err := s.changeRecipient(r.params, p); err != nil {
		return err
	}
	s.emit("recipient.update", s.recipientView(p, false))
	if wasActive && p.activatedAt.IsZero() {
		s.emit("recipient.deactivate", s.recipientView(p, false))
	}
	return nil
}

// changeRecipient reads the parameters of create and update. It changes nothing if a
// parameter is wrong.
func (s *Server) changeRecipient(given params.Map, p *recipient) *apiError {
	changed := *p
	var bad params.Problems
	given.Replace(&changed.name, "name")
	given.Update(&changed.email, "email")
	given.Update(&changed.description, "description")
	given.Update(&changed.taxID, "tax_id")
	changed.metadata = s.newMetadata(given, p.metadata, &bad)
	if given.Has("type") {
		changed.kind = given.Choice("type", &bad, "individual", "corporation")
	}
	if changed.name == "" {
		bad.Add("name can't be blank")
	}
	if changed.kind == "" {
		bad.Add("type can't be blank")
	}
	if err := refuse(invalidRecipient, bad); err != nil {
		return err
	}
	if account := given.Group("bank_account"); account.Any() || changed.bank.number == "" {
		if err := s.changeBankAccount(account, &changed.bank); err != nil {
			return err
		}
		// Guess: a new bank account has to be verified, and until then the recipient is not active.
		changed.verifiedAt, changed.activatedAt = time.Time{}, time.Time{}
	}
	*p = changed
	return nil
}

func (s *Server) changeBankAccount(given params.Map, b *bankAccount) *apiError {
	var bad params.Problems
	given.Replace(&b.name, "name")
	given.Replace(&b.number, "number")
	given.Update(&b.branchCode, "branch_code")
	given.Replace(&b.code, "brand")
	given.Replace(&b.code, "bank_code")
	if given.Has("type") {
		b.kind = given.Choice("type", &bad, "normal", "current")
	}
	if b.name == "" {
		bad.Add("name can't be blank")
	}
	if b.number == "" {
		bad.Add("number can't be blank")
	}
	b.brand = s.country.Banks[b.code]
	switch {
	case b.code == "":
		bad.Add("brand can't be blank")
	case s.country.Banks != nil && b.brand == "":
		bad.Add("brand is not supported")
	}
	b.createdAt = s.clock.now()
	return refuse(invalidBankAccount, bad)
}

// Guess: verifying also activates the recipient, because no other call activates it. A
// recipient can be verified once.
func (s *Server) verifyRecipient(_ *request, p *recipient) *apiError {
	if !p.verifiedAt.IsZero() {
		return fail(badRequest, "recipient is already verified")
	}
	s.guess("verifying a recipient also activates it")
	p.verifiedAt = s.clock.now()
	p.activatedAt = p.verifiedAt
	s.emit("recipient.verify", s.recipientView(p, false))
	s.emit("recipient.activate", s.recipientView(p, false))
	return nil
}

// Guess: later calls about a deleted recipient answer 404, and the default recipient
// cannot be deleted.
func (s *Server) deleteRecipient(_ *request, p *recipient) *apiError {
	if p.isDefault {
		return fail(failedDeletion, "default recipient cannot be deleted")
	}
	s.guessGone()
	p.deleted = true
	s.recipients.remove(p)
	s.emitDestroyed("recipient", p.id)
	return nil
}
