package fake

import (
	"maps"
	"runtime"
	"slices"
	"strings"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
	"github.com/omisekit/omise-go/internal/fake/testcards"
)

const (
	defaultPerPage = 30
	maxPerPage     = 100
)

// searchChunk is the number of records after which a search releases the lock for a
// moment.
const searchChunk = 500

// A search returns the records that all matchers match. If the query is not empty, a text
// of the record has to contain it as well.
type search func(s *Server, wanted []matcher, query string) found

// found is the result of a search, the oldest record first.
type found struct {
	total int
	view  func(i int) object
}

// searching returns a search of records. With the functions attribute and contains, the
// search need not render every record.
func searching[T record](
	records func(*Server) []T, view func(*Server, T, bool) object,
	attribute func(s *Server, v T, path string) any, contains func(s *Server, v T, query string) bool,
) search {
	return func(s *Server, wanted []matcher, query string) found {
		matches := func(v T) bool {
			if len(wanted) > 0 {
				at := func(path string) any { return attribute(s, v, path) }
				if slices.ContainsFunc(wanted, func(m matcher) bool { return !m(at) }) {
					return false
				}
			}
			return query == "" || contains(s, v, query)
		}
		matching := records(s)
		if len(wanted) > 0 || query != "" {
			matching = matchingOf(s, matching, matches)
		}
		return found{len(matching), func(i int) object { return view(s, matching[i], false) }}
	}
}

func matchingOf[T record](s *Server, records []T, matches func(T) bool) []T {
	var matching []T
	for i, v := range slices.Clone(records) { // letOthersIn lets other calls change records
		if i%searchChunk == searchChunk-1 {
			s.letOthersIn()
		}
		if matches(v) {
			matching = append(matching, v)
		}
	}
	return matching
}

// rendered returns a search that reads the attributes from rendered, expanded records. A
// query searches the texts at the given paths. The search is slow, but fast enough for
// scopes with few records.
func rendered[T record](records func(*Server) []T, view func(*Server, T, bool) object, texts ...string) search {
	return searching(records, view,
		func(s *Server, v T, path string) any { return view(s, v, true).At(path) },
		func(s *Server, v T, query string) bool {
			o := view(s, v, true)
			return slices.ContainsFunc(texts, func(path string) bool { return containsText(o.At(path), query) })
		})
}

// letOthersIn releases the lock for a moment during a call, so that other calls can run.
func (s *Server) letOthersIn() {
	call := s.current
	if call == nil {
		return // time is moving, and no other call may run meanwhile
	}
	declining := s.declining
	s.current, s.declining = nil, testcards.Succeeds
	s.mu.Unlock()
	runtime.Gosched()
	s.mu.Lock()
	s.current, s.declining = call, declining
}

// answerSearch answers a search in the fixed scope. If fixed is empty, it searches in
// the scope that the call names.
func (s *Server) answerSearch(fixed string) handler {
	return func(r *request) (any, *apiError) {
		sc, name, err := searchScope(fixed, r.params)
		if err != nil {
			return nil, err
		}
		wanted, err := s.readFilters(sc, r.params)
		if err != nil {
			return nil, err
		}
		// Guess: the prefix id: finds only the object with that id, because one client expects this.
		query := r.params.Text("query")
		if id, named := strings.CutPrefix(query, "id:"); named {
			wanted = append(wanted, func(at attributes) bool { return at("id") == id })
			query = ""
		}
		return s.searchPage(r, name, sc.search(s, wanted, query))
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

// readFilters reads the filters of a call. A filter with several values matches each of
// the values.
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
		var matchers []matcher
		for _, value := range given.Values(name) {
			m, ok := read(value, s.clock.now())
			if !ok {
				return nil, fail(invalidFilter, "filter %s is invalid", name)
			}
			matchers = append(matchers, m)
		}
		wanted = append(wanted, anyOf(matchers))
	}
	return wanted, nil
}

// searchPage renders the requested page of the result.
//
// Guess: if the call gives no order, the oldest record comes first, as in lists.
func (s *Server) searchPage(r *request, scope string, result found) (any, *apiError) {
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
		s.guess("a search without an order starts with the oldest record")
	} else {
		order = r.params.Choice("order", &bad, chronological, reverseChronological)
	}
	if err := refuse(badRequest, bad); err != nil {
		return nil, err
	}
	total := int64(result.total)
	pages := (total + perPage - 1) / perPage
	data := []object{}
	if page <= pages {
		for i := (page - 1) * perPage; i < min(page*perPage, total); i++ {
			n := i
			if order == reverseChronological {
				n = total - 1 - i
			}
			data = append(data, result.view(int(n)))
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

// positive reads a number from 1 to limit. A limit of 0 is no limit. If the call does not
// have the parameter, positive returns the value otherwise.
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

// echo returns the filters as the answer shows them: as text.
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

// containsText reports whether a text in v contains a query.
func containsText(v any, query string) bool {
	m, ok := v.(map[string]any)
	if !ok {
		return containsFold(params.Text(v), query)
	}
	for _, value := range m {
		if containsText(value, query) {
			return true
		}
	}
	return false
}

// containsFold reports whether text contains a query.
//
// Guess: a query ignores upper and lower case.
func containsFold(text, query string) bool {
	for ; len(text) >= len(query); text = text[1:] {
		if strings.EqualFold(text[:len(query)], query) {
			return true
		}
	}
	return false
}

func (s *Server) searchRoutes() []route {
	return []route{
		{"GET /search", secretKey, s.answerSearch("")},
		{"GET /audits/search", secretKey, s.answerSearch("audit")},
		{"GET /charges/search", secretKey, s.answerSearch("charge")},
		{"GET /charges/schedules/search", secretKey, s.answerSearch("charge_schedule")},
		{"GET /customers/search", secretKey, s.answerSearch("customer")},
		{"GET /disputes/search", secretKey, s.answerSearch("dispute")},
		{"GET /linked_accounts/search", secretKey, s.answerSearch("linked_account")},
		{"GET /links/search", secretKey, s.answerSearch("link")},
		{"GET /receipts/search", secretKey, s.answerSearch("receipt")},
		{"GET /receipts/receipts/search", secretKey, s.answerSearch("receipt")},
		{"GET /recipients/search", secretKey, s.answerSearch("recipient")},
		{"GET /refunds/search", secretKey, s.answerSearch("refund")},
		{"GET /sub_merchants/search", secretKey, s.answerSearch("sub_merchant")},
		{"GET /transfers/search", secretKey, s.answerSearch("transfer")},
		{"GET /transfers/schedules/search", secretKey, s.answerSearch("transfer_schedule")},
	}
}
