package main

import (
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/tools/chaos/job"
)

// A mode is the behaviour of the server on repeated writes, and the options that tell the
// client about it.
type mode struct {
	name   string
	server fake.Options
	client []omise.Option
	tokens bool // charges pay with single-use tokens, not with a saved card
	intent bool // every write names its intent
	bare   bool // writes carry no metadata

	// promises has the kinds of this mode, and for each the reason why it is not done
	// twice.
	promises map[job.Kind]promise

	settles bool // the client waits, looks for a lost write and goes on by itself

	// waits has the kinds whose client looks for a lost write for a minute before it
	// sends the write again.
	waits map[job.Kind]bool
}

// A promise is the reason why a write is not done twice.
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

// keyed reports whether the same call can be repeated because of a key.
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
		name:     "used at arrival", // the client has the option for it
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
	lateness = 150 * time.Millisecond // slowest processing
	attempt  = time.Second            // limit of an attempt, for clients with a limit
	patience = 3 * time.Second        // time after which the server ends a stalled or hung call
)

// The promised processing time is twice the slowest processing. In real time it is ten times
// that, because the machine may be busy.
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

// pauseIfOpen returns the time after which Resolve can say that a write was not done. It is
// the processing time and a margin, because times of the API are in whole seconds and its
// clocks may differ.
func (r run) pauseIfOpen() time.Duration {
	return r.maxProcessingTime() + 2*time.Second + 2*r.trouble.date.Abs() + max(0, -r.trouble.ahead)
}

func (r run) promise() promise { return r.mode.promises[r.kind] }
