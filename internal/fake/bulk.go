package fake

import (
	"bytes"
	"encoding/csv"
	"path"
	"slices"
	"strings"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

const (
	maxUploadSize = 10 << 20
	maxUploadRows = 10_000
	maxBulk       = 100
)

// uploadColumns are the columns of an uploaded file.
var uploadColumns = []string{
	"customer_key", "customer", "card", "amount", "description", "every", "period", "days_of_month",
	"start_date", "end_date",
}

// A batch makes a charge schedule of every row of an uploaded file.
type batch struct {
	entity
	name    string
	entries int
	made    int
	report  []byte // nil until the batch is finished
}

// batchView renders a batch.
//
// Guess: the status of a finished batch is completed.
func (s *Server) batchView(b *batch, _ bool) object {
	status := "pending"
	if b.report != nil {
		status = "completed"
	}
	return shape.New("batch_recurring").With(object{
		"id":                     b.id,
		"status":                 status,
		"created_at":             b.createdAt,
		"updated_at":             b.createdAt,
		"name":                   b.name,
		"team":                   s.account.team,
		"entries":                b.entries,
		"schedule_created_count": b.made,
		"downloadable":           b.report != nil,
	})
}

// uploadSchedules answers that the batch is pending and then runs it, so that the
// batch is finished when the next call reads it.
//
// Guess: the codes and messages for a file that cannot be read at all.
func (s *Server) uploadSchedules(r *request) (any, *apiError) {
	upload, ok := r.files["file"]
	switch {
	case !ok:
		return nil, fail(missingFile, "missing file or filename")
	case !strings.EqualFold(path.Ext(upload.filename), ".csv"):
		return nil, fail(invalidFileType, "file must be CSV")
	case len(upload.content) > maxUploadSize:
		return nil, fail(badRequest, "file is too large (maximum is 10 MB)")
	}
	in := csv.NewReader(bytes.NewReader(upload.content))
	in.FieldsPerRecord = len(uploadColumns)
	rows, err := in.ReadAll()
	switch {
	case err != nil || len(rows) == 0 || !slices.Equal(rows[0], uploadColumns):
		return nil, fail(badRequest, "file must have the columns %s", strings.Join(uploadColumns, ","))
	case len(rows) > maxUploadRows+1:
		return nil, fail(badRequest, "file has too many rows (maximum is %d)", maxUploadRows)
	}
	b := &batch{entity: s.newEntity("recurr"), entries: len(rows) - 1}
	b.name = s.account.team + "-batch_recurring_report_" + b.createdAt.Format("2006-01-02T15-04-05Z") + ".csv"
	s.batches.add(b)
	answer := s.batchView(b, false)
	s.runBatch(b, rows)
	return answer, nil
}

// runBatch makes the schedules and the report. The report repeats each row and adds
// its result.
func (s *Server) runBatch(b *batch, rows [][]string) {
	var report bytes.Buffer
	out := csv.NewWriter(&report)
	// A buffer takes all that is written.
	_ = out.Write(append(rows[0], "status", "schedule_id", "error_code", "error_message"))
	for _, row := range rows[1:] {
		sc, err := s.scheduleOf(row)
		if err != nil {
			_ = out.Write(append(row, "failed", "", string(err.code), err.message))
			continue
		}
		b.made++
		_ = out.Write(append(row, "success", sc.id, "", ""))
	}
	out.Flush()
	b.report = report.Bytes()
}

// scheduleOf makes the schedule that a row describes.
//
// Guess: a row may name a token in place of a card. The card of the token is then
// added to the customer.
func (s *Server) scheduleOf(row []string) (*schedule, *apiError) {
	p := rowParams(row)
	charge := p.Group("charge")
	if t, ok := s.tokens.get(charge.Text("card")); ok && !t.used {
		owner, err := s.customers.find(charge.Text("customer"))
		if err != nil {
			return nil, err
		}
		owner.attach(t)
		charge["card"] = t.card.id
	}
	return s.newSchedule(p)
}

// rowParams returns a row as the parameters of a schedule.
func rowParams(row []string) params.Map {
	column := func(name string) string { return row[slices.Index(uploadColumns, name)] }
	charge, on := map[string]any{}, []any{}
	for _, name := range []string{"customer", "card", "amount", "description"} {
		charge[name] = column(name)
	}
	for _, n := range strings.FieldsFunc(column("days_of_month"), func(c rune) bool { return c == ';' }) {
		on = append(on, strings.TrimSpace(n))
	}
	p := params.Map{"charge": charge, "on": map[string]any{"days_of_month": on}}
	for _, name := range []string{"every", "period", "start_date", "end_date"} {
		p[name] = column(name)
	}
	return p
}

func (s *Server) downloadReport(r *request) (any, *apiError) {
	b, err := s.batches.find(r.id("id"))
	if err != nil {
		return nil, err
	}
	return file{kind: "text/csv; charset=utf-8", content: b.report}, nil
}

// bulk changes many charge schedules. The answer lists the changed schedules and the
// others.
//
// Guess: no source shows the form of the error of one schedule.
func (s *Server) bulk(change func(*request, *schedule) *apiError) handler {
	return func(r *request) (any, *apiError) {
		ids := r.params.Texts("schedule_ids")
		if n := len(ids); n < 1 || n > maxBulk {
			return nil, fail(badRequest, "schedule_ids must be an array of 1 to %d ids", maxBulk)
		}
		done, failed, reasons := []string{}, []string{}, []any{}
		for _, id := range ids {
			sc, err := s.chargeSchedule(id)
			if err == nil {
				err = change(r, sc)
			}
			if err != nil {
				failed = append(failed, id)
				reasons = append(reasons, object{"schedule_id": id, "code": string(err.code), "message": err.message})
				continue
			}
			done = append(done, id)
		}
		return shape.New("bulk").With(object{
			"updated_count":        len(done),
			"success_schedule_ids": done,
			"failed_count":         len(failed),
			"failed_schedule_ids":  failed,
			"errors":               reasons,
		}), nil
	}
}

// chargeSchedule finds a schedule that charges. It does not find transfer schedules.
func (s *Server) chargeSchedule(id string) (*schedule, *apiError) {
	sc, err := s.schedules.find(id)
	if err == nil && sc.charge == nil {
		err = failNotFound("schedule", id)
	}
	return sc, err
}

// pauseSchedules returns the change of a schedule to the paused or the active state.
// The change fails if the schedule has ended or is in that state already.
func pauseSchedules(paused bool) func(*request, *schedule) *apiError {
	return func(_ *request, sc *schedule) *apiError {
		switch {
		case !sc.active():
			return fail(badRequest, "schedule is %s", sc.status)
		case sc.paused == paused:
			return fail(badRequest, "schedule is in state %s already", sc.state())
		}
		sc.paused = paused
		return nil
	}
}
