package fake

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/omisekit/omise-go/internal/fake/network"
	apireference "github.com/omisekit/omise-go/internal/reference"
)

// routing is the routing table. All Servers have the same patterns.
var routing = sync.OnceValue(func() routingTable {
	rs := allRoutes()
	table := routingTable{mux: http.NewServeMux(), routes: make([]templated, len(rs))}
	for i, rt := range rs {
		table.routes[i] = newTemplated(rt)
		if table.routes[i].path == "" {
			table.unknown = i
		}
		table.mux.HandleFunc(rt.pattern, func(w http.ResponseWriter, hr *http.Request) {
			found := w.(*match)
			found.route, found.request = i, hr
		})
	}
	return table
})

// allRoutes returns all routes. Their handlers must not be called.
func allRoutes() []route { return (&Server{common: &common{}}).routes() }

// A routingTable finds the route of a call.
type routingTable struct {
	mux     *http.ServeMux
	routes  []templated
	unknown int // index of the route for unknown paths
}

// A templated is the key and the path of a route.
type templated struct {
	key  keyKind
	path string // such as /charges/{id}; empty for paths that do not exist
}

func newTemplated(rt route) templated {
	_, path, _ := strings.Cut(rt.pattern, " ")
	return templated{key: rt.key, path: strings.ReplaceAll(path, "{$}", "")}
}

// A match is the route that the table finds for a call. It is an http.ResponseWriter
// because the mux reports the route through one.
type match struct {
	network.Memory
	route   int // index in the table
	request *http.Request
}

// match finds the route of a call. The request in the result is a copy from which the
// handler can read the identifiers in the path.
func (rt *routingTable) match(hr *http.Request) *match {
	routed := hr.WithContext(hr.Context())
	routed.URL = &url.URL{Path: normalPath(hr.URL.Path), RawQuery: hr.URL.RawQuery}
	routed.RequestURI = ""
	found := &match{route: rt.unknown, request: routed}
	rt.mux.ServeHTTP(found, routed)
	return found
}

// template returns the path of the route as the reference writes it. Four paths of
// Payment Links+ share one route.
func (m *match) template() string {
	path := routing().routes[m.route].path
	if path != "/external/{first}/{second}" {
		return path
	}
	for _, template := range linksPlusTemplates {
		if fits(template, m.request.URL.Path) {
			return template
		}
	}
	return path
}

// linksPlusTemplates are the paths that readLinksPlus answers.
var linksPlusTemplates = []string{
	"/external/links/{link_id}", "/external/templates/{template_id}",
	"/external/{team_id}/links", "/external/{team_id}/templates",
}

// fits reports whether a path matches a template.
func fits(template, path string) bool {
	want, have := strings.Split(template, "/"), strings.Split(path, "/")
	return slices.EqualFunc(want, have, func(w, h string) bool { return w == h || strings.HasPrefix(w, "{") })
}

// anonymous removes the names from a template, because the reference and the routes
// name the same identifier differently.
func anonymous(template string) string {
	return apireference.Unnamed(template)
}

// operations returns all operations, such as POST /charges/{id}/capture.
func operations() []string {
	all := map[string]bool{}
	for _, rt := range allRoutes() {
		method, path, ok := strings.Cut(rt.pattern, " ")
		switch {
		case !ok:
		case path == "/external/{first}/{second}":
			for _, template := range linksPlusTemplates {
				all[method+" "+template] = true
			}
		default:
			all[method+" "+strings.ReplaceAll(path, "{$}", "")] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// CheckOperation returns an error unless the operation exists. An operation is a method
// and a path or a template of a path.
func CheckOperation(operation string) error {
	known := operations()
	if slices.ContainsFunc(known, func(o string) bool { return fits(o, operation) || anonymous(o) == anonymous(operation) }) {
		return nil
	}
	return fmt.Errorf("fake: there is no operation %q; did you mean %q?", operation, nearest(operation, known))
}

// Is reports whether the call is of an operation. An operation is a method and a path or
// a template of a path.
func (c *Call) Is(operation string) bool {
	method, path, _ := strings.Cut(operation, " ")
	return c.Method == method && (c.Path == path || c.Route != "" && anonymous(c.Route) == anonymous(path))
}
