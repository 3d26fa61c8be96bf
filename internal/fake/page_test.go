package fake

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/fake/money"
)

// A visit is the answer to a payer who opens an address, without a key.
type visit struct {
	status int
	kind   string
	text   string
	next   string // where the page sends the payer
}

// visit opens a page as a browser does, or presses a button on it.
func (w *world) visit(uri, button string) visit {
	w.t.Helper()
	method, body := "GET", io.Reader(nil)
	if button != "" {
		method, body = "POST", strings.NewReader(url.Values{"answer": {button}}.Encode())
	}
	hr, err := http.NewRequestWithContext(w.t.Context(), method, uri, body)
	require.NoError(w.t, err)
	hr.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := w.RoundTrip(hr)
	require.NoError(w.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(w.t, err)
	return visit{resp.StatusCode, resp.Header.Get("Content-Type"), string(text), resp.Header.Get("Location")}
}

const shop = "https://shop.example.com/done?order=1&x=%3C"

func (w *world) waiting() answer { w.t.Helper(); return w.charge(object{"return_uri": shop}) }

func TestThePayerApprovesOrDeclines(t *testing.T) {
	t.Parallel()
	for button, want := range map[string]string{"yes": "successful", "no": "failed"} {
		w := newWorld(t, Options{ThreeDSecure: true})
		c := w.charge(object{"return_uri": shop, "description": "<b>Shoes</b>"})
		uri := c.text("authorize_uri")
		seen := w.visit(uri, "")
		require.Equal(t, http.StatusOK, seen.status)
		require.Equal(t, "text/html; charset=utf-8", seen.kind)
		for _, text := range []string{"THB 1,000.00", "merchant@example.com", "Visa •••• 4242", c.id(), "Approve", "Decline", "&lt;b&gt;Shoes"} {
			require.Contains(t, seen.text, text)
		}
		require.NotContains(t, seen.text, goodCard)

		require.Equal(t, visit{status: http.StatusSeeOther, next: shop}, w.visit(uri, button))
		require.Equal(t, want, w.get("/charges/" + c.id())["status"])
		require.Contains(t, w.eventKeys(), "charge.complete")

		seen = w.visit(uri, "")
		require.Contains(t, seen.text, "Payment "+want)
		require.Equal(t, button == "no", strings.Contains(seen.text, "payment rejected"))
		require.NotContains(t, seen.text, "Approve")
		require.Contains(t, seen.text, `href="https://shop.example.com/done?order=1&amp;x=%3C"`)
		again := w.visit(uri, "yes")
		require.Equal(t, "?acs=false", again.next, "too late: the page shows the state")
		require.Equal(t, want, w.get("/charges/" + c.id())["status"])
	}
}

func TestThePayerGoesBackToAnApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{ThreeDSecure: true})
	uri := w.charge(object{"return_uri": "shopapp://done/1"}).text("authorize_uri")
	require.Equal(t, "shopapp://done/1", w.visit(uri, "yes").next)
	require.NotContains(t, w.visit(uri, "").text, "Back to the merchant")
}

func TestThePageOfAnAuthorizedCharge(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{ThreeDSecure: true})
	c := w.charge(object{"return_uri": shop, "capture": false})
	w.visit(c.text("authorize_uri"), "yes")
	require.Contains(t, w.visit(c.text("authorize_uri"), "").text, "Payment authorized")
}

func TestPagesRefuseBadAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{ThreeDSecure: true})
	uri := w.waiting().text("authorize_uri")
	require.Equal(t, "answer must be yes or no\n", w.visit(uri, "maybe").text)
	hr, err := http.NewRequest("DELETE", uri, nil)
	require.NoError(t, err)
	resp, err := w.RoundTrip(hr)
	require.NoError(t, err)
	require.Equal(t, http.StatusMethodNotAllowed, resp.StatusCode)
	hr.Method = "POST" // without a body
	resp, err = w.RoundTrip(hr)
	require.NoError(t, err)
	require.Equal(t, http.StatusBadRequest, resp.StatusCode)
}

func TestPagesAreNoCallsOfTheAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{ThreeDSecure: true, Strict: func(problem string) { t.Error(problem) }})
	uri := w.waiting().text("authorize_uri")
	require.NoError(t, w.Fault(Rule{Effect: DropBefore}))
	before := len(w.Calls())
	require.Equal(t, http.StatusOK, w.visit(uri, "").status)
	require.Equal(t, http.StatusSeeOther, w.visit(uri, "yes").status)
	require.Len(t, w.Calls(), before)
}

func TestNoOtherSiteAnswersForThePayer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{ThreeDSecure: true})
	c := w.waiting()
	for name, value := range map[string]string{"Origin": "https://evil.example.com", "Sec-Fetch-Site": "cross-site"} {
		hr := httptest.NewRequest("POST", c.text("authorize_uri"), strings.NewReader("answer=yes"))
		hr.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		hr.Header.Set(name, value)
		recorder := httptest.NewRecorder()
		w.ServeHTTP(recorder, hr)
		require.Equal(t, http.StatusForbidden, recorder.Code, name)
	}
	require.Equal(t, "pending", w.get("/charges/" + c.id())["status"])
}

func TestNoOtherPageFramesThePagesOfPayers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{ThreeDSecure: true})
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, httptest.NewRequest("GET", w.waiting().text("authorize_uri"), nil))
	require.Contains(t, recorder.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'")
	require.Equal(t, "DENY", recorder.Header().Get("X-Frame-Options"))
}

func TestOwnsPage(t *testing.T) {
	t.Parallel()
	one, other := newWorld(t, Options{Seed: 1, ThreeDSecure: true}), newWorld(t, Options{Seed: 2, ThreeDSecure: true})
	link := one.post("/links", object{"amount": 5000, "currency": "thb", "title": "Shoes", "description": "Red"})
	for _, uri := range []string{
		one.waiting().text("authorize_uri"),
		one.sourceCharge("truemoney_qr").in("source").in("scannable_code").in("image").text("download_uri"),
		link.text("payment_uri"),
		one.post("/linked_accounts", object{"type": "direct_debit_bay", "return_uri": shop}).text("registration_uri"),
	} {
		hr, err := http.NewRequest("GET", uri, nil)
		require.NoError(t, err)
		require.True(t, one.OwnsPage(hr), uri)
		require.False(t, other.OwnsPage(hr), uri)
		hr.URL.Path = hr.URL.Path[:len(hr.URL.Path)-1] + "_"
		require.False(t, one.OwnsPage(hr), hr.URL)
	}
	for _, path := range []string{"/charges", "/charges/" + one.waiting().id(), "/", "/payments/", "/payments//authorize"} {
		require.False(t, one.OwnsPage(&http.Request{URL: &url.URL{Path: path}}), path)
	}
}

func TestPagesOfChains(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.AddChain("branch@example.com")
	branch := &world{Server: w.chains.all[0].account, t: t}
	body := object{"amount": 5000, "currency": "thb", "source": object{"type": "truemoney", "phone_number": "0812345678"}, "return_uri": shop}
	hr := branch.request("POST", "/charges", body)
	_, c := w.send(hr)
	require.Contains(t, w.visit(c.text("authorize_uri"), "").text, "branch@example.com")
	require.Equal(t, shop, w.visit(c.text("authorize_uri"), "yes").next)
	require.True(t, branch.charges.all[0].paid())
}

func TestTheBuyerPaysALinkOnItsPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	l := w.post("/links", object{"amount": 123_456, "currency": "thb", "title": "Shoes", "description": "Red"})
	uri := l.text("payment_uri")
	seen := w.visit(uri, "")
	require.Contains(t, seen.text, "THB 1,234.56")
	require.Contains(t, seen.text, "Shoes")
	require.NotContains(t, seen.text, `value="no"`)
	require.Equal(t, visit{status: http.StatusSeeOther, next: "?"}, w.visit(uri, "yes"), "to the same page")
	require.Contains(t, w.visit(uri, "").text, "Shoes: paid")
	require.Equal(t, true, w.get("/links/" + l.id())["used"])
}

func TestTheBuyerRegistersABankAccountOnItsPage(t *testing.T) {
	t.Parallel()
	for button, want := range map[string]string{"yes": "successful", "no": "failed"} {
		w := newWorld(t, Options{})
		a := w.post("/linked_accounts", object{"type": "direct_debit_bay", "return_uri": shop})
		uri := a.text("registration_uri")
		require.Contains(t, w.visit(uri, "").text, "direct_debit_bay")
		require.Equal(t, shop, w.visit(uri, button).next)
		require.Contains(t, w.visit(uri, "").text, "Registration "+want)
		require.Equal(t, want, w.get("/linked_accounts/" + a.id())["status"])
	}
}

func TestPublicURL(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{ThreeDSecure: true, PublicURL: "http://first.example.com/"})
	c := w.waiting()
	kept := w.Snapshot()
	w.PublishAt("http://second.example.com:8080")
	w.Restore(kept)
	fork := &world{Server: w.Fork(nil), t: t}
	for _, row := range []struct {
		w    *world
		base string
	}{{w, "http://second.example.com:8080"}, {fork, "http://first.example.com"}} {
		uri := row.w.get("/charges/" + c.id()).text("authorize_uri")
		require.True(t, strings.HasPrefix(uri, row.base+"/payments/paym_test_"), uri)
		require.Equal(t, http.StatusOK, row.w.visit(uri, "").status)
		image := row.w.sourceCharge("promptpay").in("source").in("scannable_code").in("image").text("download_uri")
		require.True(t, strings.HasPrefix(image, row.base+"/charges/"), image)
		require.Equal(t, "image/png", row.w.visit(image, "").kind)
	}
}

func TestFormatMoney(t *testing.T) {
	t.Parallel()
	require.Equal(t, "THB 1,234,567.08", money.Format(123_456_708, "THB"))
	require.Equal(t, "THB 0.05", money.Format(5, "THB"))
	require.Equal(t, "THB -999.00", money.Format(-99_900, "THB"))
	require.Equal(t, "JPY 1,000", money.Format(1000, "JPY"))
}

func TestChecksum(t *testing.T) {
	t.Parallel()
	require.Equal(t, uint16(0x29B1), checksum("123456789")) // the value that catalogues of checksums give
}
