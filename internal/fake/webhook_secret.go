package fake

import (
	"encoding/base64"
	"slices"
	"time"

	"github.com/omisekit/omise-go/internal/fake/shape"
)

// secretOverlap is the time for which a webhook secret stays valid after another one
// has replaced it.
const secretOverlap = day

// A webhookSecret signs webhooks.
type webhookSecret struct {
	entity
	key       []byte
	expiresAt time.Time // zero for the newest secret
	revokedAt time.Time
}

func (w *webhookSecret) usable(now time.Time) bool {
	return w.revokedAt.IsZero() && (w.expiresAt.IsZero() || now.Before(w.expiresAt))
}

// webhookSecretView leaves out the secret itself. Only the answer to its creation shows
// it.
func (s *Server) webhookSecretView(w *webhookSecret, _ bool) object {
	usable := w.usable(s.clock.now())
	return shape.New("webhook_secret").With(object{
		"id":         w.id,
		"usable":     usable,
		"expiring":   usable && !w.expiresAt.IsZero(),
		"expires_at": w.expiresAt,
		"revoked_at": w.revokedAt,
		"created_at": w.createdAt,
	})
}

func (s *Server) createWebhookSecret(*request) (any, *apiError) {
	now := s.clock.now()
	for _, old := range s.signers() {
		if old.expiresAt.IsZero() {
			old.expiresAt = now.Add(secretOverlap)
		}
	}
	w := s.newWebhookSecret(s.ids)
	s.webhookSecrets.add(w)
	return s.webhookSecretView(w, false).With(object{"key": w.encoded()}), nil
}

func (s *Server) newWebhookSecret(ids *idSource) *webhookSecret {
	e := entity{id: ids.next("whsec"), createdAt: s.clock.now()}
	return &webhookSecret{entity: e, key: []byte(ids.chars(32))}
}

// encoded returns the secret as merchants see it.
func (w *webhookSecret) encoded() string { return base64.StdEncoding.EncodeToString(w.key) }

// signers returns the secrets that sign webhooks, the newest first.
//
// Guess: an account has a secret from the start. The list does not show it, and the first
// secret that is created replaces it.
func (s *Server) signers() []*webhookSecret {
	now := s.clock.now()
	var all []*webhookSecret
	for _, w := range append([]*webhookSecret{s.firstSecret}, s.webhookSecrets.all...) {
		if w.usable(now) {
			all = append(all, w)
		}
	}
	slices.Reverse(all)
	return all
}

// WebhookSecret returns the secret that signs webhooks, in Base64. If there are several,
// it returns the newest. If all were revoked, it returns the empty string.
func (s *Server) WebhookSecret() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.signers() {
		return w.encoded()
	}
	return ""
}

// Guess: a secret can be deleted once, and afterwards it can still be read.
func (s *Server) deleteWebhookSecret(_ *request, w *webhookSecret) *apiError {
	if !w.revokedAt.IsZero() {
		return fail(badRequest, "webhook secret is already revoked")
	}
	w.revokedAt = s.clock.now()
	return nil
}
