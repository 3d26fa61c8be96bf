package omise

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
)

// A WebhookSecret is a secret that signs webhooks. After a new secret is made, both are
// in use for a day; then the old secret expires. Times are UTC.
//
// Doubt: the API's description calls the text of a secret key, a draft calls it
// secret. Both attributes are read.
//
// See https://docs.omise.co/api-webhooks.
type WebhookSecret struct {
	Object    string     `json:"object" wire:"strict"` // "webhook_secret"
	ID        string     `json:"id" wire:"strict"`
	Livemode  bool       `json:"livemode"`
	Key       Sensitive  `json:"key"`    // the secret in Base64, only in the answer to Create
	Secret    Sensitive  `json:"secret"` // another name of Key
	Usable    bool       `json:"usable"`
	Expiring  bool       `json:"expiring"` // a newer secret replaces it
	Metadata  Metadata   `json:"metadata"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt *time.Time `json:"expires_at"`
	RevokedAt *time.Time `json:"revoked_at"`
}

func (w *WebhookSecret) identity() identity { return identity{kindWebhookSecret, w.Object, w.ID} }

// WebhookSecretCreateParams describe a webhook secret. All fields are optional.
type WebhookSecretCreateParams struct {
	Metadata Metadata `url:"metadata,omitempty"`
}

// WebhookSecretsService manages the secrets of webhooks. All its calls need the
// secret key.
//
// See https://docs.omise.co/api-webhooks.
type WebhookSecretsService service

var (
	webhookSecretCreate = &route{method: http.MethodPost, path: "/webhooks/secrets", guard: transport.None, paramsOptional: true}
	webhookSecretGet    = get("/webhooks/secrets/{id}")
	webhookSecretDelete = &route{method: http.MethodDelete, path: "/webhooks/secrets/{id}", guard: transport.Repeatable, lookup: &deleteLookup{webhookSecretGet}}
	webhookSecretList   = get("/webhooks/secrets")
)

// Create makes a webhook secret. Only this answer has its Key. params may be nil.
//
// Errors: [ErrOutcomeUnknown].
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/api-webhooks.
func (s *WebhookSecretsService) Create(ctx context.Context, params *WebhookSecretCreateParams, opts ...RequestOption) (*WebhookSecret, error) {
	return call[WebhookSecret](ctx, s.client, webhookSecretCreate, params, opts)
}

// Get returns a webhook secret.
//
// Errors: [ErrCodeNotFound].
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/api-webhooks.
func (s *WebhookSecretsService) Get(ctx context.Context, id string, opts ...RequestOption) (*WebhookSecret, error) {
	return call[WebhookSecret](ctx, s.client, webhookSecretGet, nil, opts, id)
}

// Delete revokes a webhook secret.
//
// Errors: [ErrCodeNotFound].
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/api-webhooks.
func (s *WebhookSecretsService) Delete(ctx context.Context, id string, opts ...RequestOption) (*WebhookSecret, error) {
	return call[WebhookSecret](ctx, s.client, webhookSecretDelete, nil, opts, id)
}

// List returns one page of the webhook secrets of the account.
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/api-webhooks.
func (s *WebhookSecretsService) List(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[WebhookSecret], error) {
	return list[WebhookSecret](ctx, s.client, webhookSecretList, params, opts)
}

// All goes through the webhook secrets of the account, page by page.
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/api-webhooks.
func (s *WebhookSecretsService) All(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*WebhookSecret, error] {
	return all[WebhookSecret](ctx, s.client, webhookSecretList, params, opts)
}
