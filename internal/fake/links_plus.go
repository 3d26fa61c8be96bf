package fake

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

// Payment Links+ is a separate product. It has its own key, and its identifiers are
// numbers.

const (
	firstLinksPlusLink = 789
	maxLinkName        = 45
	maxLinkNote        = 255
	minLinkAmount      = 100
)

// A linksPlusTemplate is a template for links.
type linksPlusTemplate struct {
	entity
	team int64
}

// A linksPlusLink is a payment page.
type linksPlusLink struct {
	entity
	template      *linksPlusTemplate
	name          string
	currency      string
	amount        int64
	multipleUsage bool
	additional    string
	page          string
}

// numbered returns an entity whose identifier is a number.
func (s *Server) numbered(n int) entity {
	return entity{id: strconv.Itoa(n), createdAt: s.clock.now()}
}

// number returns the identifier as answers show it.
func (e *entity) number() int64 {
	n, _ := strconv.ParseInt(e.id, 10, 64)
	return n
}

func (s *Server) linksPlusTemplateView(t *linksPlusTemplate, _ bool) object {
	return shape.New("links_plus_template").With(object{
		"id":         t.number(),
		"team_id":    t.team,
		"created_by": 3590,
		"name":       "Running shoes",
		"language":   "th",
		"status":     "active",
	})
}

func (s *Server) linksPlusLinkView(l *linksPlusLink, _ bool) object {
	return shape.New("links_plus_link").With(object{
		"id":              l.number(),
		"name":            l.name,
		"currency":        l.currency,
		"amount":          l.amount,
		"multiple_usage":  l.multipleUsage,
		"additional":      shape.OrNull(l.additional),
		"transaction_url": "https://linksplus.omise.co/" + l.page,
		"state":           "pending",
		"status":          "active",
		"template_id":     l.template.number(),
		"team_id":         l.template.team,
		"created_at":      l.createdAt,
	})
}

// createLinksPlusLink makes a link. The fake has no page on which it can be paid.
//
// Guess: all messages except the message for a template_id that is not a number.
func (s *Server) createLinksPlusLink(r *request) (any, *apiError) {
	p := r.params
	var bad params.Problems
	template := s.linksPlusTemplate(p, &bad)
	l := &linksPlusLink{
		template:      template,
		name:          p.Text("name"),
		currency:      p.Text("currency"),
		amount:        s.linksPlusNumber(p, "amount", &bad),
		multipleUsage: p.Boolean("multiple_usage", false, &bad),
		additional:    p.Text("additional"),
	}
	if l.currency == "" {
		l.currency = strings.ToLower(s.country.Currency)
	}
	if l.name == "" {
		bad.Add(`"name" is required`)
	}
	checkLength("name", l.name, maxLinkName, &bad)
	checkLength("additional", l.additional, maxLinkNote, &bad)
	if len(bad) == 0 && l.amount < minLinkAmount {
		bad.Add(`"amount" must be greater than or equal to %d`, minLinkAmount)
	}
	if !s.accepts(strings.ToUpper(l.currency)) {
		bad.Add(`"currency" is not supported`)
	}
	if err := refuse(badRequest, bad); err != nil {
		return nil, err
	}
	l.page = s.ids.chars(12)
	l.entity = s.numbered(firstLinksPlusLink + len(s.linksPlusLinks.all))
	s.linksPlusLinks.add(l)
	return s.linksPlusLinkView(l, false), nil
}

// linksPlusTemplate finds the template that the parameters name, with its team.
func (s *Server) linksPlusTemplate(p params.Map, bad *params.Problems) *linksPlusTemplate {
	var unreadable params.Problems
	id := s.linksPlusNumber(p, "template_id", &unreadable)
	team := s.linksPlusNumber(p, "team_id", &unreadable)
	t, ok := s.linksPlusTemplates.get(strconv.FormatInt(id, 10))
	if len(unreadable) == 0 && (!ok || t.team != team) {
		unreadable.Add(`"template_id" is not a template of the team`)
	}
	*bad = append(*bad, unreadable...)
	return t
}

func (s *Server) linksPlusNumber(p params.Map, key string, bad *params.Problems) int64 {
	var unreadable params.Problems
	n := p.Integer(key, &unreadable)
	switch {
	case !p.Has(key):
		bad.Add(`"%s" is required`, key)
	case len(unreadable) > 0:
		bad.Add(`"%s" must be a number`, key)
	}
	return n
}

func checkLength(key, text string, limit int, bad *params.Problems) {
	if utf8.RuneCountInString(text) > limit {
		bad.Add(`"%s" length must be less than or equal to %d characters long`, key, limit)
	}
}

// readLinksPlus answers four kinds of calls, because a mux cannot tell their patterns
// apart: a link, a template, and a team's lists of links and of templates.
//
// Guess: these lists have the form of all other lists.
func (s *Server) readLinksPlus(r *request) (any, *apiError) {
	first, second := r.id("first"), r.id("second")
	switch {
	case first == "links":
		return readNumbered(s.linksPlusLinks, "link_id", second, s.linksPlusLinkView)
	case first == "templates":
		return readNumbered(s.linksPlusTemplates, "template_id", second, s.linksPlusTemplateView)
	case second == "links":
		return listNumbered(s, r, s.linksPlusLinks, s.linksPlusLinkView,
			func(l *linksPlusLink) int64 { return l.template.team })
	case second == "templates":
		return listNumbered(s, r, s.linksPlusTemplates, s.linksPlusTemplateView,
			func(t *linksPlusTemplate) int64 { return t.team })
	}
	return s.unknownPath(r)
}

func readNumbered[T record](st *store[T], key, id string, render view[T]) (any, *apiError) {
	if _, err := strconv.ParseInt(id, 10, 64); err != nil {
		return nil, fail(badRequest, `"%s" must be a number`, key)
	}
	v, err := st.find(id)
	if err != nil {
		return nil, err
	}
	return render(v, false), nil
}

func listNumbered[T record](s *Server, r *request, st *store[T], render view[T], team func(T) int64) (any, *apiError) {
	wanted, err := strconv.ParseInt(r.id("first"), 10, 64)
	if err != nil {
		return nil, fail(badRequest, `"team_id" must be a number`)
	}
	items := slices.DeleteFunc(slices.Clone(st.all), func(v T) bool { return team(v) != wanted })
	return answerList(s, r, items, render)
}
