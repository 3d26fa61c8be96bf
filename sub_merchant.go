package omise

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
)

// A SubMerchant is a merchant below the account on a platform. Calls act for it
// with [WithSubMerchant]. Times are UTC.
//
// See https://docs.omise.co/charges-api.
type SubMerchant struct {
	Object                    string            `json:"object" wire:"strict"` // "sub_merchant"
	ID                        string            `json:"id" wire:"strict"`     // of its team
	Name                      string            `json:"name"`
	LiveAccountStatus         LiveAccountStatus `json:"live_account_status"`
	LiveAccountRegistrationID string            `json:"live_account_registration_id"`
	DefaultMID                string            `json:"default_mid"` // at the acquirer
	ParentTeamID              string            `json:"parent_team_id"`
	DirectChildrenCount       *int              `json:"direct_children_count"` // sub-merchants right below
	Level                     *int              `json:"level"`                 // 1 is right below the account
	CreatedAt                 time.Time         `json:"created_at"`
}

func (s *SubMerchant) identity() identity { return identity{kindSubMerchant, s.Object, s.ID} }

// LiveAccountStatus is the state of the application for a live account. The API may add
// values.
type LiveAccountStatus string

// The statuses of an application.
const (
	LiveAccountStatusUnsubmitted LiveAccountStatus = "unsubmitted"
	LiveAccountStatusStart       LiveAccountStatus = "start"
	LiveAccountStatusPending     LiveAccountStatus = "pending"
	LiveAccountStatusAccepted    LiveAccountStatus = "accepted"
	LiveAccountStatusRejected    LiveAccountStatus = "rejected"
)

// SubMerchantCreateParams describe a sub-merchant.
type SubMerchantCreateParams struct {
	Name string `url:"name" check:"required"`
}

// SubMerchantsService manages the merchants of a platform. All its calls need
// the secret key.
//
// See https://docs.omise.co/charges-api.
type SubMerchantsService service

var (
	subMerchantCreate = &route{method: http.MethodPost, path: "/sub_merchants", guard: transport.None}
	subMerchantList   = get("/sub_merchants")
)

// Create adds a sub-merchant.
//
// Errors: [ErrCodeBadRequest], [ErrOutcomeUnknown].
//
// See https://docs.omise.co/charges-api.
func (s *SubMerchantsService) Create(ctx context.Context, params *SubMerchantCreateParams, opts ...RequestOption) (*SubMerchant, error) {
	return call[SubMerchant](ctx, s.client, subMerchantCreate, params, opts)
}

// List returns one page of the sub-merchants of the account.
//
// See https://docs.omise.co/charges-api.
func (s *SubMerchantsService) List(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[SubMerchant], error) {
	return list[SubMerchant](ctx, s.client, subMerchantList, params, opts)
}

// All goes through the sub-merchants of the account, page by page.
//
// See https://docs.omise.co/charges-api.
func (s *SubMerchantsService) All(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*SubMerchant, error] {
	return all[SubMerchant](ctx, s.client, subMerchantList, params, opts)
}
