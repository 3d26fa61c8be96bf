package webhook

import "github.com/omisekit/omise-go"

// Parse reads the event in the body of a webhook. [omise.Event.Object] returns the
// object in it. Verify the body first, because anybody can invent an event.
//
// It returns an error if the body is not the JSON of an event, or if the event has no
// key or an id that does not begin with evnt_. The error never quotes the body.
//
// See https://docs.omise.co/api-webhooks.
func Parse(body []byte) (*omise.Event, error) {
	switch {
	case len(body) == 0:
		return nil, ErrEmptyBody
	case len(body) > LargestBody:
		return nil, ErrTooLarge
	}
	return omise.ParseEvent(body)
}
