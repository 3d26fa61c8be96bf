package fake

import (
	"time"

	"github.com/omisekit/omise-go/internal/fake/shape"
)

// A Delivery is one attempt to deliver a webhook.
type Delivery struct {
	ID      string
	EventID string
	Key     string // key of the event
	URI     string
	Attempt int // from 1
	Time    time.Time
	Status  int    // status of the answer, 0 if there was no answer
	Error   string // the reason if there was no answer
	Dropped bool   // the fake dropped it on purpose
	Payload []byte
}

// Arrived reports whether the receiver accepted the webhook.
func (d Delivery) Arrived() bool { return d.Status >= 200 && d.Status <= 299 }

// Deliveries returns all attempts so far: first those of the account, then those of
// its chains.
func (s *Server) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Delivery
	for _, home := range s.accounts() {
		for _, d := range home.deliveries.all {
			all = append(all, d.state())
		}
	}
	return all
}

func (d *delivery) state() Delivery {
	return Delivery{
		ID: d.id, EventID: d.event.id, Key: d.event.key, URI: d.uri, Attempt: d.attempt, Time: d.createdAt,
		Status: d.status, Error: d.problem, Dropped: d.dropped, Payload: d.body,
	}
}

// deliveryViews renders the deliveries of an event.
func (s *Server) deliveryViews(e *event) []object {
	views := []object{}
	for _, d := range s.deliveriesOf[e.id] {
		views = append(views, s.deliveryView(d))
	}
	return views
}

// deliveryView renders a delivery. Its time has another form than all other times.
//
// Guess: an attempt without an answer has the status 0.
func (s *Server) deliveryView(d *delivery) object {
	return shape.New("webhook_delivery").With(object{
		"id":         d.id,
		"uri":        d.uri,
		"status":     d.status,
		"key":        d.event.key,
		"error":      shape.OrNull(d.problem),
		"payload":    string(d.body),
		"created_at": d.createdAt.Format("2006-01-02 15:04:05 MST"),
	})
}
