package fake

import (
	"maps"
	"slices"
	"strings"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

const (
	defaultPerPage = 30
	maxPerPage     = 100
)

// A hit is a record that a search may find. With expand it shows what it
// refers to, which the filters look into; the answer shows it without.
type hit func(expand bool) object

func hits[T record](items []T, render view[T]) []hit {
	all := make([]hit, 0, len(items))
	for _, v := range items {
		all = append(all, func(expand bool) object { return render(v, expand) })
	}
	return all
}

// search answers a search in one scope, or in the one that the call names.
func (s *Server) search(fixed string) handler {
	return func(r *request) (any, *apiError) {
		sc, name, err := searchScope(fixed, r.params)
		if err != nil {
			return nil, err
		}
		wanted, err := s.readFilters(sc, r.params)
		if err != nil {
			return nil, err
		}
		if r.params.Has("query") {
			wanted = append(wanted, sc.contains(r.params.Text("query")))
		}
		found := sc.records(s)
		if len(wanted) > 0 {
			found = slices.DeleteFunc(found, func(h hit) bool {
				o := h(true)
				return slices.ContainsFunc(wanted, func(m matcher) bool { return !m(o) })
			})
		}
		return s.searchPage(r, name, found)
	}
}

func searchScope(fixed string, p params.Map) (sc scope, name string, err *apiError) {
	name = p.Text("scope")
	if fixed != "" && name == "" {
		name = fixed
	}
	sc, ok := scopes[name]
	if !ok || fixed != "" && name != fixed {
		return sc, name, fail(invalidScope, "scope is invalid")
	}
	return sc, name, nil
}

// readFilters reads the filters of a call. One that is given several times
// takes any of its values.
func (s *Server) readFilters(sc scope, p params.Map) ([]matcher, *apiError) {
	given := p.Group("filters")
	if p.Has("filters") && given == nil {
		return nil, fail(invalidFilter, "filters must be an object")
	}
	var wanted []matcher
	for _, name := range slices.Sorted(maps.Keys(given)) {
		read, ok := sc.filters[name]
		if !ok {
			return nil, fail(invalidFilter, "filter %s is unknown", name)
		}
		var fitting matchers
		for _, value := range given.Values(name) {
			m, ok := read(value, s.clock.now())
			if !ok {
				return nil, fail(invalidFilter, "filter %s is invalid", name)
			}
			fitting = append(fitting, m)
		}
		wanted = append(wanted, fitting.match)
	}
	return wanted, nil
}

// searchPage renders the wanted page of what was found.
//
// Guess: without an order the oldest comes first, as in lists.
func (s *Server) searchPage(r *request, scope string, found []hit) (any, *apiError) {
	page, err := positive(r.params, "page", 1, 0, invalidPage)
	if err != nil {
		return nil, err
	}
	perPage, err := positive(r.params, "per_page", defaultPerPage, maxPerPage, invalidPerPage)
	if err != nil {
		return nil, err
	}
	var bad params.Problems
	order := chronological
	if !r.params.Has("order") {
		s.guess("a search without an order starts with the oldest")
	} else {
		order = r.params.Choice("order", &bad, chronological, reverseChronological)
	}
	if err := refuse(badRequest, bad); err != nil {
		return nil, err
	}
	if order == reverseChronological {
		slices.Reverse(found)
	}
	total := int64(len(found))
	pages := (total + perPage - 1) / perPage
	data := []object{}
	if page <= pages {
		for _, h := range found[(page-1)*perPage : min(page*perPage, total)] {
			data = append(data, h(false))
		}
	}
	return shape.New("search").With(object{
		"data":        data,
		"page":        page,
		"per_page":    perPage,
		"total":       total,
		"total_pages": pages,
		"filters":     echo(r.params.Group("filters")),
		"location":    r.location,
		"order":       order,
		"query":       r.params.Text("query"),
		"scope":       scope,
	}), nil
}

// positive reads a number from 1 up to a limit, 0 for none.
func positive(p params.Map, key string, otherwise, limit int64, code errorCode) (int64, *apiError) {
	if !p.Has(key) {
		return otherwise, nil
	}
	var bad params.Problems
	n := p.Integer(key, &bad)
	if len(bad) > 0 || n < 1 || limit > 0 && n > limit {
		return 0, fail(code, "%s is invalid", key)
	}
	return n, nil
}

// echo returns the filters as they come back: as text.
func echo(filters params.Map) object {
	o := object{}
	for name := range filters {
		if values := filters.Values(name); len(values) == 1 {
			o[name] = values[0]
		} else {
			o[name] = values
		}
	}
	return o
}

// contains matches objects with a text that contains the query.
//
// Guess: upper and lower case are the same, and id: before an id finds that object
// alone, as one client expects.
func (sc scope) contains(query string) matcher {
	if id, named := strings.CutPrefix(query, "id:"); named {
		return func(o object) bool { return o.At("id") == id }
	}
	query = strings.ToLower(query)
	return func(o object) bool {
		return slices.ContainsFunc(sc.texts, func(path string) bool {
			return containsText(o.At(path), query)
		})
	}
}

func containsText(v any, query string) bool {
	m, ok := v.(map[string]any)
	if !ok {
		return strings.Contains(strings.ToLower(plain(v)), query)
	}
	for _, value := range m {
		if containsText(value, query) {
			return true
		}
	}
	return false
}

func (s *Server) searchRoutes() []route {
	return []route{
		{"GET /search", secretKey, s.search("")},
		{"GET /audits/search", secretKey, s.search("audit")},
		{"GET /charges/search", secretKey, s.search("charge")},
		{"GET /charges/schedules/search", secretKey, s.search("charge_schedule")},
		{"GET /customers/search", secretKey, s.search("customer")},
		{"GET /disputes/search", secretKey, s.search("dispute")},
		{"GET /linked_accounts/search", secretKey, s.search("linked_account")},
		{"GET /links/search", secretKey, s.search("link")},
		{"GET /receipts/search", secretKey, s.search("receipt")},
		{"GET /receipts/receipts/search", secretKey, s.search("receipt")},
		{"GET /recipients/search", secretKey, s.search("recipient")},
		{"GET /refunds/search", secretKey, s.search("refund")},
		{"GET /sub_merchants/search", secretKey, s.search("sub_merchant")},
		{"GET /transfers/search", secretKey, s.search("transfer")},
		{"GET /transfers/schedules/search", secretKey, s.search("transfer_schedule")},
	}
}
