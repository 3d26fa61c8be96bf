package fake

import (
	"math/big"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/recurrence"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

type scheduleStatus string

const (
	scheduleRunning   scheduleStatus = "running"
	scheduleExpiring  scheduleStatus = "expiring" // its next day is its last day
	scheduleExpired   scheduleStatus = "expired"
	scheduleSuspended scheduleStatus = "suspended"
	scheduleDeleted   scheduleStatus = "deleted"
)

// A schedule charges a customer or pays a recipient repeatedly.
type schedule struct {
	entity
	recurrence.Rule
	charge      *scheduledCharge   // nil if it transfers
	transfer    *scheduledTransfer // nil if it charges
	status      scheduleStatus
	paused      bool
	endedAt     time.Time
	passed      time.Time // last day that was due; before the first run, the day before the start
	retries     int       // number of planned retries
	occurrences []*occurrence
}

// A scheduledCharge is the charge that a schedule makes.
type scheduledCharge struct {
	entity
	customer    *customer
	card        *card // nil for the default card
	amount      int64
	currency    string
	description string
	metadata    map[string]any
}

// A scheduledTransfer is the transfer that a schedule makes: an amount or a share of the
// balance.
type scheduledTransfer struct {
	entity
	recipient  *recipient
	amount     int64
	percentage *big.Rat // nil for an amount
}

func (sc *schedule) active() bool {
	return sc.status == scheduleRunning || sc.status == scheduleExpiring
}

// state returns whether the schedule is paused. It is another attribute than the status.
//
// Guess: the state of a paused schedule is Pause, although other pages say Paused.
func (sc *schedule) state() string {
	if sc.paused {
		return "Pause"
	}
	return "Active"
}

func (s *Server) scheduleView(sc *schedule, expand bool) object {
	location := "/schedules/" + sc.id
	next := []any{}
	if sc.active() {
		next = dates(sc.Upcoming(sc.passed))
	}
	o := shape.New("schedule").With(object{
		"id":                  sc.id,
		"location":            location,
		"deleted":             sc.status == scheduleDeleted,
		"every":               sc.Every,
		"period":              sc.Period,
		"on":                  sc.On(),
		"in_words":            sc.InWords(),
		"start_on":            shape.Date(sc.Start),
		"end_on":              shape.Date(sc.End),
		"ended_at":            sc.endedAt,
		"status":              string(sc.status),
		"active":              sc.active(),
		"state":               sc.state(),
		"occurrences":         embed(s, location+"/occurrences", sc.occurrences, s.occurrenceView),
		"next_occurrences_on": next,
		"created_at":          sc.createdAt,
	})
	if sc.transfer != nil {
		return o.Without("charge").With(object{"transfer": s.scheduledTransferView(sc.transfer, expand)})
	}
	return o.With(object{"charge": s.scheduledChargeView(sc.charge, expand)})
}

// dates returns the days of the given times.
func dates(moments []time.Time) []any {
	days := []any{}
	for _, t := range moments {
		days = append(days, shape.Date(t))
	}
	return days
}

func (s *Server) scheduledChargeView(c *scheduledCharge, expand bool) object {
	o := shape.New("scheduled_charge").With(object{
		"id":           c.id,
		"currency":     c.currency,
		"amount":       c.amount,
		"default_card": c.card == nil,
		"customer":     reference(c.customer.id, expand, s.customers, s.customerView),
		"description":  shape.OrNull(c.description),
		"metadata":     c.metadata,
		"created_at":   c.createdAt,
	})
	switch pays := c.pays(); {
	case pays == nil:
	case expand:
		o.With(object{"card": s.cardView(pays, false)})
	default:
		o.With(object{"card": pays.id})
	}
	return o
}

// pays returns the card to charge, or nil if the customer has no card.
func (c *scheduledCharge) pays() *card {
	if c.card == nil {
		return c.customer.defaultCard
	}
	return c.card
}

func (s *Server) scheduledTransferView(t *scheduledTransfer, expand bool) object {
	o := shape.New("scheduled_transfer").With(object{
		"id":         t.id,
		"currency":   s.country.Currency,
		"recipient":  reference(t.recipient.id, expand, s.recipients, s.recipientView),
		"created_at": t.createdAt,
	})
	if t.percentage == nil {
		return o.With(object{"amount": t.amount, "percentage_of_balance": nil})
	}
	return o.With(object{"amount": nil, "percentage_of_balance": decimalNumber(t.percentage)})
}

func (s *Server) createSchedule(r *request) (any, *apiError) {
	sc, err := s.newSchedule(r.params)
	if err != nil {
		return nil, err
	}
	return s.scheduleView(sc, false), nil
}

// newSchedule makes a schedule and runs it at once if it is due today.
func (s *Server) newSchedule(p params.Map) (*schedule, *apiError) {
	var bad params.Problems
	sc := &schedule{Rule: recurrence.Read(p, midnight(s.clock.now()), &bad), status: scheduleRunning}
	// Problems of the charge or the transfer are added to the other problems. A missing
	// object is a separate error.
	if err := s.readScheduled(p, sc, &bad); err != nil {
		return nil, err
	}
	if err := refuse(badRequest, bad); err != nil {
		return nil, err
	}
	sc.entity = s.newEntity("schd")
	sc.passed = sc.Start.AddDate(0, 0, -1)
	if sc.charge != nil {
		sc.charge.entity = s.newEntity("rchg")
		sc.charge.customer.schedules = append(sc.charge.customer.schedules, sc)
	} else {
		sc.transfer.entity = s.newEntity("rtrf")
		sc.transfer.recipient.schedules = append(sc.transfer.recipient.schedules, sc)
	}
	s.schedules.add(sc)
	s.emit("schedule.create", s.scheduleView(sc, false))
	if first := sc.First(); first.Equal(midnight(s.clock.now())) {
		s.runSchedule(sc, first)
	} else {
		s.planSchedule(sc)
	}
	return sc, nil
}

func (s *Server) readScheduled(p params.Map, sc *schedule, bad *params.Problems) (err *apiError) {
	pays, moves := p.Group("charge"), p.Group("transfer")
	switch {
	case (len(pays) > 0) == (len(moves) > 0):
		bad.Add("either charge or transfer must be given")
	case len(pays) > 0:
		sc.charge, err = s.readScheduledCharge(pays, bad)
	default:
		sc.transfer, err = s.readScheduledTransfer(moves, bad)
	}
	return err
}

// readScheduledCharge reads a charge on a customer.
//
// Guess: accounts with 3-D Secure can have charge schedules, whose charges do not use it.
func (s *Server) readScheduledCharge(p params.Map, bad *params.Problems) (*scheduledCharge, *apiError) {
	if !p.Has("customer") {
		bad.Add("customer can't be blank")
		return nil, nil
	}
	m, err := s.customerPayment(p)
	if err != nil && !p.Has("card") {
		return nil, err
	}
	if err != nil {
		return nil, failNotFound("card", p.Text("card"))
	}
	c := &scheduledCharge{
		customer:    m.customer,
		currency:    s.country.Currency,
		description: p.Text("description"),
		metadata:    p.Metadata(map[string]any{}, bad),
	}
	if p.Has("card") {
		c.card = m.card
	}
	if p.Has("currency") {
		c.currency = strings.ToUpper(p.Text("currency"))
	}
	var unreadable params.Problems
	c.amount = p.Integer("amount", &unreadable)
	if !s.accepts(c.currency) {
		unreadable.Add("currency is currently not supported")
	}
	if len(unreadable) == 0 {
		s.checkFunding(s.toFunding(c.amount, c.currency), &unreadable)
	}
	*bad = append(*bad, unreadable...)
	return c, nil
}

// whole is the whole balance, in percent.
var whole = big.NewRat(100, 1)

// readScheduledTransfer reads an amount or a share of the balance.
//
// Guess: the messages, because no source has them.
func (s *Server) readScheduledTransfer(p params.Map, bad *params.Problems) (*scheduledTransfer, *apiError) {
	if !p.Has("recipient") {
		bad.Add("recipient can't be blank")
		return nil, nil
	}
	to, err := s.recipients.find(p.Text("recipient"))
	if err != nil {
		return nil, err
	}
	t := &scheduledTransfer{recipient: to}
	if p.Has("currency") && strings.ToUpper(p.Text("currency")) != s.country.Currency {
		bad.Add("currency is currently not supported")
	}
	switch {
	case p.Has("amount") && p.Has("percentage_of_balance"):
		bad.Add("either amount or percentage_of_balance must be given")
	case p.Has("amount"):
		t.amount = s.readTransferAmount(p, bad)
	case p.Has("percentage_of_balance"):
		t.percentage = p.Decimal("percentage_of_balance", bad)
		if t.percentage.Sign() <= 0 || t.percentage.Cmp(whole) > 0 {
			bad.Add("percentage_of_balance must be greater than 0 and less than or equal to 100")
		}
	default:
		t.percentage = whole
	}
	return t, nil
}

// deleteSchedule ends a schedule. The schedule can still be read.
//
// Guess: a schedule can be deleted once, and then it has ended.
func (s *Server) deleteSchedule(_ *request, sc *schedule) *apiError {
	if sc.status == scheduleDeleted {
		return fail(badRequest, "schedule is already deleted")
	}
	s.endSchedule(sc, scheduleDeleted)
	s.emitDestroyed("schedule", sc.id)
	return nil
}

func (s *Server) listSchedules(wanted func(*schedule) bool) handler {
	return func(r *request) (any, *apiError) {
		return answerList(s, r, s.schedulesThat(wanted), s.scheduleView)
	}
}

func (s *Server) schedulesThat(wanted func(*schedule) bool) []*schedule {
	var found []*schedule
	for _, sc := range s.schedules.all {
		if wanted(sc) {
			found = append(found, sc)
		}
	}
	return found
}

func charges(sc *schedule) bool   { return sc.charge != nil }
func transfers(sc *schedule) bool { return sc.transfer != nil }

func customerSchedules(c *customer) []*schedule      { return c.schedules }
func recipientSchedules(p *recipient) []*schedule    { return p.schedules }
func scheduleOccurrences(sc *schedule) []*occurrence { return sc.occurrences }
