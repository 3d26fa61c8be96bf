package omise

import (
	"context"
	"iter"
	"net/http"
	"strconv"
	"time"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/transport"
)

// A LinksPlusLink is a payment page of Payment Links+, the newer service beside
// [Link]. Amount is in the smallest unit of Currency. Times are UTC.
//
// See https://docs.omise.co/payment-links-apis.
type LinksPlusLink struct {
	Object         string              `json:"object" wire:"strict"` // "link"
	ID             int64               `json:"id" wire:"strict"`
	Name           string              `json:"name"`
	Amount         int64               `json:"amount" wire:"strict"`
	Currency       Currency            `json:"currency" wire:"strict"`
	Status         LinksPlusLinkStatus `json:"status" wire:"strict"`
	State          string              `json:"state"`           // of the payment, such as "pending" or "paid"
	MultipleUsage  bool                `json:"multiple_usage"`  // may be paid more than once
	Additional     string              `json:"additional"`      // a note
	TransactionURL string              `json:"transaction_url"` // for the payer
	PaymentURL     string              `json:"payment_url"`     // another name of TransactionURL
	TemplateID     *int64              `json:"template_id"`
	TeamID         *int64              `json:"team_id"`
	CreatedAt      *time.Time          `json:"created_at"`
}

func (l *LinksPlusLink) identity() identity {
	return identity{kindLinksPlusLink, l.Object, idText(l.ID)}
}

// LinksPlusLinkStatus says whether a payment page is open. The API may add values.
type LinksPlusLinkStatus string

// The statuses of a payment page.
const (
	LinksPlusLinkStatusActive   LinksPlusLinkStatus = "active"
	LinksPlusLinkStatusInactive LinksPlusLinkStatus = "inactive"
)

// A LinksPlusTemplate is a template of payment pages.
//
// See https://docs.omise.co/payment-links-apis.
type LinksPlusTemplate struct {
	Object    string     `json:"object" wire:"strict"` // "template"
	ID        int64      `json:"id" wire:"strict"`
	TeamID    int64      `json:"team_id"`
	CreatedBy *int64     `json:"created_by"` // number of the user
	Name      string     `json:"name"`
	Language  string     `json:"language"` // such as "th"
	Status    string     `json:"status" wire:"strict"`
	Features  []Metadata `json:"features"` // not documented
}

func (l *LinksPlusTemplate) identity() identity {
	return identity{kindLinksPlusTemplate, l.Object, idText(l.ID)}
}

// LinksPlusLinkCreateParams describe a payment page.
type LinksPlusLinkCreateParams struct {
	TemplateID    int64    `json:"template_id" check:"positive"`
	TeamID        int64    `json:"team_id" check:"positive"`
	Name          string   `json:"name" check:"required"`    // at most 45 characters
	Amount        int64    `json:"amount" check:"positive"`  // smallest unit, at least 100
	Currency      Currency `json:"currency,omitempty"`       // the currency of the template if empty
	MultipleUsage *bool    `json:"multiple_usage,omitempty"` // true: may be paid more than once
	Additional    string   `json:"additional,omitempty"`     // a note, at most 255 characters
	CustomWebhook string   `json:"custom_webhook,omitempty"` // https URL that gets this page's events as well
}

var _ checker = (*LinksPlusLinkCreateParams)(nil)

func (p *LinksPlusLinkCreateParams) check() *form.Problem {
	switch {
	case len([]rune(p.Name)) > 45:
		return &form.Problem{Field: "name", Rule: "must not be longer than 45 characters"}
	case len([]rune(p.Additional)) > 255:
		return &form.Problem{Field: "additional", Rule: "must not be longer than 255 characters"}
	}
	return nil
}

// number returns the id of a link, a team or a template as text, or "" if it is not
// positive, so that it is refused like a missing id.
func number(id int64) string {
	if id <= 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// LinksPlusService makes payment pages of Payment Links+. The service has its own host
// and key: see [WithLinksPlusKey].
//
// See https://docs.omise.co/payment-links-apis.
type LinksPlusService service

var (
	linksPlusCreate        = &route{method: http.MethodPost, path: "/external/links", host: hostLinksPlus, key: keyLinksPlus, guard: transport.None, json: true}
	linksPlusGet           = linksPlusRead("/external/links/{link_id}")
	linksPlusList          = linksPlusRead("/external/{team_id}/links")
	linksPlusGetTemplate   = linksPlusRead("/external/templates/{template_id}")
	linksPlusListTemplates = linksPlusRead("/external/{team_id}/templates")
)

func linksPlusRead(path string) *route {
	return &route{method: http.MethodGet, path: path, host: hostLinksPlus, key: keyLinksPlus, guard: transport.Read}
}

// Create makes a payment page.
//
// Errors: [ErrCodeBadRequest], [ErrOutcomeUnknown].
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/payment-links-apis.
func (s *LinksPlusService) Create(ctx context.Context, params *LinksPlusLinkCreateParams, opts ...RequestOption) (*LinksPlusLink, error) {
	return call[LinksPlusLink](ctx, s.client, linksPlusCreate, params, opts)
}

// Get returns a payment page.
//
// Errors: [ErrCodeBadRequest].
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/payment-links-apis.
func (s *LinksPlusService) Get(ctx context.Context, id int64, opts ...RequestOption) (*LinksPlusLink, error) {
	return call[LinksPlusLink](ctx, s.client, linksPlusGet, nil, opts, number(id))
}

// List returns one page of the payment pages of a team.
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/payment-links-apis.
func (s *LinksPlusService) List(ctx context.Context, teamID int64, params *ListParams, opts ...RequestOption) (*List[LinksPlusLink], error) {
	return list[LinksPlusLink](ctx, s.client, linksPlusList, params, opts, number(teamID))
}

// All goes through the payment pages of a team.
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/payment-links-apis.
func (s *LinksPlusService) All(ctx context.Context, teamID int64, params *ListParams, opts ...RequestOption) iter.Seq2[*LinksPlusLink, error] {
	return all[LinksPlusLink](ctx, s.client, linksPlusList, params, opts, number(teamID))
}

// GetTemplate returns a template.
//
// Errors: [ErrCodeBadRequest].
//
// See https://docs.omise.co/payment-links-apis.
func (s *LinksPlusService) GetTemplate(ctx context.Context, id int64, opts ...RequestOption) (*LinksPlusTemplate, error) {
	return call[LinksPlusTemplate](ctx, s.client, linksPlusGetTemplate, nil, opts, number(id))
}

// ListTemplates returns one page of the templates of a team.
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/payment-links-apis.
func (s *LinksPlusService) ListTemplates(ctx context.Context, teamID int64, params *ListParams, opts ...RequestOption) (*List[LinksPlusTemplate], error) {
	return list[LinksPlusTemplate](ctx, s.client, linksPlusListTemplates, params, opts, number(teamID))
}

// AllTemplates goes through the templates of a team.
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/payment-links-apis.
func (s *LinksPlusService) AllTemplates(ctx context.Context, teamID int64, params *ListParams, opts ...RequestOption) iter.Seq2[*LinksPlusTemplate, error] {
	return all[LinksPlusTemplate](ctx, s.client, linksPlusListTemplates, params, opts, number(teamID))
}
