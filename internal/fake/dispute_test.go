package fake

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// upload sends a file as evidence.
func (w *world) upload(disputeID, filename, kind string, size int) (int, answer) {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	require.NoError(w.t, form.WriteField("kind", kind))
	if filename != "" {
		part, err := form.CreateFormFile("file", filename)
		require.NoError(w.t, err)
		_, err = part.Write(make([]byte, size))
		require.NoError(w.t, err)
	}
	require.NoError(w.t, form.Close())
	hr := httptest.NewRequest(http.MethodPost, "/disputes/"+disputeID+"/documents", &body)
	hr.Header.Set("Content-Type", form.FormDataContentType())
	hr.SetBasicAuth(w.SecretKey(), "")
	return w.send(hr)
}

func TestDisputeWon(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.charge(nil)
	w.post("/charges/"+c.id()+"/refunds", object{"amount": 10_000})
	d := w.post("/charges/"+c.id()+"/disputes", nil)
	require.Equal(t, "open", d["status"])
	require.EqualValues(t, 90_000, d["amount"])
	require.Equal(t, "goods_or_services_not_provided", d["reason_code"])
	require.EqualValues(t, 96_094-100_000, w.get("/balance")["total"])

	c = w.get("/charges/" + c.id())
	require.Equal(t, d, c.in("dispute"))
	requireFlags(t, c, "authorized", "capture", "paid")
	w.fails(failedRefund, "POST", "/charges/"+c.id()+"/refunds", object{"amount": 1})
	w.fails(badRequest, "POST", "/charges/"+c.id()+"/disputes", nil)

	require.Equal(t, "open", w.patch("/disputes/"+d.id(), object{"metadata": object{"a": "b"}})["status"])
	d = w.patch("/disputes/"+d.id(), object{"message": "We sent it"})
	require.Equal(t, "pending", d["status"])
	require.Equal(t, "We sent it", d["message"])
	w.fails(badRequest, "PATCH", "/disputes/"+d.id(), object{"message": "again"})
	w.fails(badRequest, "PATCH", "/disputes/"+d.id()+"/accept", nil)
	w.fails(badRequest, "PATCH", "/disputes/"+d.id()+"/close", object{"status": "draw"})

	d = w.patch("/disputes/"+d.id()+"/close", object{"status": "won"})
	require.Equal(t, "won", d["status"])
	require.NotNil(t, d["closed_at"])
	moves := d["transactions"].([]any)
	require.Equal(t, "dispute.won.credit", moves[0].(map[string]any)["key"])
	require.Equal(t, "dispute.started.debit", moves[1].(map[string]any)["key"])
	require.EqualValues(t, 96_094-10_000, w.get("/balance")["total"])
	w.fails(badRequest, "PATCH", "/disputes/"+d.id()+"/close", nil)
	requireFlags(t, w.get("/charges/"+c.id()), "authorized", "capture", "paid", "refundable", "partially_refundable")

	require.Equal(t, c.id(), w.get("/disputes/" + d.id() + "?expand=true").in("charge")["id"])
	require.Equal(t, []string{d.id()}, w.get("/charges/"+c.id()+"/disputes").ids())
}

func TestDisputeLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	first, second := w.charge(nil), w.charge(nil)
	accepted := w.post("/charges/"+first.id()+"/disputes", nil)
	accepted = w.patch("/disputes/"+accepted.id()+"/accept", nil)
	require.Equal(t, "lost", accepted["status"])
	require.Equal(t, "Merchant accepts the dispute", accepted["message"])
	require.Len(t, accepted["transactions"], 1)

	lost := w.post("/charges/"+second.id()+"/disputes", nil)
	lost = w.patch("/disputes/"+lost.id()+"/close", nil)
	require.Equal(t, "lost", lost["status"])
	requireFlags(t, w.get("/charges/"+second.id()), "authorized", "capture", "paid")
	require.EqualValues(t, 2*(96_094-100_000), w.get("/balance")["total"])
	require.Equal(t, []string{
		"charge.create", "charge.create", "dispute.create", "dispute.accept", "dispute.create", "dispute.close",
	}, w.eventKeys())
}

func TestDisputeLists(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	var ids []string
	for range 4 {
		ids = append(ids, w.post("/charges/"+w.charge(nil).id()+"/disputes", nil).id())
	}
	w.patch("/disputes/"+ids[1], object{"message": "x"})
	w.patch("/disputes/"+ids[2]+"/accept", nil)
	w.patch("/disputes/"+ids[3]+"/close", object{"status": "won"})
	require.Equal(t, ids[:1], w.get("/disputes/open").ids())
	require.Equal(t, ids[1:2], w.get("/disputes/pending").ids())
	require.Equal(t, ids[2:], w.get("/disputes/closed").ids())
	require.Equal(t, "/disputes/closed", w.get("/disputes/closed")["location"])
	require.Equal(t, ids, w.get("/disputes").ids())
	require.Empty(t, w.get("/charges/"+w.charge(nil).id()+"/disputes").data())
	w.fails(badRequest, "POST", "/charges/"+w.charge(object{"capture": false}).id()+"/disputes", nil)
}

func TestDisputeDocuments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	d := w.post("/charges/"+w.charge(nil).id()+"/disputes", nil)
	status, doc := w.upload(d.id(), "receipt.PNG", "proof_of_receipt", 10)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "receipt.PNG", doc["filename"])
	require.Equal(t, "proof_of_receipt", doc["kind"])
	download := w.visit(doc.text("download_uri"), "")
	require.Equal(t, []any{http.StatusOK, "application/octet-stream"}, []any{download.status, download.kind})
	require.Len(t, download.text, 10)
	require.Equal(t, http.StatusUnauthorized, w.visit(doc.text("download_uri")+"X", "").status)
	require.Equal(t, doc, w.get(doc.text("location")))
	require.Equal(t, []string{doc.id()}, w.get("/disputes/"+d.id()).in("documents").ids())

	for _, test := range []struct {
		id, filename, kind string
		size               int
		code               errorCode
	}{
		{d.id(), "", "proof_of_receipt", 0, missingFile},
		{d.id(), "virus.exe", "proof_of_receipt", 1, invalidFileType},
		{d.id(), "a.pdf", "poem", 1, badRequest},
		{d.id(), "a.pdf", "", maxDocumentSize + 1, badRequest},
		{"dspt_x", "a.pdf", "", 1, notFound},
	} {
		_, a := w.upload(test.id, test.filename, test.kind, test.size)
		require.Equal(t, string(test.code), a["code"], test)
	}

	status, second := w.upload(d.id(), "second.pdf", "", 1)
	require.Equal(t, http.StatusOK, status)
	require.Nil(t, second["kind"])
	gone := w.ok("DELETE", second.text("location"), nil)
	require.Equal(t, true, gone["deleted"])
	w.fails(notFound, "GET", second.text("location"), nil)
	w.fails(notFound, "DELETE", second.text("location"), nil)
	w.fails(notFound, "GET", "/disputes/dspt_x/documents/docu_x", nil)

	w.patch("/disputes/"+d.id()+"/accept", nil)
	_, a := w.upload(d.id(), "late.pdf", "", 1)
	require.Equal(t, "documents list cannot be modified", a["message"])
	w.fails(documentsLocked, "DELETE", doc.text("location"), nil)
	require.Equal(t, []string{doc.id()}, w.get("/disputes/"+d.id()+"/documents").ids())
}
