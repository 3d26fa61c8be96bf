package omise

import (
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"

	"github.com/omisekit/omise-go/internal/form"
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

	raw    bool    // the path is none of this package's
	json   bool    // the body is JSON instead of a form
	stream bool    // the answer is a file
	also   string  // another name that the object in the answer may go by
	finder *finder // how to find out what became of it, if there is a way
}

type host int

const (
	hostAPI host = iota
	hostVault
	hostLinksPlus
	hostCount
)

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
	text []string // before, between and after the ids
	gaps []gap
}

// A gap is where an id goes.
type gap struct {
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
			t.gaps = append(t.gaps, gap{name, kindAfter(strings.TrimSuffix(before, "/"))})
		}
	}
	return t
}

// fill puts the ids into the path. Each is checked first: an empty one would
// turn a get into a list, a wrong one could reach another endpoint.
func (r *route) fill(ids []string, livemode bool) (string, error) {
	t := r.template()
	path := t.text[0]
	for i, gap := range t.gaps {
		if rule := idRule(ids[i], gap.kind, livemode); rule != "" {
			return "", r.refuse(gap.name, rule)
		}
		path += ids[i] + t.text[i+1]
	}
	return path, nil
}

// kind returns the kind of object that the last id of the path names.
func (r *route) kind() kind {
	gaps := r.template().gaps
	if len(gaps) == 0 {
		return kindUnknown
	}
	return gaps[len(gaps)-1].kind
}

// refuse says what is wrong with a call before it is sent. The rule may quote
// somebody else, such as the reader of a file.
func (r *route) refuse(field, rule string) *ParamError {
	rule = transport.Scrubber(transport.Secret{})(rule, longestMessage)
	return &ParamError{Method: r.method, PathTemplate: r.path, Field: field, Rule: rule}
}

// encoded is what a request carries, in its query or its body.
type encoded struct {
	text        string
	contentType string
}

// encode checks the parameters and brings them into the API's form.
func (r *route) encode(params any, o *callOptions) (encoded, error) {
	if isNil(params) {
		if r.guard != transport.Read && !r.bare {
			return encoded{}, r.refuse("params", "must not be nil")
		}
		params = nil
	}
	if problem := r.check(params, o); problem != nil {
		return encoded{}, r.refuse(problem.Field, problem.Rule)
	}
	var e encoded
	var err error
	switch extra := r.extra(params, o); {
	case r.json:
		e.contentType = "application/json"
		e.text, err = form.EncodeJSON(params, extra)
	case isUpload(params):
		var problem *form.Problem
		e.text, e.contentType, problem = form.EncodeFile(params, extra, params.(upload).file())
		if problem != nil {
			return encoded{}, r.refuse(problem.Field, problem.Rule)
		}
	default:
		e.contentType = "application/x-www-form-urlencoded"
		e.text, err = form.Encode(params, extra)
	}
	switch {
	case err != nil:
		return encoded{}, r.refuse("params", "cannot be encoded: "+err.Error())
	case e.text == "":
		return encoded{}, nil
	}
	return e, nil
}

// check finds what is wrong with the params of a call or its options.
func (r *route) check(params any, o *callOptions) *form.Problem {
	if problem := form.Check(params); problem != nil {
		return problem
	}
	if p, ok := params.(interface{ check() *form.Problem }); ok {
		if problem := p.check(); problem != nil {
			return problem
		}
	}
	return o.check(r)
}

// extra returns what is sent beside the params. A route that keeps its
// idempotency key in the body gets one there, and an object that is to be found
// again its mark.
func (r *route) extra(params any, o *callOptions) url.Values {
	p, ok := params.(interface{ idempotencyKey() string })
	keyed := r.guard == transport.BodyKey && !(ok && p.idempotencyKey() != "")
	if !keyed && o.intent == "" {
		return o.extra
	}
	extra := maps.Clone(o.extra)
	if extra == nil {
		extra = url.Values{}
	}
	if keyed && !extra.Has("idemp_key") {
		extra.Set("idemp_key", o.idempotencyKey)
	}
	if o.intent != "" {
		extra.Set("metadata["+IntentKey+"]", o.intent)
	}
	return extra
}

// An upload is params that carry a file.
type upload interface{ file() *form.File }

func isUpload(params any) bool {
	_, ok := params.(upload)
	return ok
}

// guardOf returns the guard of the call: that of its route, unless it depends
// on the params.
func guardOf(r *route, params any) transport.Guard {
	if p, ok := params.(interface{ guard() transport.Guard }); ok && !isNil(params) {
		return p.guard()
	}
	return r.guard
}

func isNil(params any) bool {
	v := reflect.ValueOf(params)
	return v.Kind() == reflect.Pointer && v.IsNil()
}
