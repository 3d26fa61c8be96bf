package fake

import (
	"net/http"

	"github.com/omisekit/omise-go/internal/fake/shape"
)

// A subMerchant is a team below the team of the account.
type subMerchant struct {
	entity
	name string
}

func (s *Server) subMerchantView(m *subMerchant, _ bool) object {
	return shape.New("sub_merchant").With(object{
		"id":                    m.id,
		"name":                  m.name,
		"live_account_status":   "unsubmitted",
		"parent_team_id":        s.account.team,
		"direct_children_count": 0,
		"level":                 1,
		"created_at":            m.createdAt,
	})
}

func (s *Server) createSubMerchant(r *request) (any, *apiError) {
	if !r.params.Has("name") {
		return nil, fail(badRequest, "name can't be blank")
	}
	m := &subMerchant{
		entity: entity{id: "team_" + s.ids.chars(19), createdAt: s.clock.now()},
		name:   r.params.Text("name"),
	}
	s.subMerchants.add(m)
	return s.subMerchantView(m, false), nil
}

// subMerchantID returns the id of the team that a call names. The name of the header has
// underscores, and not every client writes it in the canonical form.
func subMerchantID(header http.Header) string {
	const name = "SUB_MERCHANT_ID"
	if raw := header[name]; len(raw) > 0 {
		return raw[0]
	}
	return header.Get(name)
}

// subMerchant finds the team that a call names. It returns nil if the call names none.
//
// Guess: only a call that creates a charge uses the header.
func (s *Server) subMerchant(r *request) (*subMerchant, *apiError) {
	if r.subMerchant == "" {
		return nil, nil
	}
	return s.subMerchants.find(r.subMerchant)
}
