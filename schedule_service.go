package omise

import (
	"context"
	"iter"
	"net/http"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/transport"
)

// ScheduleCreateParams say what a schedule does, and how often. Exactly one of Charge
// and Transfer must be set.
type ScheduleCreateParams struct {
	Every     int            `url:"every" check:"positive"` // number of periods from one run to the next
	Period    SchedulePeriod `url:"period" check:"required"`
	On        *ScheduleOn    `url:"on,omitempty"`         // days of a week or a month; nil for a daily schedule
	StartDate Date           `url:"start_date,omitempty"` // today if zero
	EndDate   Date           `url:"end_date" check:"required"`

	Charge   *ScheduleChargeParams   `url:"charge,omitempty"`
	Transfer *ScheduleTransferParams `url:"transfer,omitempty"`
}

// ScheduleChargeParams describe the charge that a schedule makes.
type ScheduleChargeParams struct {
	Customer    string   `url:"customer" check:"required"`
	Amount      int64    `url:"amount" check:"positive"` // smallest unit
	Currency    Currency `url:"currency,omitempty"`      // the currency of the account if empty
	Card        string   `url:"card,omitempty"`          // the customer's default card if empty
	Description string   `url:"description,omitempty"`   // of each charge
	Metadata    Metadata `url:"metadata,omitempty"`      // of each charge
}

// ScheduleTransferParams describe the transfer that a schedule makes: of an amount, or
// of a part of the balance.
type ScheduleTransferParams struct {
	Recipient           string   `url:"recipient" check:"required"`
	Amount              *int64   `url:"amount,omitempty" check:"positive"` // smallest unit
	PercentageOfBalance Decimal  `url:"percentage_of_balance,omitempty"`   // such as "50"; the whole balance if Amount is nil, too
	Currency            Currency `url:"currency,omitempty"`
}

var _ checker = (*ScheduleCreateParams)(nil)

func (p *ScheduleCreateParams) check() *form.Problem {
	on := p.On
	if on == nil {
		on = &ScheduleOn{}
	}
	switch {
	case (p.Charge == nil) == (p.Transfer == nil):
		return &form.Problem{Field: "charge", Rule: "or transfer is required, and not both"}
	case p.Period == SchedulePeriodWeek && len(on.Weekdays) == 0:
		return &form.Problem{Field: "on[weekdays]", Rule: "is required when the period is a week"}
	case p.Period == SchedulePeriodMonth && (len(on.DaysOfMonth) == 0) == (on.WeekdayOfMonth == ""):
		return &form.Problem{Field: "on[days_of_month]", Rule: "or on[weekday_of_month] is required when the period is a month, and not both"}
	case p.Transfer != nil && p.Transfer.Amount != nil && p.Transfer.PercentageOfBalance != "":
		return &form.Problem{Field: "transfer[amount]", Rule: "must be left out when there is a percentage_of_balance"}
	}
	for _, day := range on.DaysOfMonth {
		if day < 1 || day > 28 {
			return &form.Problem{Field: "on[days_of_month]", Rule: "must be between 1 and 28"}
		}
	}
	return nil
}

// SchedulesService charges customers and pays recipients again and again. All
// its calls need the secret key.
//
// See https://docs.omise.co/schedules-api.
type SchedulesService service

var (
	scheduleCreate      = &route{method: http.MethodPost, path: "/schedules", guard: transport.None, waitsForBank: true}
	scheduleGet         = get("/schedules/{id}")
	scheduleDelete      = &route{method: http.MethodDelete, path: "/schedules/{id}", guard: transport.Repeatable, lookup: &deleteLookup{scheduleGet}}
	scheduleList        = get("/schedules")
	scheduleOccurrences = get("/schedules/{id}/occurrences")
)

// Create starts a schedule. A schedule that starts today runs at once.
//
// Errors: [ErrCodeBadRequest], [ErrCodeNotFound] for the customer, the card or
// the recipient, [ErrOutcomeUnknown].
//
// See https://docs.omise.co/schedules-api.
func (s *SchedulesService) Create(ctx context.Context, params *ScheduleCreateParams, opts ...RequestOption) (*Schedule, error) {
	return call[Schedule](ctx, s.client, scheduleCreate, params, opts)
}

// Get returns a schedule.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/schedules-api.
func (s *SchedulesService) Get(ctx context.Context, id string, opts ...RequestOption) (*Schedule, error) {
	return call[Schedule](ctx, s.client, scheduleGet, nil, opts, id)
}

// Delete stops a schedule for good and returns it with Deleted set.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/schedules-api.
func (s *SchedulesService) Delete(ctx context.Context, id string, opts ...RequestOption) (*Schedule, error) {
	return call[Schedule](ctx, s.client, scheduleDelete, nil, opts, id)
}

// List returns one page of the schedules of the account, deleted ones as well. The
// schedules of one kind are in [ChargesService.ListSchedules] and
// [TransfersService.ListSchedules].
//
// See https://docs.omise.co/schedules-api.
func (s *SchedulesService) List(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Schedule], error) {
	return list[Schedule](ctx, s.client, scheduleList, params, opts)
}

// All goes through the schedules of the account, page by page.
//
// See https://docs.omise.co/schedules-api.
func (s *SchedulesService) All(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Schedule, error] {
	return all[Schedule](ctx, s.client, scheduleList, params, opts)
}

// ListOccurrences returns one page of the runs of a schedule.
//
// See https://docs.omise.co/occurrences-api.
func (s *SchedulesService) ListOccurrences(ctx context.Context, id string, params *ListParams, opts ...RequestOption) (*List[Occurrence], error) {
	return list[Occurrence](ctx, s.client, scheduleOccurrences, params, opts, id)
}

// AllOccurrences goes through the runs of a schedule, page by page.
//
// See https://docs.omise.co/occurrences-api.
func (s *SchedulesService) AllOccurrences(ctx context.Context, id string, params *ListParams, opts ...RequestOption) iter.Seq2[*Occurrence, error] {
	return all[Occurrence](ctx, s.client, scheduleOccurrences, params, opts, id)
}
