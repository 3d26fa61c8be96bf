package omise

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
)

// A RoutingGroupRule is one version of the rules that choose the provider of a payment.
// Times are UTC.
//
// See https://docs.omise.co/charges-api.
type RoutingGroupRule struct {
	Object         string    `json:"object" wire:"strict"` // "routing_group_rule"
	ID             string    `json:"id" wire:"strict"`
	Comment        string    `json:"comment"`
	DefaultBackend string    `json:"default_backend"` // used if no condition matches
	IsCurrent      bool      `json:"is_current"`      // this version is in force
	CreatedAt      time.Time `json:"created_at"`
}

func (r *RoutingGroupRule) identity() identity { return identity{kindRoutingGroupRule, r.Object, r.ID} }

// RoutingGroupRuleCreateParams describe a rule. The draft that describes the params has
// no attribute in common with the object above; [WithParam] sends other parameters.
type RoutingGroupRuleCreateParams struct {
	Name       string             `json:"name" check:"required"`
	Conditions []RoutingCondition `json:"conditions" check:"required"`
	Provider   string             `json:"provider" check:"required"`
	Priority   *int               `json:"priority,omitempty"`
	Enabled    *bool              `json:"enabled,omitempty"`
	Metadata   Metadata           `json:"metadata,omitempty"`
}

// A RoutingCondition says when a rule applies.
type RoutingCondition struct {
	Field    RoutingField    `json:"field" check:"required"`
	Operator RoutingOperator `json:"operator" check:"required"`
	Value    any             `json:"value"`
}

// RoutingField is the attribute that a condition compares.
type RoutingField string

// The fields of conditions.
const (
	RoutingFieldAmount      RoutingField = "amount"
	RoutingFieldCurrency    RoutingField = "currency"
	RoutingFieldCardBrand   RoutingField = "card_brand"
	RoutingFieldCardType    RoutingField = "card_type"
	RoutingFieldCardCountry RoutingField = "card_country"
	RoutingFieldMetadata    RoutingField = "metadata"
)

// RoutingOperator is the comparison of a condition.
type RoutingOperator string

// The operators of conditions.
const (
	RoutingOperatorEq       RoutingOperator = "eq"
	RoutingOperatorNeq      RoutingOperator = "neq"
	RoutingOperatorGt       RoutingOperator = "gt"
	RoutingOperatorGte      RoutingOperator = "gte"
	RoutingOperatorLt       RoutingOperator = "lt"
	RoutingOperatorLte      RoutingOperator = "lte"
	RoutingOperatorIn       RoutingOperator = "in"
	RoutingOperatorNotIn    RoutingOperator = "not_in"
	RoutingOperatorContains RoutingOperator = "contains"
)

// RoutingGroupRulesService reads and makes routing rules. All its calls need
// the secret key.
//
// See https://docs.omise.co/charges-api.
type RoutingGroupRulesService service

var (
	routingGroupRuleCreate = &route{method: http.MethodPost, path: "/routing_group_rules", guard: transport.None, json: true}
	routingGroupRuleList   = get("/routing_group_rules")
)

// Create makes a routing rule.
//
// Errors: [ErrCodeBadRequest], [ErrOutcomeUnknown].
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/charges-api.
func (s *RoutingGroupRulesService) Create(ctx context.Context, params *RoutingGroupRuleCreateParams, opts ...RequestOption) (*RoutingGroupRule, error) {
	return call[RoutingGroupRule](ctx, s.client, routingGroupRuleCreate, params, opts)
}

// List returns one page of the routing rules of the account.
//
// See https://docs.omise.co/charges-api.
func (s *RoutingGroupRulesService) List(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[RoutingGroupRule], error) {
	return list[RoutingGroupRule](ctx, s.client, routingGroupRuleList, params, opts)
}

// All goes through the routing rules of the account, page by page.
//
// See https://docs.omise.co/charges-api.
func (s *RoutingGroupRulesService) All(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*RoutingGroupRule, error] {
	return all[RoutingGroupRule](ctx, s.client, routingGroupRuleList, params, opts)
}
