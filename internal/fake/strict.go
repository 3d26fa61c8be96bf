package fake

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	apireference "github.com/omisekit/omise-go/internal/reference"
)

// FailureCodes returns the failure codes of charges.
func FailureCodes() []string { return apireference.Read().Enums["charge.failure_code"] }

// endpoints has the endpoints of the reference by operation, without the names of
// identifiers.
var endpoints = sync.OnceValue(func() map[string]apireference.Endpoint {
	known := map[string]apireference.Endpoint{}
	for _, e := range apireference.Read().Endpoints {
		name := apireference.Unnamed(e.Operation())
		// An endpoint can have several entries. They get the parameters of all of them.
		e.Params = slices.Concat(e.Params, known[name].Params)
		known[name] = e
	}
	return known
})

// violations returns the path, parameters and values of a call that the API does not
// have.
func (s *Server) violations(c *Call, r *request) []string {
	operation := c.Method + " " + c.Route
	if c.Route == "" {
		operation = c.Method + " " + c.Path
		return []string{fmt.Sprintf("%s is not an operation of the API; did you mean %s?", operation, nearest(operation, operations()))}
	}
	entry, ok := endpoints()[anonymous(operation)]
	if !ok {
		return nil
	}
	documented := slices.DeleteFunc(slices.Clone(entry.Params), func(p apireference.Param) bool { return !p.InBodyOrQuery() })
	if operation == "POST /charges" { // a charge may describe its source inline
		for _, p := range endpoints()["POST /sources"].Params {
			documented = append(documented, apireference.Param{Name: within("source", p.Name), In: p.In, Type: p.Type})
		}
	}
	var known []string
	for _, p := range documented {
		known = append(known, p.Name)
	}
	violations := wrongValues(c, documented)
	for _, name := range sentNames(r) {
		if !hasParam(entry, name) && !slices.Contains(known, name) {
			hint := nearest(name, known)
			if hint != "" {
				hint = fmt.Sprintf("; did you mean %q?", hint)
			}
			violations = append(violations, fmt.Sprintf("%s has no parameter %q%s", operation, s.redactedName(name), hint))
		}
	}
	slices.Sort(violations)
	return slices.Compact(violations)
}

// hasParam reports whether an endpoint has a parameter with this name, or a group that
// accepts any names around it.
func hasParam(e apireference.Endpoint, name string) bool {
	for _, p := range e.Params {
		free := p.Type == "map" || p.Type == "any" || p.Type == "array" || strings.HasPrefix(p.Type, "array:")
		open, _, isOpen := strings.Cut(p.Name, "<")
		switch {
		case p.Name == name:
			return true
		case free && strings.HasPrefix(name, p.Name+"["):
			return true
		case isOpen && strings.HasPrefix(name, open):
			return true
		case strings.TrimSuffix(p.Name, "[]") == strings.TrimSuffix(name, "[]"):
			return true
		}
	}
	return false
}

// A formParam is a parameter in the notation of forms.
type formParam struct {
	name  string
	value any // a scalar
}

// formParamsOf returns the scalars within a named value.
func formParamsOf(name string, value any) []formParam {
	var formParams []formParam
	switch v := value.(type) {
	case map[string]any:
		for key, element := range v {
			if name != "" {
				key = name + "[" + key + "]"
			}
			formParams = append(formParams, formParamsOf(key, element)...)
		}
	case []any:
		for _, element := range v {
			formParams = append(formParams, formParamsOf(name+"[]", element)...)
		}
	case nil:
	default:
		formParams = []formParam{{name, v}}
	}
	return formParams
}

func sentNames(r *request) []string {
	names := slices.Collect(maps.Keys(r.files))
	for _, l := range formParamsOf("", map[string]any(r.params)) {
		names = append(names, l.name)
	}
	return names
}

// within returns the name of a parameter in a group: a[b] becomes group[a][b].
func within(group, name string) string {
	first, rest, nested := strings.Cut(name, "[")
	if !nested {
		return group + "[" + first + "]"
	}
	return group + "[" + first + "][" + rest
}

// reportViolations calls Options.Strict with every violation of a call.
func (s *Server) reportViolations(c *Call) {
	for _, problem := range c.Unknown {
		s.options.Strict(problem)
	}
}

// nearest returns the most similar of several words, or the empty string.
func nearest(word string, among []string) string {
	best, least := "", len(word)/2+2
	for _, candidate := range among {
		if d := distance(word, candidate); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// distance returns how many letters have to be inserted, deleted or changed to turn a
// into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
