package omise

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/omisekit/omise-go/internal/transport"
)

// A route describes one endpoint of the API. Every method of a service passes its route
// to call, list, all, search, searchAll, download or resolve.
type route struct {
	method       string
	path         string // template
	host         host
	key          keyKind
	guard        transport.Guard
	waitsForBank bool // the answer waits for a bank

	paramsOptional bool // params may be nil

	raw       bool   // the path is not in this package
	json      bool   // the body is JSON instead of a form
	stream    bool   // the answer is a file
	otherName string // another name that the object in the answer may have

	// lookup finds the result of a write; it is nil if that cannot be found out. maybeDone
	// reports whether the write may be done although the API refused it; it is nil if a
	// refusal is always true.
	lookup      lookup
	maybeDone   func(apiError) bool
	takesIntent bool // the write makes an object that [WithIntent] can name
}

// A lookup reads the objects that a write may have made or changed. lost says that the
// answer to an attempt was lost.
type lookup interface {
	find(ctx context.Context, c *Client, w *writeRecord, lost bool, opts []RequestOption) (evidence, error)
}

// A lookupFunc is a lookup that needs no data.
type lookupFunc func(ctx context.Context, c *Client, w *writeRecord, lost bool, opts []RequestOption) (evidence, error)

func (f lookupFunc) find(ctx context.Context, c *Client, w *writeRecord, lost bool, opts []RequestOption) (evidence, error) {
	return f(ctx, c, w, lost, opts)
}

// evidence has the objects that a lookup has found.
type evidence struct {
	get      *route      // reads one of the objects
	own      []candidate // objects that this write has made or changed, oldest first
	related  []candidate // objects of other calls with the same intent, oldest first
	possible []candidate // objects that the write may have made
	complete bool        // no other object can exist: the records were read in order, back to before the write, and are current
	other    bool        // the token was used, or the object changed, by another write
	gone     bool        // the object of the write is deleted, and cannot be read

	// unexplained says that the object would allow the write, although the API has refused
	// it. A replica that answers the reads may not show yet what was done.
	unexplained bool

	now apiTime
}

// A candidate is one object of the evidence.
type candidate struct {
	id string
	details
}

// path returns the ids in the path of the route that reads an object.
func (f evidence) path(w *writeRecord, id string) []string {
	all := append(slices.Clone(w.IDs), id)
	return all[len(all)-len(f.get.template().placeholders):]
}

type keyKind int

const (
	keySecret keyKind = iota
	keyPublic
	keyEither    // the public key if there is one
	keyLinksPlus // the key of Payment Links+
)

// get returns a route that reads.
func get(path string) *route {
	return &route{method: http.MethodGet, path: path, guard: transport.Read}
}

// A template is the path of a route, taken apart.
type template struct {
	text         []string // before, between and after the ids
	placeholders []placeholder
}

// unknownSegment is the placeholder for a segment of a raw path that is neither a
// word of the API nor an id.
const unknownSegment = "segment"

// A placeholder is the place of an id in a path.
type placeholder struct {
	name string
	kind kind // kind of the object with this id
}

var templates sync.Map // of *template, by the paths of this package's own routes

func (r *route) template() *template {
	if r.raw {
		return newTemplate(r.path)
	}
	if known, ok := templates.Load(r.path); ok {
		return known.(*template)
	}
	t := newTemplate(r.path)
	templates.Store(r.path, t)
	return t
}

func newTemplate(path string) *template {
	t := &template{}
	for rest, found := path, true; found; {
		var before, name string
		before, rest, found = strings.Cut(rest, "{")
		t.text = append(t.text, before)
		if found {
			name, rest, _ = strings.Cut(rest, "}")
			p := placeholder{name: name}
			if name != unknownSegment {
				p.kind = kindAfter(strings.TrimSuffix(before, "/"))
			}
			t.placeholders = append(t.placeholders, p)
		}
	}
	return t
}

// fill puts the ids into the path. It checks each id first: an empty id would turn a
// get into a list, and a wrong id could reach another endpoint.
func (r *route) fill(ids []string, livemode bool) (string, error) {
	t := r.template()
	path := t.text[0]
	for i, p := range t.placeholders {
		if rule := idRule(ids[i], p.kind, livemode); rule != "" {
			return "", r.refuse(p.name, rule)
		}
		path += ids[i] + t.text[i+1]
	}
	return path, nil
}

// kind returns the kind of object that the last id of the path names.
func (r *route) kind() kind {
	placeholders := r.template().placeholders
	if len(placeholders) == 0 {
		return kindUnknown
	}
	return placeholders[len(placeholders)-1].kind
}

// changesState reports whether a write brings an object into another state.
func (r *route) changesState() bool {
	return r.guard == transport.StateMachine || r.guard == transport.Cumulative || r.method == http.MethodDelete
}

// refuse returns the error of a call that is refused before it is sent. The rule may
// quote text from outside, such as the error of a file, so it is cleaned.
func (r *route) refuse(field, rule string) *ParamError {
	rule = transport.Scrub(rule, longestMessage, transport.Secret{})
	return &ParamError{Method: r.method, PathTemplate: r.path, Field: field, Rule: rule}
}
