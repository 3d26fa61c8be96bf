package fake

import "github.com/omisekit/omise-go/internal/fake/shape"

// A routingRule is one version of the rules that choose a payment back end.
type routingRule struct {
	entity
	comment        string
	defaultBackend string
}

// An audit records a change of the routing rules.
type audit struct {
	entity
	description string
}

// routingRuleView renders a rule. The newest rule is the current one.
func (s *Server) routingRuleView(rule *routingRule, _ bool) object {
	all := s.routingRules.all
	return shape.New("routing_group_rule").With(object{
		"id":              rule.id,
		"comment":         shape.OrNull(rule.comment),
		"default_backend": shape.OrNull(rule.defaultBackend),
		"is_current":      rule == all[len(all)-1],
		"created_at":      rule.createdAt,
	})
}

// createRoutingRule makes a rule. The rule has no effect on charges.
//
// Guess: the parameters have the names of the attributes. The names on other pages, name
// and provider, are accepted as well.
func (s *Server) createRoutingRule(r *request) (any, *apiError) {
	rule := &routingRule{comment: r.params.Text("comment"), defaultBackend: r.params.Text("default_backend")}
	if rule.comment == "" {
		rule.comment = r.params.Text("name")
	}
	if rule.defaultBackend == "" {
		rule.defaultBackend = r.params.Text("provider")
	}
	if rule.defaultBackend == "" {
		return nil, fail(badRequest, "default_backend can't be blank")
	}
	rule.entity = s.newEntity("rgrl")
	s.routingRules.add(rule)
	s.audits.add(&audit{
		entity:      s.newEntity("audt"),
		description: "Routing rules switched to " + rule.id,
	})
	return s.routingRuleView(rule, false), nil
}

func (s *Server) auditView(a *audit, _ bool) object {
	return shape.New("audit").With(object{
		"id":             a.id,
		"actor_email":    s.account.email,
		"auditable_type": "routing_group",
		"auditable_uid":  s.account.routingGroup,
		"description":    a.description,
		"created_at":     a.createdAt,
	})
}
