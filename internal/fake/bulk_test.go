package fake

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const uploadHeader = "customer_key,customer,card,amount,description,every,period,days_of_month,start_date,end_date\n"

// uploadCSV uploads a file as a browser does.
func (w *world) uploadCSV(filename, content string) (int, answer) {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", filename)
	require.NoError(w.t, err)
	_, err = part.Write([]byte(content))
	require.NoError(w.t, err)
	require.NoError(w.t, form.Close())
	hr := w.request("POST", "/schedules/upload", nil)
	hr.Header.Set("Content-Type", form.FormDataContentType())
	hr.Body = readCloser{&body}
	return w.send(hr)
}

type readCloser struct{ *bytes.Buffer }

func (readCloser) Close() error { return nil }

func TestBulkUpload(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	customer := w.get("/customers/" + w.payer(goodCard))
	status, b := w.uploadCSV("plans.csv", uploadHeader+
		"a,"+customer.id()+","+customer.text("default_card")+",100000,Gold,1,month,1;15,2026-01-20,2026-12-31\n"+
		"b,"+customer.id()+","+w.token(goodCard)+",5000,,2,day,,,2026-02-01\n"+
		"c,cust_x,"+w.token(goodCard)+",5000,,2,day,,,2026-02-01\n"+
		"d,"+customer.id()+",,1,\"Silver, \"\"old\"\"\",2,month,31,,2026-02-01\n")
	require.Equal(t, http.StatusOK, status, b)
	require.Regexp(t, "^recurr_test_[0-9a-z]{19}$", b.id())
	require.Equal(t, []any{"pending", 4.0, 0.0, false}, []any{b["status"], b["entries"], b["schedule_created_count"], b["downloadable"]})
	require.True(t, strings.HasSuffix(b.text("name"), "-batch_recurring_report_2026-01-05T03-00-00Z.csv"))

	b = w.get("/recurring_exports/" + b.id())
	require.Equal(t, []any{"completed", 2.0, true}, []any{b["status"], b["schedule_created_count"], b["downloadable"]})
	made := w.get("/charges/schedules").data()
	require.Len(t, made, 2)
	require.Equal(t, "Every 1 month(s) on the 1st and 15th", made[0]["in_words"])
	require.Equal(t, "Gold", made[0].in("charge")["description"])
	require.EqualValues(t, 1, made[1].in("occurrences")["total"], "due today")
	cards := w.get("/customers/" + customer.id()).in("cards").ids()
	require.Equal(t, cards[1], made[1].in("charge")["card"], "a token becomes a card of the customer")

	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, w.request("GET", "/recurring_exports/"+b.id()+"/download", nil))
	require.Equal(t, http.StatusOK, recorder.Code)
	require.Equal(t, "text/csv; charset=utf-8", recorder.Header().Get("Content-Type"))
	rows := strings.Split(recorder.Body.String(), "\n")
	require.Equal(t, strings.TrimSpace(uploadHeader)+",status,schedule_id,error_code,error_message", rows[0])
	require.True(t, strings.HasSuffix(rows[1], ",success,"+made[0].id()+",,"), rows[1])
	require.True(t, strings.HasSuffix(rows[3], ",failed,,not_found,customer cust_x was not found"), rows[3])
	require.Contains(t, rows[4], `"Silver, ""old""",2,month,31,,2026-02-01,failed,,bad_request,on [days_of_month]`)
	w.fails(notFound, "GET", "/recurring_exports/recurr_x", nil)
	w.fails(notFound, "GET", "/recurring_exports/recurr_x/download", nil)
}

func TestBulkUploadRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	require.Equal(t, "missing file or filename", w.fails(missingFile, "POST", "/schedules/upload", nil))
	for _, test := range []struct{ filename, content, code string }{
		{"plans.xls", uploadHeader, "invalid_file_type"},
		{"plans.csv", "", "bad_request"},
		{"plans.csv", "customer,amount\n", "bad_request"},
		{"plans.csv", uploadHeader + "too,short\n", "bad_request"},
		{"plans.csv", uploadHeader + strings.Repeat(",,,,,,,,,\n", maxUploadRows+1), "bad_request"},
		{"plans.csv", strings.Repeat("x", maxUploadSize+1), "bad_request"},
	} {
		status, a := w.uploadCSV(test.filename, test.content)
		require.Equal(t, http.StatusBadRequest, status)
		require.Equal(t, test.code, a["code"])
	}
	status, a := w.uploadCSV("EMPTY.CSV", uploadHeader)
	require.Equal(t, http.StatusOK, status)
	require.EqualValues(t, 0, a["entries"])
}

func TestBulkPauseResumeDelete(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	customer := w.payer(goodCard)
	daily := w.post("/schedules", plan(customer, nil)).id()
	other := w.post("/schedules", plan(customer, object{"start_date": "2026-06-01"})).id()
	moves := w.post("/schedules", payout(w.recipient(true).id(), nil, object{"start_date": "2026-06-01"})).id()

	done := w.patch("/schedules/bulk_pause", object{"schedule_ids": []string{daily, other, moves, "schd_x"}})
	require.Equal(t, []any{2.0, 2.0}, []any{done["updated_count"], done["failed_count"]})
	require.Equal(t, []any{daily, other}, done["success_schedule_ids"])
	require.Equal(t, []any{moves, "schd_x"}, done["failed_schedule_ids"])
	require.Equal(t, map[string]any{"schedule_id": "schd_x", "code": "not_found", "message": "schedule schd_x was not found"},
		done["errors"].([]any)[1])
	paused := w.get("/schedules/" + daily)
	require.Equal(t, []any{"Pause", "running", true}, []any{paused["state"], paused["status"], paused["active"]})
	require.EqualValues(t, 1, w.patch("/schedules/bulk_pause", object{"schedule_ids": []string{daily}})["failed_count"])
	w.Advance(2 * day)

	done = w.patch("/schedules/bulk_resume", url.Values{"schedule_ids[]": {daily}})
	require.EqualValues(t, 1, done["updated_count"])
	w.Advance(day)
	require.Equal(t, []string{
		"2026-01-05 successful", "2026-01-06 skipped", "2026-01-07 skipped", "2026-01-08 successful",
	}, w.runs(daily))

	done = w.ok("DELETE", "/schedules/bulk_delete", object{"schedule_ids": []string{daily, other}})
	require.EqualValues(t, 2, done["updated_count"])
	require.Equal(t, "deleted", w.get("/schedules/" + other)["status"])
	require.EqualValues(t, 2, w.ok("DELETE", "/schedules/bulk_delete", url.Values{"schedule_ids[]": {daily, other}})["failed_count"])
	require.EqualValues(t, 1, w.patch("/schedules/bulk_resume", object{"schedule_ids": []string{daily}})["failed_count"])

	for _, body := range []any{nil, object{"schedule_ids": daily}, object{"schedule_ids": []string{}}, object{"schedule_ids": make([]string, 101)}} {
		w.fails(badRequest, "PATCH", "/schedules/bulk_pause", body)
		w.fails(badRequest, "DELETE", "/schedules/bulk_delete", body)
	}
}
