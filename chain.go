package omise

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
)

// A Chain is the permission of another account to act for it. The key of the chain
// makes a client for that account:
//
//	merchant := client.With(omise.WithSecretKey(chain.Key.Reveal()))
//
// Times are UTC.
//
// See https://docs.omise.co/chains-api.
type Chain struct {
	Object     string    `json:"object" wire:"strict"` // "chain"
	ID         string    `json:"id" wire:"strict"`
	Livemode   bool      `json:"livemode"`
	Location   string    `json:"location"` // path of the chain
	Email      string    `json:"email"`    // of the other account
	Key        Sensitive `json:"key"`
	Revoked    bool      `json:"revoked"`
	MasterTeam string    `json:"master_team"` // id of this account's team
	CreatedAt  time.Time `json:"created_at"`
}

func (c *Chain) identity() identity { return identity{kindChain, c.Object, c.ID} }

// A ChainKey is an API key of a chained account. Its attributes are not documented, so
// it is a map. No printer shows its values.
type ChainKey map[string]Sensitive

// ChainsService manages the permissions to act for other accounts. A chain begins on
// the dashboard, where the other account agrees to it. All its calls need the secret
// key.
//
// See https://docs.omise.co/chains-api.
type ChainsService service

var (
	chainGet       = get("/chains/{id}")
	chainList      = get("/chains")
	chainAuthorize = &route{method: http.MethodPost, path: "/chains/{id}/authorize", guard: transport.StateMachine}
	chainRevoke    = &route{method: http.MethodPost, path: "/chains/{id}/revoke", guard: transport.StateMachine}
	chainAccount   = &route{method: http.MethodGet, path: "/chains/{id}/account", guard: transport.Read, otherName: "chain"}
	chainKeys      = get("/chains/{id}/keys")
	chainTransfer  = get("/chains/{id}/transfer")
)

// Get returns a chain.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/chains-api.
func (s *ChainsService) Get(ctx context.Context, id string, opts ...RequestOption) (*Chain, error) {
	return call[Chain](ctx, s.client, chainGet, nil, opts, id)
}

// List returns one page of the chains of the account.
//
// See https://docs.omise.co/chains-api.
func (s *ChainsService) List(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Chain], error) {
	return list[Chain](ctx, s.client, chainList, params, opts)
}

// All goes through the chains of the account, page by page.
//
// See https://docs.omise.co/chains-api.
func (s *ChainsService) All(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Chain, error] {
	return all[Chain](ctx, s.client, chainList, params, opts)
}

// Authorize accepts a chain that another account has asked for.
//
// Errors: [ErrCodeNotFound], [ErrCodeBadRequest], [ErrOutcomeUnknown].
//
// See https://docs.omise.co/chains-api.
func (s *ChainsService) Authorize(ctx context.Context, id string, opts ...RequestOption) (*Chain, error) {
	return call[Chain](ctx, s.client, chainAuthorize, nil, opts, id)
}

// Revoke ends a chain for good.
//
// Errors: [ErrCodeNotFound], [ErrCodeBadRequest], [ErrOutcomeUnknown].
//
// See https://docs.omise.co/chains-api.
func (s *ChainsService) Revoke(ctx context.Context, id string, opts ...RequestOption) (*Chain, error) {
	return call[Chain](ctx, s.client, chainRevoke, nil, opts, id)
}

// GetAccount returns the account behind a chain.
//
// Doubt: the references disagree about the answer. It may be the chain itself, and
// Object then says so.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/chains-api.
func (s *ChainsService) GetAccount(ctx context.Context, id string, opts ...RequestOption) (*Account, error) {
	return call[Account](ctx, s.client, chainAccount, nil, opts, id)
}

// ListKeys returns one page of the keys of the account behind a chain.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/chains-api.
func (s *ChainsService) ListKeys(ctx context.Context, id string, params *ListParams, opts ...RequestOption) (*List[ChainKey], error) {
	return list[ChainKey](ctx, s.client, chainKeys, params, opts, id)
}

// AllKeys goes through the keys of the account behind a chain.
//
// See https://docs.omise.co/chains-api.
func (s *ChainsService) AllKeys(ctx context.Context, id string, params *ListParams, opts ...RequestOption) iter.Seq2[*ChainKey, error] {
	return all[ChainKey](ctx, s.client, chainKeys, params, opts, id)
}

// GetTransfer returns the transfer of a chain.
//
// Errors: [ErrCodeNotFound].
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/chains-api.
func (s *ChainsService) GetTransfer(ctx context.Context, id string, opts ...RequestOption) (*Transfer, error) {
	return call[Transfer](ctx, s.client, chainTransfer, nil, opts, id)
}
