package omise

import "time"

// A Schedule charges a customer or pays a recipient again and again. It has
// either a Charge or a Transfer. Times are UTC.
//
// See https://docs.omise.co/schedules-api.
type Schedule struct {
	Object   string         `json:"object" wire:"strict"` // "schedule"
	ID       string         `json:"id" wire:"strict"`
	Livemode bool           `json:"livemode"`
	Location string         `json:"location"` // path of the schedule
	Deleted  bool           `json:"deleted"`
	Status   ScheduleStatus `json:"status" wire:"strict"`
	Active   bool           `json:"active"` // running or expiring
	State    ScheduleState  `json:"state"`

	Charge   *ScheduledCharge   `json:"charge"`
	Transfer *ScheduledTransfer `json:"transfer"`

	Every   int            `json:"every"` // number of periods from one run to the next
	Period  SchedulePeriod `json:"period"`
	On      ScheduleOn     `json:"on"`
	InWords string         `json:"in_words"` // such as "Every 2 week(s) on Monday"
	StartOn Date           `json:"start_on"`
	EndOn   Date           `json:"end_on"`

	Occurrences       List[Occurrence] `json:"occurrences"`         // the first 20 that were processed
	NextOccurrencesOn []Date           `json:"next_occurrences_on"` // at most 30 days to come
	CreatedAt         time.Time        `json:"created_at"`
	EndedAt           *time.Time       `json:"ended_at"`
	ExecuteTime       string           `json:"execute_time"` // not documented
	DeletedBy         string           `json:"deleted_by"`   // not documented

	MerchantName string `json:"merchant_name"` // the sub-merchant, for accounts that have them
}

func (s *Schedule) identity() identity { return identity{kindSchedule, s.Object, s.ID} }

// ScheduleStatus is the state of a schedule. The API may add values.
type ScheduleStatus string

// The statuses of a schedule.
const (
	ScheduleStatusRunning   ScheduleStatus = "running"
	ScheduleStatusActive    ScheduleStatus = "active"    // running, in older API versions
	ScheduleStatusExpiring  ScheduleStatus = "expiring"  // the next run is the last
	ScheduleStatusExpired   ScheduleStatus = "expired"   // the last run is over
	ScheduleStatusSuspended ScheduleStatus = "suspended" // stopped after failures
	ScheduleStatusDeleted   ScheduleStatus = "deleted"
)

// ScheduleState says whether a schedule is paused. The API may add values.
type ScheduleState string

// The states of a schedule.
//
// Doubt: the API's description calls a paused schedule Pause, the reference calls it
// Paused.
const (
	ScheduleStateActive ScheduleState = "Active"
	ScheduleStatePause  ScheduleState = "Pause"
	ScheduleStatePaused ScheduleState = "Paused"
)

// SchedulePeriod is the unit of the time between runs.
type SchedulePeriod string

// The periods of a schedule.
const (
	SchedulePeriodDay   SchedulePeriod = "day"
	SchedulePeriodWeek  SchedulePeriod = "week"
	SchedulePeriodMonth SchedulePeriod = "month"
)

// ScheduleOn has the days of a period on which a schedule runs. One field is set; for a
// daily schedule no field is set.
type ScheduleOn struct {
	Weekdays       []Weekday `json:"weekdays,omitempty" url:"weekdays,omitempty,brackets"`           // of a week
	DaysOfMonth    []int     `json:"days_of_month,omitempty" url:"days_of_month,omitempty,brackets"` // 1 to 28
	WeekdayOfMonth string    `json:"weekday_of_month,omitempty" url:"weekday_of_month,omitempty"`    // such as "2nd_monday" or "last_friday"
}

// Weekday is a day of the week.
type Weekday string

// The days of the week.
const (
	WeekdaySunday    Weekday = "sunday"
	WeekdayMonday    Weekday = "monday"
	WeekdayTuesday   Weekday = "tuesday"
	WeekdayWednesday Weekday = "wednesday"
	WeekdayThursday  Weekday = "thursday"
	WeekdayFriday    Weekday = "friday"
	WeekdaySaturday  Weekday = "saturday"
)

// A ScheduledCharge is the charge that a schedule makes. Amount is in the smallest unit
// of Currency.
//
// See https://docs.omise.co/charge-schedules-api.
type ScheduledCharge struct {
	Object        string                    `json:"object" wire:"strict"` // "scheduled_charge"
	ID            string                    `json:"id" wire:"strict"`
	Livemode      bool                      `json:"livemode"`
	Amount        int64                     `json:"amount" wire:"strict"`
	Currency      Currency                  `json:"currency" wire:"strict"`
	Customer      Expandable[Customer]      `json:"customer"`
	Card          Expandable[Card]          `json:"card"`
	DefaultCard   bool                      `json:"default_card"` // no card was given: the customer's default card pays
	LinkedAccount Expandable[LinkedAccount] `json:"linked_account"`
	Description   string                    `json:"description"` // of each charge
	Metadata      Metadata                  `json:"metadata"`    // of each charge
	CreatedAt     time.Time                 `json:"created_at"`  // UTC
}

// A ScheduledTransfer is the transfer that a schedule makes: either of an amount, in
// the smallest unit of Currency, or of a part of the balance.
//
// See https://docs.omise.co/transfer-schedules-api.
type ScheduledTransfer struct {
	Object              string                `json:"object" wire:"strict"` // "scheduled_transfer"
	ID                  string                `json:"id" wire:"strict"`
	Livemode            bool                  `json:"livemode"`
	Amount              *int64                `json:"amount" wire:"strict"`
	Currency            Currency              `json:"currency" wire:"strict"`
	PercentageOfBalance Decimal               `json:"percentage_of_balance"`
	Recipient           Expandable[Recipient] `json:"recipient"`
	IsRealtimePayout    *bool                 `json:"is_realtime_payout"` // not documented
	CreatedAt           time.Time             `json:"created_at"`         // UTC
}
