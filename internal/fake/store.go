package fake

import (
	"slices"
	"time"

	"github.com/omisekit/omise-go/internal/fake/shape"
)

// An entity has the fields that all stored records share.
type entity struct {
	id        string
	createdAt time.Time
	copy      any // only while the world is copied: the copy of this record, if it is made
}

func (e *entity) self() *entity      { return e }
func (e *entity) identity() string   { return e.id }
func (e *entity) created() time.Time { return e.createdAt }

func (s *Server) newEntity(prefix string) entity {
	return entity{id: s.ids.next(prefix), createdAt: s.clock.now()}
}

// A record can be stored in a store.
type record interface {
	comparable
	identity() string
	created() time.Time
}

// A store has the records of one kind in the order of their creation. This is also the
// order of their creation times, because time never goes back.
type store[T record] struct {
	kind string // kind of the records, for error messages
	all  []T
	byID map[string]T // nil until the first search for an id
}

func newStore[T record](kind string) *store[T] {
	return &store[T]{kind: kind}
}

func (st *store[T]) add(v T) {
	st.all = append(st.all, v)
	if st.byID != nil {
		st.byID[v.identity()] = v
	}
}

func (st *store[T]) remove(v T) {
	delete(st.byID, v.identity())
	st.all = slices.DeleteFunc(st.all, func(other T) bool { return other == v })
}

// get returns the record with an id. It reports false if there is no such record.
func (st *store[T]) get(id string) (v T, ok bool) {
	if st.byID == nil {
		st.byID = make(map[string]T, len(st.all))
		for _, v := range st.all {
			st.byID[v.identity()] = v
		}
	}
	v, ok = st.byID[id]
	return v, ok
}

func (st *store[T]) find(id string) (T, *apiError) {
	v, ok := st.get(id)
	if !ok {
		return v, failNotFound(st.kind, id)
	}
	return v, nil
}

// An object is an API object as answers show it.
type object = shape.Object

// A view renders a record. With expand, its expandable ids become objects.
type view[T record] func(v T, expand bool) object

// reference renders an expandable attribute: null, an id, or the object. For a deleted
// object it renders the id.
func reference[T record](id string, expand bool, st *store[T], render view[T]) any {
	if v, ok := st.get(id); ok && expand {
		return render(v, false)
	}
	return shape.OrNull(id)
}
