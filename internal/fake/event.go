package fake

import (
	"encoding/json"
	"time"

	"github.com/omisekit/omise-go/internal/fake/shape"
)

// An event tells what happened. Its data is the object at that time. The data never
// changes, so it is kept encoded.
type event struct {
	entity
	key   string
	about string // id of the object of the event
	data  json.RawMessage
}

// An EventState tells what happened, and when.
type EventState struct {
	ID   string
	Key  string // such as charge.create
	Time time.Time
	Data json.RawMessage // the object at that time
}

// Events returns all events of the account, the oldest first.
func (s *Server) Events() []EventState {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]EventState, len(s.events.all))
	for i, e := range s.events.all {
		all[i] = e.state()
	}
	return all
}

func (e *event) state() EventState {
	return EventState{ID: e.id, Key: e.key, Time: e.createdAt, Data: e.data}
}

// emit records an event about an object.
func (s *Server) emit(key string, data object) {
	id, _ := data["id"].(string)
	e := &event{entity: s.newEntity("evnt"), key: key, about: id, data: shape.Encode(data)}
	s.events.add(e)
	if s.options.Event != nil {
		s.options.Event(s.current, e.state())
	}
	about, ok := s.charges.get(id)
	if ok {
		about.events = append(about.events, e)
	}
	s.announce(e, about)
}

// emitDestroyed records that an object was deleted. The event keeps only its id and kind.
func (s *Server) emitDestroyed(kind, id string) {
	s.emit(kind+".destroy", object{"object": kind, "id": id, "livemode": false, "deleted": true})
}

func (s *Server) eventView(e *event, _ bool) object {
	return shape.New("event").With(object{
		"id":                 e.id,
		"location":           "/events/" + e.id,
		"key":                e.key,
		"data":               e.data,
		"webhook_deliveries": s.deliveryViews(e),
		"created_at":         e.createdAt,
	})
}

// shortEventView renders an event in the list of a charge. It leaves out the parts that
// repeat the charge.
func (s *Server) shortEventView(e *event, _ bool) object {
	return s.eventView(e, false).Without("data", "webhook_deliveries")
}

// Guess: the list has the events about the charge itself, and not the events about its
// refunds and disputes.
func chargeEvents(c *charge) []*event { return c.events }
