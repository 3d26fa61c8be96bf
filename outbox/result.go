package outbox

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/omisekit/omise-go"
)

// A Result is the state of an intent. The handler of [OnResult] gets it, and [Box.Wait]
// returns it.
type Result struct {
	Intent  string
	Kind    Kind
	Attempt int // from 1

	// State is Waiting, Done, Declined, Refused, Review or Duplicated. The handler gets
	// each state at most once per attempt, unless a person decides: after [Box.Decide] it
	// may get the same state of the same attempt again. Another state follows Waiting.
	State State

	// The object, if there is one: Charge for a charge and for a capture. A result of
	// [Box.Wait] may have only its id, if the object cannot be read.
	ObjectID string
	Charge   *omise.Charge
	Refund   *omise.Refund
	Transfer *omise.Transfer

	// Err says why a request was refused, as an [*omise.Error] or an
	// [*omise.ParamError], or why evidence does not decide.
	Err error

	// Candidates are ids of objects that may be the object of the intent, or the ids of
	// several objects that belong to it although only one should.
	Candidates []string

	Story []Entry // the last 50 changes, the oldest first
}

// result describes the row.
func (r *row) result(model any) *Result {
	result := &Result{
		Intent: r.Intent, Kind: r.Kind, Attempt: int(r.Attempt), State: r.State,
		ObjectID: r.ObjectID, Err: r.failure(), Story: r.story(),
	}
	_ = json.Unmarshal([]byte(r.Candidates), &result.Candidates) // "" has no candidates
	switch o := model.(type) {
	case *omise.Charge:
		result.Charge = o
	case *omise.Refund:
		result.Refund = o
	case *omise.Transfer:
		result.Transfer = o
	}
	return result
}

// setObject gives the row the state of its object. Nothing more is sent, so the time after
// which no other object can appear is known, too. A charge that was refunded in full pays
// nothing, so a person decides.
func (b *Box) setObject(r *row, o object) {
	b.setNoObjectAfter(r, factsOf(o.model).created)
	r.State, r.ObjectID, r.object, r.Tries = o.state, o.id, o.model, 0
	r.Failure, r.Candidates = "", ""
	r.dropParams()
	if charge, ok := o.model.(*omise.Charge); ok && r.Kind == KindCharge && isReturned(charge) {
		r.giveToPerson(Review, "the charge was refunded in full", []string{o.id})
	}
}

// isReturned reports whether all the money of a charge was refunded.
func isReturned(c *omise.Charge) bool {
	return c.Paid && c.RefundedAmount > 0 && c.RefundedAmount >= capturedAmount(c)
}

// setNoObjectAfter sets the time after which no object can be made, if it is not known yet. sent
// is a time by the clock of the records that is not before the last request.
func (b *Box) setNoObjectAfter(r *row, sent time.Time) {
	if r.NoObjectAfter == 0 {
		r.NoObjectAfter = b.noObjectAfter(sent)
	}
}

// dropParams drops the params, with the token and personal data. They are not needed after
// the object exists or the attempt has ended.
func (r *row) dropParams() { r.Params = "" }

// refuse ends the attempt, because the API or the checks have refused it. Another
// intent may then use its token or source.
func (b *Box) refuse(r *row, err error) {
	r.State, r.Failure, r.Tries = Refused, storeFailure(err), 0
	r.SingleUse.Valid = false
	r.dropParams()
}

// objectMissing gives a row to a person because the API does not have its object: a transfer was
// deleted, or a person has decided on a wrong id.
func (r *row) objectMissing() { r.wrongObject("the API has no object with this id") }

// wrongObject gives a row to a person and takes its object away.
func (r *row) wrongObject(reason string) {
	r.giveToPerson(Review, reason, []string{r.ObjectID})
	r.ObjectID = ""
	r.addEntry(Entry{})
}

// giveToPerson gives the row to a person.
func (r *row) giveToPerson(to State, reason string, candidates []string) {
	r.State, r.Failure, r.Tries = to, storeFailure(errors.New(reason)), 0
	text, err := json.Marshal(candidates)
	if err == nil { // always: ids are plain text
		r.Candidates = string(text)
	}
	if to == Duplicated { // it is not sent again
		r.dropParams()
	}
}
