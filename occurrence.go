package omise

import (
	"context"
	"encoding/json"
	"time"
)

// An Occurrence is one run of a schedule. Times are UTC.
//
// See https://docs.omise.co/occurrences-api.
type Occurrence struct {
	Object   string           `json:"object" wire:"strict"` // "occurrence"
	ID       string           `json:"id" wire:"strict"`
	Livemode bool             `json:"livemode"`
	Location string           `json:"location"` // path of the occurrence
	Status   OccurrenceStatus `json:"status" wire:"strict"`
	Message  string           `json:"message"` // why it failed

	Schedule       Expandable[Schedule]        `json:"schedule"`
	Result         Expandable[json.RawMessage] `json:"result"`          // the charge or transfer that it made, also a failed one
	TransferAmount int64                       `json:"transfer_amount"` // smallest unit; 0 for a charge

	ScheduledOn   Date       `json:"scheduled_on"`
	RetryOn       Date       `json:"retry_on"` // the day of a retry
	ProcessedAt   *time.Time `json:"processed_at"`
	CreatedAt     time.Time  `json:"created_at"`
	ExecuteTime   string     `json:"execute_time"`   // not documented
	SplitMetadata Metadata   `json:"split_metadata"` // not documented
}

func (o *Occurrence) identity() identity { return identity{kindOccurrence, o.Object, o.ID} }

// OccurrenceStatus is the result of a run. The API may add values.
type OccurrenceStatus string

// The statuses of an occurrence.
const (
	OccurrenceStatusSuccessful OccurrenceStatus = "successful"
	OccurrenceStatusFailed     OccurrenceStatus = "failed"
	OccurrenceStatusSkipped    OccurrenceStatus = "skipped"
	OccurrenceStatusScheduled  OccurrenceStatus = "scheduled"
)

// OccurrencesService reads the runs of schedules; [SchedulesService] lists
// them. Its call needs the secret key.
//
// See https://docs.omise.co/occurrences-api.
type OccurrencesService service

var occurrenceGet = get("/occurrences/{id}")

// Get returns a run of a schedule.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/occurrences-api.
func (s *OccurrencesService) Get(ctx context.Context, id string, opts ...RequestOption) (*Occurrence, error) {
	return call[Occurrence](ctx, s.client, occurrenceGet, nil, opts, id)
}
