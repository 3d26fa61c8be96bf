package webhook

import "github.com/omisekit/omise-go"

// Parse reads the event in the body of a webhook. [omise.Event.Object] gives the
// object in it. What was not verified first may be anybody's invention.
//
// What is no JSON, no event, or an event without an id or a key is an error,
// which never quotes the body.
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
