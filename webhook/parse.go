package webhook

import "github.com/omisekit/omise-go"

// Parse reads the event in the body of a webhook. [omise.Event.Object] gives the
// object in it. Anybody can invent an event: verify the body first.
//
// A body that is no JSON or no event is an error, as is an event without a key or
// with an id that does not begin with evnt_. The error never quotes the body.
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
