package fake

import (
	"maps"
	"slices"
	"time"

	"github.com/omisekit/omise-go/internal/apiversion"
	"github.com/omisekit/omise-go/internal/fake/money"
	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

// apiVersion is the version of the account.
const apiVersion = apiversion.Newest

var apiVersions = []string{apiVersion, "2017-11-02", "2015-11-17", "2014-07-27"}

// An account holds the merchant's settings.
type account struct {
	entity
	team           string
	user           string
	routingGroup   string
	email          string
	webhookURI     string
	chainEnabled   bool
	chainReturnURI string
	zeroInterest   bool
	exportKeys     map[string][]string // metadata keys by kind of object
}

func (s *Server) newAccount() account {
	return account{
		entity:       s.newEntity("account"),
		team:         "acct_" + s.ids.chars(19),
		user:         "user_" + s.ids.chars(19),
		email:        "merchant@example.com",
		routingGroup: s.ids.next("rgrp"),
		exportKeys: map[string][]string{
			"charge": {}, "transfer": {}, "refund": {}, "dispute": {},
		},
	}
}

func (s *Server) getAccount(*request) (any, *apiError) {
	return s.accountView(), nil
}

func (s *Server) accountView() object {
	a := s.account
	keys := object{}
	for kind, names := range a.exportKeys {
		keys[kind] = names
	}
	return shape.New("account").With(object{
		"id":                         a.id,
		"team":                       a.team,
		"location":                   "/account",
		"country":                    s.country.Code,
		"currency":                   s.country.Currency,
		"email":                      a.email,
		"created_at":                 a.createdAt,
		"supported_currencies":       s.country.Currencies,
		"api_version":                apiVersion,
		"chain_enabled":              a.chainEnabled,
		"chaining_allowed":           true,
		"zero_interest_installments": a.zeroInterest,
		"chain_return_uri":           shape.OrNull(a.chainReturnURI),
		"webhook_uri":                shape.OrNull(a.webhookURI),
		"metadata_export_keys":       keys,
		"last_updated_api_version":   a.createdAt.Format(time.DateOnly),
		"transfer_config":            s.transferConfig(),
	})
}

func (s *Server) transferConfig() object {
	allowed := s.country.Transfer
	return shape.New("transfer_config").With(object{
		"min_transfer_amount":           money.MainUnits(allowed.Min, s.country.Currency),
		"max_transfer_amount":           money.MainUnits(allowed.Max, s.country.Currency),
		"same_bank_max_transfer_amount": money.MainUnits(allowed.Max, s.country.Currency),
		"fee":                           money.MainUnits(s.country.TransferFee, s.country.Currency),
		"provider":                      "",
		"merchant_id":                   "M001",
	})
}

func (s *Server) updateAccount(r *request) (any, *apiError) {
	changed := s.account
	var bad params.Problems
	changed.webhookURI = r.params.URI("webhook_uri", changed.webhookURI, &bad)
	changed.chainReturnURI = r.params.URI("chain_return_uri", changed.chainReturnURI, &bad)
	changed.chainEnabled = r.params.Boolean("chain_enabled", changed.chainEnabled, &bad)
	changed.zeroInterest = r.params.Boolean("zero_interest_installments", changed.zeroInterest, &bad)
	if err := refuse(badRequest, bad); err != nil {
		return nil, err
	}
	given := r.params.Group("metadata_export_keys")
	changed.exportKeys = maps.Clone(changed.exportKeys)
	for kind := range changed.exportKeys {
		if given.Has(kind) {
			changed.exportKeys[kind] = given.Texts(kind)
		}
	}
	s.account = changed
	return s.accountView(), nil
}

// Guess: the answer is a list object with all attributes of a list.
func (s *Server) listAPIVersions(r *request) (any, *apiError) {
	var versions []object
	for _, name := range apiVersions {
		versions = append(versions, shape.New("api_version").With(object{
			"name":    name,
			"current": name == apiVersion,
		}))
	}
	return envelope(r.location, versions, len(versions), firstPage(s.clock.now())), nil
}

// updateAPIVersion accepts only the current version of the account. It is the
// newest one, and an upgrade cannot be undone.
//
// Guess: the code and messages of the refusals.
func (s *Server) updateAPIVersion(r *request) (any, *apiError) {
	switch wanted := r.params.Text("api_version"); {
	case !slices.Contains(apiVersions, wanted):
		return nil, fail(badRequest, "api_version is not supported")
	case wanted != apiVersion:
		return nil, fail(badRequest, "api_version cannot be downgraded")
	}
	return s.accountView(), nil
}
