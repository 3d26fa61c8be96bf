package fake

import (
	"time"

	"github.com/omisekit/omise-go/internal/fake/money"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

const (
	occurrenceSuccessful = "successful"
	occurrenceFailed     = "failed"
	occurrenceSkipped    = "skipped"

	// runTime is when in the day schedules run.
	runTime = 90 * time.Minute // UTC
	// maxAttempts is how often a charge is tried before its schedule stops.
	maxAttempts = 3
)

// An occurrence is one run of a schedule, or one more attempt at it.
type occurrence struct {
	entity
	schedule       *schedule
	scheduledOn    time.Time
	retryOn        time.Time // zero for the first attempt
	attempt        int
	status         string
	message        string
	charge         *charge   // made, if any
	transfer       *transfer // made, if any
	transferAmount int64
}

func (s *Server) occurrenceView(oc *occurrence, expand bool) object {
	o := shape.New("occurrence").With(object{
		"id":              oc.id,
		"location":        "/occurrences/" + oc.id,
		"schedule":        oc.schedule.id,
		"message":         shape.OrNull(oc.message),
		"status":          oc.status,
		"processed_at":    oc.createdAt,
		"created_at":      oc.createdAt,
		"scheduled_on":    shape.Date(oc.scheduledOn),
		"retry_on":        shape.Date(oc.retryOn),
		"transfer_amount": oc.transferAmount,
	})
	if oc.charge != nil {
		o.With(object{"result": reference(oc.charge.id, expand, s.charges, s.chargeView)})
	}
	if oc.transfer != nil {
		o.With(object{"result": reference(oc.transfer.id, expand, s.transfers, s.transferView)})
	}
	if expand {
		o.With(object{"schedule": s.scheduleView(oc.schedule, false)})
	}
	return o
}

// planSchedule sets the timer for the next day of a schedule.
func (s *Server) planSchedule(sc *schedule) {
	next := sc.Next(sc.passed)
	if !next.IsZero() {
		at(s, next.Add(runTime), sc, (*Server).runPlanned)
	}
	s.ageSchedule(sc, next)
}

// runPlanned runs a schedule on the day that it was planned for, which is
// still the next one.
func (s *Server) runPlanned(sc *schedule) {
	if sc.active() {
		s.runSchedule(sc, sc.Next(sc.passed))
	}
}

// ageSchedule moves a schedule on towards its end. A retry may keep it going
// beyond its last day.
func (s *Server) ageSchedule(sc *schedule, next time.Time) {
	switch {
	case !sc.active():
	case next.IsZero() && sc.retries == 0:
		s.endSchedule(sc, scheduleExpired)
		s.emit("schedule.expire", s.scheduleView(sc, false))
	case sc.status == scheduleRunning && (next.IsZero() || sc.Next(next).IsZero()):
		sc.status = scheduleExpiring
		s.emit("schedule.expiring", s.scheduleView(sc, false))
	}
}

func (s *Server) endSchedule(sc *schedule, status scheduleStatus) {
	sc.status = status
	sc.endedAt = s.clock.now()
}

// runSchedule is what happens on a day of a schedule.
func (s *Server) runSchedule(sc *schedule, today time.Time) {
	sc.passed = today
	s.attempt(sc, &occurrence{scheduledOn: today, attempt: 1})
	s.planSchedule(sc)
}

// attempt runs a schedule once and sees to what follows from the outcome.
//
// Guess: a day that comes while the schedule is paused is skipped.
func (s *Server) attempt(sc *schedule, oc *occurrence) {
	oc.entity, oc.schedule = s.newEntity("occu"), sc
	sc.occurrences = append(sc.occurrences, oc)
	s.occurrences.add(oc)
	switch {
	case sc.paused:
		oc.status = occurrenceSkipped
	case sc.charge != nil:
		s.chargeOccurrence(sc.charge, oc)
	default:
		s.transferOccurrence(sc.transfer, oc)
	}
}

func (oc *occurrence) fail(message string) {
	oc.status, oc.message = occurrenceFailed, message
}

// chargeOccurrence charges the customer. What fails is tried again on the
// next day.
//
// Guess: a customer or a card that is gone is a failure without a charge.
// Guess: the days of a schedule do not share their attempts.
func (s *Server) chargeOccurrence(sc *scheduledCharge, oc *occurrence) {
	oc.status = occurrenceSuccessful
	if paying := sc.pays(); sc.customer.deleted || paying == nil || paying.deleted {
		oc.fail("customer has no card to charge")
	} else {
		c := s.newCharge(sc.amount, sc.currency)
		c.description, c.metadata, c.schedule = sc.description, sc.metadata, oc.schedule.id
		s.openCharge(c, paymentMethod{card: paying, customer: sc.customer})
		oc.charge = c
		if c.status != chargeSuccessful {
			oc.fail("charge could not be captured")
		}
	}
	switch {
	case oc.status == occurrenceSuccessful:
	case oc.attempt < maxAttempts:
		s.retry(oc, midnight(s.clock.now()).AddDate(0, 0, 1))
	default:
		s.endSchedule(oc.schedule, scheduleSuspended)
		s.emit("schedule.suspend", s.scheduleView(oc.schedule, false))
	}
}

// transferOccurrence pays the recipient. What fails for want of money is tried
// again on every working day.
//
// Guess: no source has the messages.
func (s *Server) transferOccurrence(sc *scheduledTransfer, oc *occurrence) {
	if !sc.recipient.payable() {
		oc.fail(transferFailures["invalid_recipient"])
		return
	}
	_, available := s.balance()
	amount := sc.amount
	if sc.percentage != nil {
		amount = min(money.ShareOf(available, sc.percentage), s.country.Transfer.Max)
	}
	if amount > available || amount < s.country.Transfer.Min {
		oc.fail(transferFailures["insufficient_balance"])
		s.retry(oc, midnight(nextWorkingDay(s.clock.now(), 0)))
		return
	}
	t := s.newTransfer(sc.recipient, amount)
	t.schedule = oc.schedule.id
	s.openTransfer(t)
	oc.status, oc.transfer, oc.transferAmount = occurrenceSuccessful, t, amount
}

// retry tries a failed occurrence again, which makes another occurrence of the
// same day.
func (s *Server) retry(failed *occurrence, on time.Time) {
	failed.schedule.retries++
	again := &occurrence{
		schedule: failed.schedule, scheduledOn: failed.scheduledOn, retryOn: on, attempt: failed.attempt + 1,
	}
	at(s, on.Add(runTime), again, (*Server).runAgain)
}

func (s *Server) runAgain(oc *occurrence) {
	sc := oc.schedule
	if !sc.active() {
		return
	}
	sc.retries--
	s.attempt(sc, oc)
	s.ageSchedule(sc, sc.Next(sc.passed))
}
