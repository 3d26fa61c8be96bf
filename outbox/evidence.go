package outbox

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/omisekit/omise-go"
)

// This file decides about evidence. An object is that of an attempt if its metadata
// carry the mark of the attempt; no other attribute counts. A capture has no metadata:
// there the state of the charge stands for it.
//
// Resolve and ResolveIntent of the client judge one write, by the clock of the process.
// Here one look at a list serves hundreds of rows, and only the clock of the API counts.

// An object is one that the API has and that belongs to an intent.
type object struct {
	id      string
	attempt int64 // that it was made by, or elsewhere
	state   State // Waiting, Done or Declined
	model   any
}

// elsewhere is in place of an attempt where a call that is not of the outbox has made
// an object with the same intent and amount.
const elsewhere = 0

// evidence are the objects that the API has for a row.
type evidence struct {
	asOf    time.Time // by the API's clock: all that was made before it is seen
	objects []object

	// alike are objects without any mark that are otherwise as the attempt would
	// have made them. Somebody may have replaced their metadata.
	alike []object
}

// paying are the objects that take money or may still take it.
func (e *evidence) paying() (all []object) {
	for _, o := range e.objects {
		if o.state != Declined {
			all = append(all, o)
		}
	}
	return all
}

// stateOf returns the state that an object means for its intent. Of a charge that is to be
// captured later, the authorization is all that was asked for.
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
		case o.FailureCode != "", o.Deleted:
			return Declined
		case o.Sent, o.Paid:
			return Done
		}
		return Waiting
	}
	return Done // a refund has one status
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
	case *omise.UnknownObject: // in an event, one that cannot be read
		return facts{id: o.ID}
	case *omise.DeletedObject:
		return facts{id: o.ID}
	}
	return facts{}
}

// made returns the object in the answer to the row's own request. The client has
// compared it with the params. Only the state of a captured charge is judged here.
func (r *row) made(model any) (object, error) {
	if charge, ok := model.(*omise.Charge); ok && r.Kind == KindCapture {
		if o, ok := r.captured(charge); ok {
			return o, nil
		}
		return object{}, errors.New("outbox: the answer says that the charge is not captured as it was to be")
	}
	return object{factsOf(model).id, r.Attempt, stateOf(model), model}, nil
}

// captured returns the object of a capture, and false if its charge is not captured.
func (r *row) captured(c *omise.Charge) (object, bool) {
	o := object{id: c.ID, attempt: r.Attempt, state: Declined, model: c}
	switch {
	case c.Paid && (r.Amount == 0 || c.CapturedAmount != nil && *c.CapturedAmount == r.Amount):
		o.state = Done
	case c.Paid:
		return o, false // another program has captured another amount
	case stateOf(c) != Declined:
		return o, false
	}
	return o, true
}

// gather looks for the objects of rows of one search: of one kind, and of one charge if
// they are refunds or a capture. With an error it returns the objects that it has found before.
func (b *Box) gather(ctx context.Context, rows []*row) (map[*row]*evidence, error) {
	switch r := rows[0]; r.Kind {
	case KindCharge:
		return gather(ctx, b, rows, b.reader.Charges.All)
	case KindTransfer:
		return gather(ctx, b, rows, b.reader.Transfers.All)
	case KindRefund:
		return gather(ctx, b, rows, func(ctx context.Context, _ *omise.ListParams, opts ...omise.RequestOption) iter.Seq2[*omise.Refund, error] {
			return b.reader.Charges.AllRefunds(ctx, r.Parent, nil, opts...) // a charge has 15 at most
		})
	default:
		found, err := b.gatherCapture(ctx, r)
		return map[*row]*evidence{r: found}, err
	}
}

// gatherCapture looks at the charge that was to be captured.
func (b *Box) gatherCapture(ctx context.Context, r *row) (*evidence, error) {
	var resp omise.Response
	charge, err := b.client.Charges.Get(ctx, r.Parent, omise.WithResponseInto(&resp))
	if err != nil {
		return nil, err
	}
	found := new(evidence)
	if found.asOf, err = b.api.heard(&resp); err != nil {
		return nil, err
	}
	if o, ok := r.captured(charge); ok {
		found.objects = []object{o}
	} else if charge.Paid {
		found.alike = []object{o}
	}
	return found, nil
}

// gather reads a list once, from before the oldest of the attempts until no object can
// have come any more, and sorts the objects by the rows. It relies on no order.
func gather[T any](ctx context.Context, b *Box, rows []*row, list func(context.Context, *omise.ListParams, ...omise.RequestOption) iter.Seq2[*T, error]) (map[*row]*evidence, error) {
	all, marks := map[*row]*evidence{}, marksOf(rows)
	from, to := rows[0].Began, int64(0)
	for _, r := range rows {
		all[r] = new(evidence)
		from, to = min(from, r.Began), max(to, r.Quiet)
	}
	var page omise.Response
	var asOf time.Time
	params := &omise.ListParams{From: time.UnixMilli(from).UTC(), Order: omise.ReverseChronological, Limit: 100}
	end := time.UnixMilli(to).Add(skew).UTC()
	if rows[0].Quiet > 0 && end.Before(b.api.earliest()) { // otherwise until the first page, so that the list stands still
		params.To = end
	}
	for model, err := range list(ctx, params, omise.WithResponseInto(&page), omise.WithPrefetch(4)) {
		if err == nil && asOf.IsZero() { // the first page is the oldest
			asOf, err = b.api.heard(&page)
		}
		if err != nil {
			return all, err
		}
		marks.sortIn(model, all)
	}
	if asOf.IsZero() { // the list is empty
		var err error
		if asOf, err = b.api.heard(&page); err != nil {
			return all, err
		}
	}
	for r, found := range all {
		found.asOf = asOf
		if len(found.alike) > 0 {
			found.alike = b.withCard(ctx, r, found.alike)
		}
	}
	return all, nil
}

// withCard leaves out charges of another card than the token of the attempt stands
// for. All of them stay where the client has no public key to ask with.
func (b *Box) withCard(ctx context.Context, r *row, alike []object) []object {
	params, err := r.restore()
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

// marks are the values in the metadata of objects that name a row.
type marks struct {
	calls   map[string]attempt // by the value of omise.CallKey
	intents map[string]*row
}

// An attempt is one of a row, from 1.
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

// sortIn finds the row that a model belongs to, or may belong to.
func (m marks) sortIn(model any, all map[*row]*evidence) {
	it := factsOf(model)
	call, _ := it.metadata[omise.CallKey].(string)
	intent, _ := it.metadata[omise.IntentKey].(string)
	by, ours := m.calls[call]
	r := m.intents[intent]
	switch {
	case ours:
		all[by.row].objects = append(all[by.row].objects, object{it.id, by.number, stateOf(model), model})
	case r != nil && it.created.UnixMilli() >= r.Began && (r.Amount == 0 || r.Amount == it.amount):
		all[r].objects = append(all[r].objects, object{it.id, elsewhere, stateOf(model), model})
	case call == "" && intent == "":
		for r, found := range all {
			if r.resembles(model) {
				found.alike = append(found.alike, object{id: it.id, model: model})
			}
		}
	}
}

// resembles reports whether a model without a mark is as the attempt would have
// made it, in all that cannot be changed afterwards.
func (r *row) resembles(model any) bool {
	params, err := r.restore()
	if err != nil {
		return false
	}
	switch o := model.(type) {
	case *omise.Charge:
		p, ok := params.(*omise.ChargeCreateParams)
		return ok && o.CreatedAt.UnixMilli() >= r.Began && o.Amount == p.Amount && strings.EqualFold(string(o.Currency), string(p.Currency)) &&
			o.Capture == (p.Capture == nil || *p.Capture) && o.Customer.ID == p.Customer && (p.Source == "" || o.Source != nil && o.Source.ID == p.Source) &&
			(p.ReturnURI == "" || o.ReturnURI == p.ReturnURI) && (p.IP == "" || o.IP == p.IP)
	case *omise.Transfer:
		p, ok := params.(*omise.TransferCreateParams)
		return ok && o.CreatedAt.UnixMilli() >= r.Began && (p.Amount == nil || o.Amount == *p.Amount) &&
			(p.Recipient == "" || o.Recipient.ID == p.Recipient)
	}
	return false // the metadata of a refund cannot be replaced
}

// fetch reads the object of a row.
func (b *Box) fetch(ctx context.Context, r *row) (any, error) {
	switch r.Kind {
	case KindRefund:
		return b.client.Refunds.Get(ctx, r.Parent, r.ObjectID)
	case KindTransfer:
		return b.client.Transfers.Get(ctx, r.ObjectID)
	}
	return b.client.Charges.Get(ctx, r.ObjectID)
}
