package main

import (
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/tools/chaos/job"
)

// A mode is how the client is told of what keeps a write from being done twice.
type mode struct {
	name   string
	server fake.Options
	client []omise.Option
	tokens bool // charges pay with single-use tokens, not with a saved card
	intent bool // every write names its intent
	bare   bool // writes carry no metadata

	// promises are the kinds of this mode, and what keeps each from being done twice.
	promises map[job.Kind]promise

	settles bool // the client may wait, look and go on by itself

	// waits are the kinds whose client looks for a lost write for a minute, before it
	// sends the write again.
	waits map[job.Kind]bool
}

// A promise is why a write is not done twice.
type promise string

const (
	nothing   promise = "nothing"
	byKey     promise = "key honoured"
	byBodyKey promise = "idemp_key honoured"
	singleUse promise = "token pays once"
	atArrival promise = "token used at arrival"
	oneWay    promise = "state entered once"
	inTime    promise = "processed and listed in time"
)

// keyed reports whether the same call again does no harm, by a key.
func (p promise) keyed() bool { return p == byKey || p == byBodyKey }

var keysIgnored = []omise.Option{omise.WithIdempotencyKeys(omise.KeysIgnored)}

var modes = []mode{
	{
		name:     "keys honoured",
		server:   fake.Options{HonourKeys: true},
		client:   []omise.Option{omise.WithIdempotencyKeys(omise.KeysHonoured)},
		promises: map[job.Kind]promise{job.Charge: byKey, job.Refund: byKey, job.Transfer: byKey},
	},
	{
		name:   "single use", // the defaults
		tokens: true,
		promises: map[job.Kind]promise{
			job.Charge: singleUse, job.Refund: nothing, job.Transfer: byBodyKey, job.Capture: oneWay, job.Delete: oneWay,
		},
		waits: map[job.Kind]bool{job.Charge: true},
	},
	{
		name:     "no metadata",
		tokens:   true,
		bare:     true,
		promises: map[job.Kind]promise{job.Charge: singleUse},
		waits:    map[job.Kind]bool{job.Charge: true},
	},
	{
		name:     "used at arrival", // and the client was told
		client:   []omise.Option{omise.WithTokensUsedAtArrival()},
		tokens:   true,
		promises: map[job.Kind]promise{job.Charge: atArrival},
	},
	{
		name:     "no guard",
		server:   fake.Options{IgnoreIdempKeys: true},
		client:   keysIgnored,
		intent:   true,
		promises: unguarded,
	},
	{
		name:     "no guard, no intent",
		server:   fake.Options{IgnoreIdempKeys: true},
		client:   keysIgnored,
		bare:     true,
		promises: unguarded,
	},
	{
		name:     "processing time",
		server:   fake.Options{IgnoreIdempKeys: true},
		client:   keysIgnored,
		intent:   true,
		settles:  true,
		promises: map[job.Kind]promise{job.Charge: inTime, job.Refund: inTime, job.Transfer: inTime},
	},
}

var unguarded = map[job.Kind]promise{job.Charge: nothing, job.Refund: nothing, job.Transfer: nothing}

const (
	lateness = 150 * time.Millisecond // of the slowest processing
	attempt  = time.Second            // limit of one attempt of a client that has one
	patience = 3 * time.Second        // after which the server gives up a stalled or hung call
)

// What is promised of the slowest processing: twice what it is, or ten times
// where a busy machine may add to it.
const (
	maxProcessingTime     = 2 * lateness
	realMaxProcessingTime = 10 * lateness
)

func (r run) maxProcessingTime() time.Duration {
	if r.port {
		return realMaxProcessingTime
	}
	return maxProcessingTime + r.trouble.lag + r.trouble.late
}

// pauseIfOpen is when Resolve can say that something was not done: after the time that
// the API may take. Times of the API are in whole seconds, and its clocks may disagree.
func (r run) pauseIfOpen() time.Duration {
	return r.maxProcessingTime() + 2*time.Second + 2*r.trouble.date.Abs()
}

func (r run) promise() promise { return r.mode.promises[r.kind] }
