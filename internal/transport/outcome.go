package transport

import (
	"net/http"
	"slices"
)

// An Outcome says what is known about a call that did not succeed.
type Outcome int

// The outcomes, from harmless to dangerous.
const (
	NotSent Outcome = iota // nothing of the request was written
	Refused                // the server refused the request and did nothing
	Unknown                // it may have been processed
)

// A Guard says what prevents an operation from being done twice. It decides whether an
// attempt whose outcome is unknown may be repeated.
type Guard int

// The guards of the API's operations.
const (
	None         Guard = iota // nothing: a second attempt may do the work twice
	Read                      // changes nothing
	Repeatable                // the same result when done again: an update, a delete
	StateMachine              // moves an object to a state that it enters only once
	BodyKey                   // carries its idempotency key as a parameter

	// Cumulative may be done several times, such as a capture of a part of a charge. The
	// object shows whether an attempt was done, so the client looks before it sends
	// another.
	Cumulative

	// SingleUse pays with a token or a source, which can be used only once: a second
	// attempt is refused after the first one is done. While the server processes the
	// first one, both may be processed.
	SingleUse

	// SingleUseAtArrival is SingleUse where a second attempt is refused as soon as
	// the first one has arrived.
	SingleUseAtArrival
)

// outcomeOf classifies an answer by its status. explained says that the body is an error
// of the API, and not the page of a proxy or a firewall. Such a page proves nothing
// about a write: the API may have done its work before.
func outcomeOf(status int, explained, write bool) Outcome {
	if status == http.StatusTooManyRequests {
		return Refused
	}
	clientError := status >= 400 && status < 500
	if !write {
		if clientError || explained && status == http.StatusServiceUnavailable {
			return Refused
		}
		return Unknown
	}
	if !clientError {
		return Unknown
	}
	if slices.Contains(unreached, status) || explained && !slices.Contains(undecided, status) {
		return Refused
	}
	return Unknown
}

// undecided are the statuses of 4xx that say nothing about whether a write was done,
// even in an error of the API: the client took too long, another request with the key
// is being processed, or a proxy has closed the connection.
var undecided = []int{
	http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly,
	444, 460, 499, // of nginx and load balancers
}

// unreached are the statuses of 4xx that a server gives before it passes a request
// on.
var unreached = []int{
	http.StatusProxyAuthRequired, http.StatusLengthRequired, http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong,
	http.StatusExpectationFailed, http.StatusMisdirectedRequest, http.StatusUpgradeRequired, http.StatusRequestHeaderFieldsTooLarge,
}

// isFinal reports whether another attempt would end the same way.
func isFinal(status int, outcome Outcome) bool {
	return status < 400 || outcome == Refused && status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable
}
