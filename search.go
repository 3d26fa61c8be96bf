package omise

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/omisekit/omise-go/internal/form"
)

// SearchParams say what to search for. Query and Filters are combined: a record
// has to match both. The zero value, or nil, finds everything.
//
// Doubt: the references disagree about the order of a search that names none.
//
// See https://docs.omise.co/search-query-and-filters.
type SearchParams struct {
	Query   string        `url:"query,omitempty"`    // text to look for
	Filters SearchFilters `url:"filters,omitempty"`  // of the kind that is searched
	Order   Order         `url:"order,omitempty"`    // by creation time
	Page    int           `url:"page,omitempty"`     // from 1
	PerPage int           `url:"per_page,omitempty"` // records on a page, 30 if zero, at most 100
}

var _ checker = (*SearchParams)(nil)

func (p *SearchParams) check() *form.Problem {
	switch {
	case p.Page < 0:
		return &form.Problem{Field: "page", Rule: "must not be negative"}
	case p.PerPage < 0 || p.PerPage > LargestPage:
		return &form.Problem{Field: "per_page", Rule: fmt.Sprintf("must be between 1 and %d", LargestPage)}
	}
	return nil
}

// SearchScope is the kind of record that is searched. The API may add values.
type SearchScope string

// The scopes of searches.
const (
	SearchScopeAudit            SearchScope = "audit"
	SearchScopeCharge           SearchScope = "charge"
	SearchScopeChargeSchedule   SearchScope = "charge_schedule"
	SearchScopeCustomer         SearchScope = "customer"
	SearchScopeDispute          SearchScope = "dispute"
	SearchScopeEvent            SearchScope = "event"
	SearchScopeLink             SearchScope = "link"
	SearchScopeLinkedAccount    SearchScope = "linked_account"
	SearchScopeLogEntry         SearchScope = "log_entry"
	SearchScopeReceipt          SearchScope = "receipt"
	SearchScopeRecipient        SearchScope = "recipient"
	SearchScopeRefund           SearchScope = "refund"
	SearchScopeSubMerchant      SearchScope = "sub_merchant"
	SearchScopeTransfer         SearchScope = "transfer"
	SearchScopeTransferSchedule SearchScope = "transfer_schedule"
	SearchScopeTransaction      SearchScope = "transaction"
)

// A SearchResult is one page of the records that a search found.
//
// See https://docs.omise.co/search-api.
type SearchResult[T any] struct {
	Object         string             `json:"object" wire:"strict"` // "search"
	Data           []*T               `json:"data" wire:"strict"`   // the records of this page
	Page           int                `json:"page"`                 // from 1
	PerPage        int                `json:"per_page"`
	Total          int                `json:"total" wire:"strict"` // records on all pages
	TotalPages     int                `json:"total_pages" wire:"strict"`
	Scope          SearchScope        `json:"scope"`
	Query          string             `json:"query"`
	Filters        Metadata           `json:"filters"` // as the API understood them
	Order          Order              `json:"order"`
	Location       string             `json:"location"`        // "/search"
	AggregateLevel *int               `json:"aggregate_level"` // levels of sub-merchants that were searched
	Export         Expandable[Export] `json:"export"`          // a file with the records
}

// An Export is a file with records. Times are UTC.
//
// See https://docs.omise.co/search-api.
type Export struct {
	Object       string    `json:"object" wire:"strict"` // "export"
	ID           string    `json:"id" wire:"strict"`
	Livemode     bool      `json:"livemode"`
	Location     string    `json:"location"` // path of the export
	Name         string    `json:"name"`
	Team         string    `json:"team"` // id of the team
	Status       string    `json:"status" wire:"strict"`
	Rows         *int      `json:"rows"`
	ObjectType   string    `json:"object_type"` // of the records
	FileType     string    `json:"file_type"`
	FilterType   string    `json:"filter_type"`
	FilterParams Metadata  `json:"filter_params"`
	DownloadURI  string    `json:"download_uri"`
	CreatedAt    time.Time `json:"created_at"`
}

func (e *Export) identity() identity { return identity{kindExport, e.Object, e.ID} }

// HasMore reports whether there are pages after this one.
func (r *SearchResult[T]) HasMore() bool { return len(r.Data) > 0 && r.Page < r.TotalPages }

// identifyRecords checks that the answer is a search for the right objects.
func (r *SearchResult[T]) identifyRecords() error {
	if r.Object != "search" {
		return fmt.Errorf("the answer is %s, not a search", describe(r.Object))
	}
	return identifyAll(r.Data)
}

// SearchService searches. All its calls need the secret key.
//
// See https://docs.omise.co/search-api.
type SearchService service

var (
	searchUniversal         = get("/search")
	searchCharges           = get("/charges/search")
	searchChargeSchedules   = get("/charges/schedules/search")
	searchCustomers         = get("/customers/search")
	searchDisputes          = get("/disputes/search")
	searchLinks             = get("/links/search")
	searchLinkedAccounts    = get("/linked_accounts/search")
	searchReceipts          = get("/receipts/receipts/search")
	searchRecipients        = get("/recipients/search")
	searchRefunds           = get("/refunds/search")
	searchSubMerchants      = get("/sub_merchants/search")
	searchTransfers         = get("/transfers/search")
	searchTransferSchedules = get("/transfers/schedules/search")
	searchAudits            = get("/audits/search")
)

// searchQuery is the query of a search: the scope and the params.
type searchQuery struct {
	Scope SearchScope `url:"scope" check:"required"`
	SearchParams
}

func newSearchQuery(r *route, scope SearchScope, params *SearchParams) (*searchQuery, error) {
	query := &searchQuery{Scope: scope}
	if params != nil {
		query.SearchParams = *params
	}
	if isNil(query.Filters) {
		query.Filters = nil
	}
	if f := query.Filters; f != nil && scope != "" && f.scope() != "" && f.scope() != scope {
		return nil, r.refuse("filters", fmt.Sprintf("must be for scope %s, not %s", scope, f.scope()))
	}
	return query, nil
}

// search fetches one page of the records that are found.
func search[T any](ctx context.Context, c *Client, r *route, scope SearchScope, params *SearchParams, opts []RequestOption) (*SearchResult[T], error) {
	query, err := newSearchQuery(r, scope, params)
	if err != nil {
		return nil, err
	}
	return call[SearchResult[T]](ctx, c, r, query, opts)
}

// searchAll goes through all records that are found.
func searchAll[T any](ctx context.Context, c *Client, r *route, scope SearchScope, params *SearchParams, opts []RequestOption) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) { yieldFound(ctx, c, r, scope, params, opts, yield) }
}

// yieldFound is not a part of searchAll for the reason that yieldList gives.
func yieldFound[T any](ctx context.Context, c *Client, r *route, scope SearchScope, params *SearchParams, opts []RequestOption, yield func(*T, error) bool) {
	var query SearchParams
	if params != nil {
		query = *params
	}
	query.PerPage = cmp.Or(query.PerPage, LargestPage)
	records(ctx, cmp.Or(query.Page, 1), opts, yield, func(ctx context.Context, at int, opts []RequestOption) (page[*T], error) {
		asked := query
		asked.Page = at
		result, err := search[T](ctx, c, r, scope, &asked, opts)
		if err != nil {
			return page[*T]{}, err
		}
		return page[*T]{records: result.Data, next: at + 1, step: 1, end: result.TotalPages + 1}, nil
	})
}

// Universal searches any scope and returns one page of the records, as the API sent
// them.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) Universal(ctx context.Context, scope SearchScope, params *SearchParams, opts ...RequestOption) (*SearchResult[json.RawMessage], error) {
	return search[json.RawMessage](ctx, s.client, searchUniversal, scope, params, opts)
}

// AllUniversal searches any scope and goes through all records, as the API sent them.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) AllUniversal(ctx context.Context, scope SearchScope, params *SearchParams, opts ...RequestOption) iter.Seq2[*json.RawMessage, error] {
	return searchAll[json.RawMessage](ctx, s.client, searchUniversal, scope, params, opts)
}
