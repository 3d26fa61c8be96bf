package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// An Outcome is what is known about a call that did not succeed.
type Outcome int

// The outcomes, from the harmless to the one that costs money.
const (
	NotSent Outcome = iota // nothing of the request was written
	Refused                // the server said no and did nothing
	Unknown                // it may have been processed
)

// A Guard is what protects an operation from being done twice. It decides
// whether an attempt whose outcome is unknown may be repeated.
type Guard int

// The guards of the API's operations.
const (
	None         Guard = iota // nothing: a second attempt may do the work twice
	Read                      // changes nothing
	Repeatable                // the same result when done again: an update, a delete
	SingleUse                 // pays with a token or a source, which works only once
	StateMachine              // moves an object to a state that it enters only once
	BodyKey                   // carries its idempotency key as a parameter
)

// wire watches one attempt. Only a request that never reached the wire is
// certain not to have been processed.
type wire struct {
	dialing atomic.Bool // a real transport is at work and tells what it does
	written atomic.Bool
	sent    atomic.Int32
}

// attempts returns how often the request was sent or tried: a transport starts
// again by itself where the server has seen nothing.
func (w *wire) attempts() int { return max(1, int(w.sent.Load())) }

func (w *wire) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:          func(string) { w.dialing.Store(true) },
		WroteHeaderField: func(string, []string) { w.written.Store(true) },
		WroteHeaders: func() {
			w.written.Store(true)
			w.sent.Add(1)
		},
	})
}

// outcome classifies an attempt that ended without an answer.
func (w *wire) outcome(err error) Outcome {
	if w.dialing.Load() && !w.written.Load() || neverConnected(err) {
		return NotSent
	}
	return Unknown
}

// neverConnected recognises the errors that precede the first byte, for
// transports that do not report to httptrace.
func neverConnected(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return true
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	_, ok := errors.AsType[tls.RecordHeaderError](err)
	return ok
}

// answered classifies an answer by its status. explained tells whether the
// body is an error of the API rather than a page of something in between.
func answered(status int, explained bool) Outcome {
	switch {
	case status >= 400 && status < 500:
		return Refused
	case status == http.StatusServiceUnavailable && explained:
		return Refused
	}
	return Unknown
}

// passing tells whether a refusal is about the moment, not about the request.
func passing(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable
}
