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

	// runTime is the time of the day at which schedules run.
	runTime = 90 * time.Minute // UTC
	// maxAttempts is the number of attempts to charge before the schedule is suspended.
	maxAttempts = 3
)

// An occurrence is one run of a schedule or another attempt at that run.
type occurrence struct {
	entity
	schedule       *schedule
	scheduledOn    time.Time
	retryOn        time.Time // zero for the first attempt
	attempt        int
	status         string
	message        string
	charge         *charge   // charge that it made, if any
	transfer       *transfer // transfer that it made, if any
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
	s.updateScheduleStatus(sc, next)
}

// runPlanned runs a schedule on its planned day. No run came in between, so that day is
// still the next one.
func (s *Server) runPlanned(sc *schedule) {
	if sc.active() {
		s.runSchedule(sc, sc.Next(sc.passed))
	}
}

// updateScheduleStatus sets the status of a schedule near its end: expiring, then expired. A
// retry can keep it active after its last day.
func (s *Server) updateScheduleStatus(sc *schedule, next time.Time) {
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

// runSchedule runs a schedule on one of its days and plans the next day.
func (s *Server) runSchedule(sc *schedule, today time.Time) {
	sc.passed = today
	s.attempt(sc, &occurrence{scheduledOn: today, attempt: 1})
	s.planSchedule(sc)
}

// attempt runs an occurrence of a schedule and records the result.
//
// Guess: a paused schedule skips its days.
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

// chargeOccurrence charges the customer. A failed charge is tried again on the next
// day.
//
// Guess: if the customer or the card was deleted, the occurrence fails without a charge.
// Guess: the attempts are counted for each day separately.
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

// transferOccurrence pays the recipient. If the balance is too low, it tries again on
// every working day.
//
// Guess: the messages, because no source has them.
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

// retry plans another attempt at a failed occurrence. The attempt is a new occurrence of
// the same day.
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
	s.updateScheduleStatus(sc, sc.Next(sc.passed))
}
