package outbox

import (
	"fmt"
	"slices"
)

// A State is the state of an intent.
type State string

// The states of an intent. docs/outbox.md has them in a diagram.
const (
	Ready      State = "ready"      // the API has nothing of this attempt
	Sending    State = "sending"    // the attempt is recorded and may have been sent
	Unknown    State = "unknown"    // an answer was lost, or a worker died while sending; evidence decides
	Waiting    State = "waiting"    // the object exists; the payer or the bank has to act
	Done       State = "done"       // paid, authorized, captured, refunded, sent to the bank
	Declined   State = "declined"   // the object exists and has failed; [Box.Again] makes another attempt
	Refused    State = "refused"    // the API or the checks have refused it and nothing exists; [Box.Again] makes another attempt
	Review     State = "review"     // evidence does not decide; [Box.Decide] is for a person
	Duplicated State = "duplicated" // more than one object exists; a person gives one back, then [Box.Decide]
)

// transitions are the allowed changes of state. Every change is one UPDATE, whose condition
// has the old state and the old fencing number.
var transitions = map[State][]State{
	Ready:      {Sending},
	Sending:    {Ready, Unknown, Waiting, Done, Declined, Refused},
	Unknown:    {Ready, Waiting, Done, Declined, Refused, Review, Duplicated},
	Waiting:    {Done, Declined, Review},
	Done:       {Duplicated, Review},
	Declined:   {Ready, Review},
	Refused:    {Ready, Review},
	Review:     {Ready, Refused, Unknown},
	Duplicated: {Unknown},
}

// reportable reports whether a state is reported to the handler.
func (s State) reportable() bool {
	return s.ended() || s == Waiting || s == Review || s == Duplicated
}

// isKnown reports whether this release knows the state.
func (s State) isKnown() bool { return transitions[s] != nil }

// ended reports whether the attempt has ended.
func (s State) ended() bool { return s == Done || s == Declined || s == Refused }

func (s State) check(to State) error {
	if s != to && !slices.Contains(transitions[s], to) {
		return fmt.Errorf("outbox: there is no way from %s to %s", s, to)
	}
	return nil
}
