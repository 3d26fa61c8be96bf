package omise

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/omisekit/omise-go/internal/transport"
)

// A route is one endpoint of the API as data. Every method of every service is
// a route and one generic call.
type route struct {
	method string
	path   string // template
	host   host
	key    keyKind
	guard  transport.Guard
	bank   bool // a bank has to answer first

	// bare says that the call makes sense without parameters, so nil is not a
	// mistake.
	bare bool

	raw    bool   // the path is not one of this package
	json   bool   // the body is JSON instead of a form
	stream bool   // the answer is a file
	also   string // another name that the object in the answer may have

	// lookup finds out what became of a write, and doubtful reports whether a
	// refusal of it may hide that it was done before. nil where there is no way.
	lookup   lookup
	doubtful func(apiError) bool
	named    bool // the write makes an object that [WithIntent] can name
}

// A lookup reads what the API has about a write. lost says that the answer to an
// attempt was lost.
type lookup func(ctx context.Context, c *Client, w *writeRecord, lost bool, opts []RequestOption) (findings, error)

// findings are what a lookup has read.
type findings struct {
	get      *route // reads one of the objects
	own      []find // objects that this write has made or changed, oldest first
	related  []find // objects of other calls with the same intent, oldest first
	possible []find // objects that may be its work
	complete bool   // nothing else can be there: the records were read in order, back to before the write, and are current
	other    bool   // the token was used, or the object changed, by another write
	gone     bool   // the own object is deleted, and cannot be read
	now      apiTime
}

// A find is one object of the findings.
type find struct {
	id string
	details
}

// path returns the ids in the path of the route that reads an object.
func (f findings) path(w *writeRecord, id string) []string {
	all := append(slices.Clone(w.IDs), id)
	return all[len(all)-len(f.get.template().placeholders):]
}

type keyKind int

const (
	keySecret keyKind = iota
	keyPublic
	keyEither    // the public key where there is one
	keyLinksPlus // that of Payment Links+
)

// get makes a route that reads; most do.
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

// A placeholder is where an id goes.
type placeholder struct {
	name string
	kind kind // whose id it is
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

// fill puts the ids into the path. Each is checked first: an empty one would
// turn a get into a list, a wrong one could reach another endpoint.
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

// refuse says what is wrong with a call before it is sent. The rule may quote
// somebody else, such as the reader of a file.
func (r *route) refuse(field, rule string) *ParamError {
	rule = transport.Scrubber(transport.Secret{})(rule, longestMessage)
	return &ParamError{Method: r.method, PathTemplate: r.path, Field: field, Rule: rule}
}
