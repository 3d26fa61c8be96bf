package omise

import (
	"context"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/transport"
)

// A BatchRecurring is a job that makes a charge schedule from each row of a CSV file.
// Times are UTC.
//
// See https://docs.omise.co/charge-schedules-api.
type BatchRecurring struct {
	Object               string               `json:"object" wire:"strict"` // "batch_recurring"
	ID                   string               `json:"id" wire:"strict"`
	Livemode             bool                 `json:"livemode"`
	Status               BatchRecurringStatus `json:"status" wire:"strict"`
	Name                 string               `json:"name"`                   // file name of the report
	Team                 string               `json:"team"`                   // id of the team
	Entries              int                  `json:"entries"`                // rows of the file
	ScheduleCreatedCount int                  `json:"schedule_created_count"` // so far
	Downloadable         bool                 `json:"downloadable"`           // the report is ready
	CreatedAt            time.Time            `json:"created_at"`
	UpdatedAt            time.Time            `json:"updated_at"`
}

func (b *BatchRecurring) identity() identity { return identity{kindBatchRecurring, b.Object, b.ID} }

// BatchRecurringStatus is the state of a job. Only the first status is documented.
type BatchRecurringStatus string

// BatchRecurringStatusPending is the status right after the upload.
const BatchRecurringStatusPending BatchRecurringStatus = "pending"

// A Bulk is the result of pausing, resuming or deleting many schedules.
type Bulk struct {
	Object             string     `json:"object" wire:"strict"` // "bulk"
	UpdatedCount       int        `json:"updated_count"`
	FailedCount        int        `json:"failed_count"`
	SuccessScheduleIDs []string   `json:"success_schedule_ids"`
	FailedScheduleIDs  []string   `json:"failed_schedule_ids"`
	Errors             []Metadata `json:"errors"`  // not documented
	CSVURL             string     `json:"csv_url"` // of a report
}

func (b *Bulk) identity() identity { return identity{kindBulk, b.Object, ""} }

// ScheduleBulkCreateParams have a CSV file with a charge schedule in each row.
type ScheduleBulkCreateParams struct {
	// File starts with the row customer_key, customer, card, amount,
	// description, every, period, days_of_month, start_date, end_date. Amounts
	// are in the smallest unit.
	File     io.Reader `url:"-" check:"required"`
	Filename string    `url:"-" check:"required"`
}

// LargestUpload is the largest CSV file that the API accepts, in bytes.
const LargestUpload = 10 << 20

var _ uploader = (*ScheduleBulkCreateParams)(nil)

func (p *ScheduleBulkCreateParams) file() *form.File {
	return &form.File{Field: "file", Name: p.Filename, ContentType: "text/csv", Content: p.File, Limit: LargestUpload}
}

// ScheduleBulkParams name the schedules to pause, resume or delete.
type ScheduleBulkParams struct {
	ScheduleIDs []string `json:"schedule_ids" check:"required"` // at most 100
}

var _ checker = (*ScheduleBulkParams)(nil)

func (p *ScheduleBulkParams) check() *form.Problem {
	switch {
	case len(p.ScheduleIDs) > LargestPage:
		return &form.Problem{Field: "schedule_ids", Rule: "must not be more than 100"}
	case slices.Contains(p.ScheduleIDs, ""):
		return &form.Problem{Field: "schedule_ids", Rule: "must not hold an empty id"}
	}
	return nil
}

var (
	scheduleBulkCreate = &route{method: http.MethodPost, path: "/schedules/upload", guard: transport.None}
	scheduleBulkPause  = &route{method: http.MethodPatch, path: "/schedules/bulk_pause", guard: transport.Repeatable, json: true}
	scheduleBulkResume = &route{method: http.MethodPatch, path: "/schedules/bulk_resume", guard: transport.Repeatable, json: true}
	scheduleBulkDelete = &route{method: http.MethodDelete, path: "/schedules/bulk_delete", guard: transport.Repeatable, json: true}
)

// BulkCreate starts a job that makes a charge schedule from each row. The file is read
// to its end before anything is sent. [RecurringExportsService.Get] shows the progress
// of the job.
//
// Errors: [ErrCodeMissingFile], [ErrOutcomeUnknown].
//
// See https://docs.omise.co/charge-schedules-api.
func (s *SchedulesService) BulkCreate(ctx context.Context, params *ScheduleBulkCreateParams, opts ...RequestOption) (*BatchRecurring, error) {
	return call[BatchRecurring](ctx, s.client, scheduleBulkCreate, params, opts)
}

// BulkPause pauses charge schedules.
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/charge-schedules-api.
func (s *SchedulesService) BulkPause(ctx context.Context, params *ScheduleBulkParams, opts ...RequestOption) (*Bulk, error) {
	return call[Bulk](ctx, s.client, scheduleBulkPause, params, opts)
}

// BulkResume lets paused charge schedules run again.
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/charge-schedules-api.
func (s *SchedulesService) BulkResume(ctx context.Context, params *ScheduleBulkParams, opts ...RequestOption) (*Bulk, error) {
	return call[Bulk](ctx, s.client, scheduleBulkResume, params, opts)
}

// BulkDelete stops charge schedules for good.
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/charge-schedules-api.
func (s *SchedulesService) BulkDelete(ctx context.Context, params *ScheduleBulkParams, opts ...RequestOption) (*Bulk, error) {
	return call[Bulk](ctx, s.client, scheduleBulkDelete, params, opts)
}

// RecurringExportsService follows the jobs of [SchedulesService.BulkCreate]. All
// its calls need the secret key.
//
// See https://docs.omise.co/charge-schedules-api.
type RecurringExportsService service

var (
	recurringExportGet      = get("/recurring_exports/{id}")
	recurringExportDownload = &route{method: http.MethodGet, path: "/recurring_exports/{id}/download", guard: transport.Read, stream: true}
)

// Get returns a job.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/charge-schedules-api.
func (s *RecurringExportsService) Get(ctx context.Context, id string, opts ...RequestOption) (*BatchRecurring, error) {
	return call[BatchRecurring](ctx, s.client, recurringExportGet, nil, opts, id)
}

// Download returns the report of a finished job, a CSV file with the result of each
// row. The caller closes it.
//
// Errors: [ErrCodeNotFound], [ErrCodeBadRequest] while the job is not finished.
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/charge-schedules-api.
func (s *RecurringExportsService) Download(ctx context.Context, id string, opts ...RequestOption) (io.ReadCloser, error) {
	return download(ctx, s.client, recurringExportDownload, opts, id)
}
