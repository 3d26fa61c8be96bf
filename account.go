package omise

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
)

// An Account is the settings of the merchant that the key belongs to. Times
// are UTC.
//
// See https://docs.omise.co/account-api.
type Account struct {
	Object    string    `json:"object" wire:"strict"` // "account"
	ID        string    `json:"id" wire:"strict"`
	Livemode  bool      `json:"livemode"`
	Location  string    `json:"location"` // "/account"
	Team      string    `json:"team"`     // id of the team
	Email     string    `json:"email"`
	Country   string    `json:"country"` // two letters
	CreatedAt time.Time `json:"created_at"`

	Currency                 Currency           `json:"currency" wire:"strict"` // settlement currency
	SupportedCurrencies      []Currency         `json:"supported_currencies"`   // currencies of card charges
	APIVersion               string             `json:"api_version"`            // for webhooks, and for calls that name no version
	LastUpdatedAPIVersion    string             `json:"last_updated_api_version"`
	WebhookURI               string             `json:"webhook_uri"`
	MetadataExportKeys       MetadataExportKeys `json:"metadata_export_keys"`
	ZeroInterestInstallments bool               `json:"zero_interest_installments"` // the merchant pays the interest unless a charge says otherwise

	AutoActivateRecipients bool           `json:"auto_activate_recipients"` // new recipients are active at once
	TransferConfig         TransferConfig `json:"transfer_config"`

	ChainingAllowed bool   `json:"chaining_allowed"` // ChainEnabled may be set
	ChainEnabled    bool   `json:"chain_enabled"`
	ChainReturnURI  string `json:"chain_return_uri"` // page that a merchant returns to after joining
}

func (a *Account) identity() identity { return identity{kindAccount, a.Object, a.ID} }

// MetadataExportKeys are the metadata keys that get a column in exports.
type MetadataExportKeys struct {
	Charge   []string `json:"charge" url:"charge,omitempty,brackets"`
	Transfer []string `json:"transfer" url:"transfer,omitempty,brackets"`
	Refund   []string `json:"refund" url:"refund,omitempty,brackets"`
	Dispute  []string `json:"dispute" url:"dispute,omitempty,brackets"`
}

// TransferConfig has the limits and the fee of an account's payouts. Its amounts are
// decimal numbers in the main unit of the currency: "30.00" is 30 baht.
type TransferConfig struct {
	MinTransferAmount                  Decimal         `json:"min_transfer_amount"`
	MaxTransferAmount                  Decimal         `json:"max_transfer_amount"`
	SameBankMaxTransferAmount          Decimal         `json:"same_bank_max_transfer_amount"`
	Fee                                Decimal         `json:"fee"`
	IsPayoutEnabled                    bool            `json:"is_payout_enabled"`
	Provider                           string          `json:"provider"`
	MerchantID                         string          `json:"merchant_id"`
	TransferServiceAvailability        json.RawMessage `json:"transfer_service_availability"` // not documented
	MaxActiveRealtimeTransferSchedules *int            `json:"max_active_realtime_transfer_schedules"`
}

// An APIVersionInfo is a version of the API that the account can use.
type APIVersionInfo struct {
	Object  string `json:"object" wire:"strict"` // "api_version"
	Name    string `json:"name"`                 // such as "2019-05-29"
	Current bool   `json:"current"`              // the account's default
}

func (a *APIVersionInfo) identity() identity { return identity{kindAPIVersionInfo, a.Object, ""} }

// The versions of the API.
const (
	APIVersion20190529 = "2019-05-29"
	APIVersion20171102 = "2017-11-02"
	APIVersion20151117 = "2015-11-17"
	APIVersion20140727 = "2014-07-27"
)

// AccountUpdateParams change the account. A field that is not set changes nothing.
type AccountUpdateParams struct {
	WebhookURI               *string             `url:"webhook_uri,omitempty"` // https in live mode
	ZeroInterestInstallments *bool               `url:"zero_interest_installments,omitempty"`
	MetadataExportKeys       *MetadataExportKeys `url:"metadata_export_keys,omitempty"`
	ChainEnabled             *bool               `url:"chain_enabled,omitempty"`
	ChainReturnURI           *string             `url:"chain_return_uri,omitempty"`
}

// AccountUpdateAPIVersionParams name the version that the account moves to.
type AccountUpdateAPIVersionParams struct {
	APIVersion string `url:"api_version" check:"required"` // such as [APIVersion20190529]
}

// AccountService reads and changes the account. All its calls need the secret
// key.
//
// See https://docs.omise.co/account-api.
type AccountService service

var (
	accountGet              = get("/account")
	accountUpdate           = &route{method: http.MethodPatch, path: "/account", guard: transport.Repeatable}
	accountListAPIVersions  = get("/account/api_versions")
	accountUpdateAPIVersion = &route{method: http.MethodPatch, path: "/account/api_version", guard: transport.Repeatable}
)

// Get returns the account.
//
// See https://docs.omise.co/account-api.
func (s *AccountService) Get(ctx context.Context, opts ...RequestOption) (*Account, error) {
	return call[Account](ctx, s.client, accountGet, nil, opts)
}

// Update changes the account.
//
// Errors: [ErrCodeBadRequest] for an invalid URL.
//
// See https://docs.omise.co/account-api.
func (s *AccountService) Update(ctx context.Context, params *AccountUpdateParams, opts ...RequestOption) (*Account, error) {
	return call[Account](ctx, s.client, accountUpdate, params, opts)
}

// ListAPIVersions returns one page of the versions that the account can use.
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/api-versioning.
func (s *AccountService) ListAPIVersions(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[APIVersionInfo], error) {
	return list[APIVersionInfo](ctx, s.client, accountListAPIVersions, params, opts)
}

// AllAPIVersions goes through the versions that the account can use.
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/api-versioning.
func (s *AccountService) AllAPIVersions(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*APIVersionInfo, error] {
	return all[APIVersionInfo](ctx, s.client, accountListAPIVersions, params, opts)
}

// UpdateAPIVersion moves the account to another version of the API. It cannot go back
// to an older version, and its webhooks use the new version, too.
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/api-versioning.
func (s *AccountService) UpdateAPIVersion(ctx context.Context, params *AccountUpdateAPIVersionParams, opts ...RequestOption) (*Account, error) {
	return call[Account](ctx, s.client, accountUpdateAPIVersion, params, opts)
}
