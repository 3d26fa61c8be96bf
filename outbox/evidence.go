package outbox

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/omisekit/omise-go"
)

// This file collects evidence. An object belongs to an attempt if its metadata have the
// mark of the attempt; no other attribute counts. A capture has no metadata, so the
// state of the charge counts.
//
// Resolve and ResolveIntent of the client judge one write, by the clock of the process.
// Here, one read of a list serves hundreds of rows, and only the clock of the records
// counts.

// An object is an object at the API that belongs to an intent.
type object struct {
	id      string
	attempt int64 // the attempt that made it, or elsewhere
	state   State // Waiting, Done or Declined
	model   any
}

// outsideOutbox replaces the number of the attempt if a call outside the outbox has made an
// object with the same intent and amount.
const outsideOutbox = 0

// evidence has the objects at the API that belong, or may belong, to a row.
type evidence struct {
	asOf    time.Time // by the clock of the records: every object that was made before is seen
	objects []object

	// similar are objects without a mark that are otherwise as the attempt would have
	// made them. Their metadata may have been replaced.
	similar []object

	// parentMissing says that the API does not have the charge of a refund or a capture. The
	// place that was read does not know it, so it proves nothing.
	parentMissing bool
}

// moneyObjects returns the objects that move money or may still move it.
func (e *evidence) moneyObjects() (all []object) {
	for _, o := range e.objects {
		if o.state != Declined {
			all = append(all, o)
		}
	}
	return all
}

// stateOf returns the state of an intent that has this object. A charge that is to be
// captured later is done when it is authorized.
func stateOf(model any) State {
	switch o := model.(type) {
	case *omise.Charge:
		switch {
		case o.Paid:
			return Done
		case o.Failure() != nil, o.Expired, o.Reversed,
			o.Status == omise.ChargeStatusExpired, o.Status == omise.ChargeStatusReversed:
			return Declined
		case o.Authorized && !o.Capture:
			return Done
		}
		return Waiting
	case *omise.Transfer:
		switch {
		case o.FailureCode != "" && !o.WillRetry(), o.Deleted:
			return Declined
		case o.Sent, o.Paid:
			return Done
		}
		return Waiting
	}
	return Done // a refund has only one status
}

// facts are the attributes that the objects of all kinds have.
type facts struct {
	id       string
	amount   int64
	created  time.Time
	metadata omise.Metadata
}

func factsOf(model any) facts {
	switch o := model.(type) {
	case *omise.Charge:
		return facts{o.ID, o.Amount, o.CreatedAt, o.Metadata}
	case *omise.Refund:
		return facts{o.ID, o.Amount, o.CreatedAt, o.Metadata}
	case *omise.Transfer:
		return facts{o.ID, o.Amount, o.CreatedAt, o.Metadata}
	case *omise.UnknownObject: // an object in an event that cannot be read
		return facts{id: o.ID}
	case *omise.DeletedObject:
		return facts{id: o.ID}
	}
	return facts{}
}

// made returns the object in the answer to the request of the row. The client has
// compared it with the params. So only the state of a captured charge and the mark are
// checked here: two calls of a client with the same intent get the same answer.
func (r *row) made(model any) (object, error) {
	if charge, ok := model.(*omise.Charge); ok && r.Kind == KindCapture {
		if o, ok := r.captured(charge); ok {
			return o, nil
		}
		return object{}, errors.New("outbox: the answer says that the charge is not captured as it was to be")
	}
	it := factsOf(model)
	if call, ok := it.metadata[omise.CallKey].(string); ok && call != omise.CallMark(r.key(r.Attempt)) {
		return object{}, errors.New("outbox: the answer has the object of another call with the same intent")
	}
	return object{it.id, r.Attempt, stateOf(model), model}, nil
}

// captured returns the object of a capture that has ended: the charge is captured, or
// can no longer be captured. It returns false if the charge is still open, or if
// another amount was captured.
func (r *row) captured(c *omise.Charge) (object, bool) {
	o := object{id: c.ID, attempt: r.Attempt, state: Declined, model: c}
	switch {
	case isOpen(c):
		return o, false
	case c.Paid:
		o.state = Done
		return o, capturedAmount(c) == cmp.Or(r.Amount, c.Amount) // otherwise another program has captured another amount
	}
	return o, true
}

// capturedAmount returns the captured amount of a paid charge.
func capturedAmount(c *omise.Charge) int64 {
	if c.CapturedAmount != nil {
		return *c.CapturedAmount
	}
	return c.Amount
}

// isOpen reports whether a charge to be captured is not captured yet.
func isOpen(c *omise.Charge) bool { return !c.Paid && stateOf(c) != Declined }

// gather looks for the objects of the rows of one search: rows of one kind, and of one
// charge for refunds and a capture. With an error it also returns the objects that it
// has found before.
func (b *Box) gather(ctx context.Context, rows []*row) (map[*row]*evidence, error) {
	switch r := rows[0]; r.Kind {
	case KindCharge:
		return gather(ctx, b, rows, b.reader.Charges.List)
	case KindTransfer:
		return gather(ctx, b, rows, b.reader.Transfers.List)
	case KindRefund:
		found, err := gather(ctx, b, rows, func(ctx context.Context, params *omise.ListParams, opts ...omise.RequestOption) (*omise.List[omise.Refund], error) {
			return b.reader.Charges.ListRefunds(ctx, r.Parent, params, opts...)
		})
		if errors.Is(err, omise.ErrCodeNotFound) {
			found[r].parentMissing = true
			found[r].asOf, err = b.askTime(ctx)
		}
		return found, err
	default:
		found, err := b.gatherCapture(ctx, r)
		return map[*row]*evidence{r: found}, err
	}
}

// gatherCapture reads the charge that was to be captured.
func (b *Box) gatherCapture(ctx context.Context, r *row) (*evidence, error) {
	asOf, err := b.askTime(ctx)
	if err != nil {
		return nil, err
	}
	found := &evidence{asOf: asOf}
	var answer omise.Response
	charge, err := b.client.Charges.Get(ctx, r.Parent, omise.WithResponseInto(&answer))
	if errors.Is(err, omise.ErrCodeNotFound) {
		found.parentMissing = true
		return found, nil
	}
	if err = cmp.Or(err, checkCurrent(&answer)); err != nil {
		return nil, err
	}
	if o, ok := r.captured(charge); ok {
		found.objects = []object{o}
	} else if charge.Paid {
		found.similar = []object{o}
	}
	return found, nil
}

// margin is how long before the oldest attempt a list is read. An object belongs to an
// attempt by its mark and not by its time, so an error in the time of the attempt must
// not hide the object.
const margin = time.Hour

// gather reads a list once, from before the oldest attempt to the time after which no
// object can have been made, and assigns the objects to the rows. It does not rely on
// an order.
func gather[T any](ctx context.Context, b *Box, rows []*row, list lister[T]) (map[*row]*evidence, error) {
	all, marks := map[*row]*evidence{}, marksOf(rows)
	from, to := rows[0].BeganAt, int64(0)
	for _, r := range rows {
		all[r] = new(evidence)
		from, to = min(from, r.BeganAt), max(to, r.NoObjectAfter)
	}
	params := omise.ListParams{From: time.UnixMilli(from).Add(-margin).UTC(), Order: omise.ReverseChronological, Limit: omise.LargestPage}
	end := time.UnixMilli(to).Add(skew).UTC()
	bounded := rows[0].NoObjectAfter > 0 && end.Before(b.api.earliest())
	if bounded { // otherwise the list ends at the time of its first page
		params.To = end
	}
	asOf, err := scan(ctx, list, params, func(model *T) { marks.sortIn(model, all) })
	if !bounded && !asOf.IsZero() {
		b.api.recordTime(asOf)
	}
	for r, found := range all {
		found.asOf = asOf
		if err == nil && len(found.similar) > 0 {
			found.similar = b.withCard(ctx, r, found.similar)
		}
	}
	return all, err
}

// withCard removes charges whose card is not the card of the attempt's token. It
// removes no charge if the client has no public key to read the token.
func (b *Box) withCard(ctx context.Context, r *row, alike []object) []object {
	params, err := restore(r.Kind, []byte(r.Params))
	p, ok := params.(*omise.ChargeCreateParams)
	if err != nil || !ok || !strings.HasPrefix(p.Card, "tokn_") {
		return alike
	}
	token, err := b.client.Tokens.Get(ctx, p.Card)
	if err != nil || token.Card == nil {
		return alike
	}
	return slices.DeleteFunc(alike, func(o object) bool {
		charge, ok := o.model.(*omise.Charge)
		return ok && (charge.Card == nil || charge.Card.ID != token.Card.ID)
	})
}

// marks has the values in the metadata of objects that name a row.
type marks struct {
	calls   map[string]attempt // by the value of omise.CallKey
	intents map[string]*row
}

// An attempt is an attempt of a row, numbered from 1.
type attempt struct {
	row    *row
	number int64
}

func marksOf(rows []*row) marks {
	m := marks{map[string]attempt{}, map[string]*row{}}
	for _, r := range rows {
		m.intents[r.Intent] = r
		for i := range r.Attempt {
			m.calls[omise.CallMark(r.key(i+1))] = attempt{r, i + 1}
		}
	}
	return m
}

// sortIn adds a model to the evidence of the row that it belongs to, or of all rows
// that it may belong to.
func (m marks) sortIn(model any, all map[*row]*evidence) {
	it := factsOf(model)
	call, _ := it.metadata[omise.CallKey].(string)
	intent, _ := it.metadata[omise.IntentKey].(string)
	by, ours := m.calls[call]
	r := m.intents[intent]
	switch {
	case ours:
		all[by.row].objects = append(all[by.row].objects, object{it.id, by.number, stateOf(model), model})
	case r != nil && it.created.UnixMilli() >= r.BeganAt && (r.Amount == 0 || r.Amount == it.amount):
		all[r].objects = append(all[r].objects, object{it.id, outsideOutbox, stateOf(model), model})
	case call == "" && intent == "":
		for r, found := range all {
			if r.resembles(model) {
				found.similar = append(found.similar, object{id: it.id, model: model})
			}
		}
	}
}

// resembles reports whether a model without a mark is as the attempt would have made
// it, in all attributes that cannot be changed later.
func (r *row) resembles(model any) bool {
	params, err := restore(r.Kind, []byte(r.Params))
	if err != nil {
		return false
	}
	switch o := model.(type) {
	case *omise.Charge:
		p, ok := params.(*omise.ChargeCreateParams)
		return ok && o.CreatedAt.UnixMilli() >= r.BeganAt && o.Amount == p.Amount && strings.EqualFold(string(o.Currency), string(p.Currency)) &&
			o.Capture == (p.Capture == nil || *p.Capture) && o.Customer.ID == p.Customer && (p.Source == "" || o.Source != nil && o.Source.ID == p.Source) &&
			(p.ReturnURI == "" || o.ReturnURI == p.ReturnURI) && (p.IP == "" || o.IP == p.IP)
	case *omise.Transfer:
		p, ok := params.(*omise.TransferCreateParams)
		return ok && o.CreatedAt.UnixMilli() >= r.BeganAt && (p.Amount == nil || o.Amount == *p.Amount) &&
			(p.Recipient == "" || o.Recipient.ID == p.Recipient)
	}
	return false // the metadata of a refund cannot be replaced
}

// fetch reads the object of a row.
func (r *row) fetch(ctx context.Context, client *omise.Client) (any, error) {
	switch r.Kind {
	case KindRefund:
		return client.Refunds.Get(ctx, r.Parent, r.ObjectID)
	case KindTransfer:
		return client.Transfers.Get(ctx, r.ObjectID)
	}
	return client.Charges.Get(ctx, r.ObjectID)
}

// isMissing reports whether the error of fetch says that there is no object of the row:
// the client refuses its id, or the API does not have the object although all objects of
// the attempt have to appear by now. Before that, a replica of the API may not have it.
func (b *Box) isMissing(ctx context.Context, r *row, err error) bool {
	if _, wrongID := errors.AsType[*omise.ParamError](err); wrongID {
		return true
	}
	if !errors.Is(err, omise.ErrCodeNotFound) {
		return false
	}
	asOf, err := b.askTime(ctx)
	return err == nil && asOf.UnixMilli() >= r.NoObjectAfter
}
