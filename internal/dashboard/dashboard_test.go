package dashboard_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/dashboard"
	"github.com/omisekit/omise-go/internal/fake"
)

// A scene is a world and its dashboard next to the API.
type scene struct {
	t     *testing.T
	world *fake.Server
	site  http.Handler
}

func newScene(t *testing.T, options fake.Options) *scene {
	t.Helper()
	world := fake.New(options)
	other := fake.New(fake.Options{Seed: 99})
	worlds := func() []*fake.Server { return []*fake.Server{other, world} }
	return &scene{t, world, dashboard.Mount(world, worlds)}
}

func (s *scene) page() string { return dashboard.Prefix + "/" + s.world.PublicKey() + "/" }

func (s *scene) send(hr *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	s.site.ServeHTTP(recorder, hr)
	return recorder
}

func (s *scene) see(path string) string {
	s.t.Helper()
	recorder := s.send(httptest.NewRequest("GET", path, nil))
	require.Equal(s.t, http.StatusOK, recorder.Code)
	require.NotContains(s.t, recorder.Body.String(), s.world.SecretKey())
	return recorder.Body.String()
}

func (s *scene) order(what, id string) *http.Request {
	hr := httptest.NewRequest("POST", s.page(), strings.NewReader(url.Values{"do": {what}, "id": {id}}.Encode()))
	hr.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return hr
}

// press presses a button of the page. The answer redirects to the page.
func (s *scene) press(what, id string) {
	s.t.Helper()
	recorder := s.send(s.order(what, id))
	require.Equal(s.t, http.StatusSeeOther, recorder.Code, recorder.Body)
	require.Equal(s.t, "./", recorder.Header().Get("Location"))
}

// charge makes a charge through the API and returns its id.
func (s *scene) charge(params string) string {
	s.t.Helper()
	hr := httptest.NewRequest("POST", "/charges", strings.NewReader(params))
	hr.SetBasicAuth(s.world.SecretKey(), "")
	recorder := s.send(hr)
	require.Equal(s.t, http.StatusOK, recorder.Code, recorder.Body)
	var c struct{ ID string }
	require.NoError(s.t, json.Unmarshal(recorder.Body.Bytes(), &c))
	return c.ID
}

const (
	trueMoney = "amount=123456&currency=thb&source[type]=truemoney&source[phone_number]=0812345678&return_uri=https://shop.example.com"
	promptPay = "amount=123456&currency=thb&source[type]=promptpay"
)

func (s *scene) state(id string) string {
	for _, c := range s.world.Charges() {
		if c.ID == id {
			return c.Status
		}
	}
	return ""
}

func TestButtonsOfCharges(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ params, button, want, gone string }{
		{trueMoney, "approve", "successful", "decline"},
		{trueMoney, "decline", "failed", "approve"},
		{promptPay, "pay", "successful", "fail"},
		{promptPay, "fail", "failed", "pay"},
	} {
		s := newScene(t, fake.Options{})
		id := s.charge(row.params)
		before := s.see(s.page())
		require.Contains(t, before, `value="`+row.button+`"`)
		require.Contains(t, before, `value="`+row.gone+`"`)
		s.press(row.button, id)
		require.Equal(t, row.want, s.state(id), row.button)
		require.NotContains(t, s.see(s.page()), `value="`+row.gone+`"`)
	}
}

func TestTheOtherButtons(t *testing.T) {
	t.Parallel()
	s := newScene(t, fake.Options{})
	var arrived int
	s.world.Listen(fake.InMemory(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { arrived++ })))
	id := s.world.SeedPaidCharges(1)[0]
	s.press("dispute", id)
	require.Equal(t, "dispute.create", s.world.Overview(1).Events[0].State)

	before := arrived
	s.press("redeliver", s.world.Deliveries()[0].ID)
	require.Equal(t, before+1, arrived)

	start := s.world.Now()
	s.press("day", "")
	s.press("week", "")
	require.Equal(t, 8*24*time.Hour, s.world.Now().Sub(start))
}

func TestThePageShowsTheRecords(t *testing.T) {
	t.Parallel()
	s := newScene(t, fake.Options{ThreeDSecure: true})
	require.Contains(t, s.see(s.page()), "none")
	s.world.Listen(fake.InMemory(http.NotFoundHandler()))
	paid := s.world.SeedPaidCharges(1)[0]
	s.press("dispute", paid)
	waiting := s.charge(trueMoney)
	text := s.see(s.page())
	for _, want := range []string{
		paid, waiting, "THB 1,234.56", "Visa •••• 4242", "2026-01-05 03:00:00", "charge.create", "dispute.create",
		"https://merchant.example.com/webhooks/omise", "404", "POST /charges", "THB 1,000.00",
	} {
		require.Contains(t, text, want)
	}
	require.Less(t, strings.Index(text, waiting), strings.Index(text, paid), "the newest first")
	require.Contains(t, s.see(dashboard.Prefix+"/"), `href="./`+s.world.PublicKey()+`/"`)
}

func TestTheIndexOfNoWorlds(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	dashboard.New(func() []*fake.Server { return nil }).ServeHTTP(recorder, httptest.NewRequest("GET", "/", nil))
	require.Contains(t, recorder.Body.String(), "none yet")
}

func TestProblemsAreShown(t *testing.T) {
	t.Parallel()
	s := newScene(t, fake.Options{})
	paid := s.world.SeedPaidCharges(1)[0]
	for button, want := range map[string]string{
		"approve": "charge " + paid + " needs no authorization", "pay": paid + ": charge is not pending",
		"redeliver": "webhooks have no receiver", "undo": "there is no button &#34;undo&#34;",
	} {
		recorder := s.send(s.order(button, paid))
		require.Equal(t, http.StatusConflict, recorder.Code, button)
		require.Contains(t, recorder.Body.String(), want)
	}
}

func TestWhatCallersSendIsEscaped(t *testing.T) {
	t.Parallel()
	s := newScene(t, fake.Options{})
	s.send(httptest.NewRequest("GET", "/charges/%3Cscript%3Ealert(1)%3C/script%3E", nil))
	text := s.see(s.page())
	require.Contains(t, text, "&lt;script&gt;alert(1)")
	require.NotContains(t, text, "<script")
}

func TestRequestsFromOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	for header, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example.com"} {
		s := newScene(t, fake.Options{})
		id := s.charge(promptPay)
		hr := s.order("pay", id)
		hr.Header.Set(header, value)
		require.Equal(t, http.StatusForbidden, s.send(hr).Code, header)
		require.Equal(t, "pending", s.state(id))
	}
}

func TestMount(t *testing.T) {
	t.Parallel()
	s := newScene(t, fake.Options{})
	require.Equal(t, dashboard.Prefix+"/", s.send(httptest.NewRequest("GET", dashboard.Prefix, nil)).Header().Get("Location"))
	require.Equal(t, http.StatusNotFound, s.send(httptest.NewRequest("GET", dashboard.Prefix+"/pkey_test_other/", nil)).Code)
	require.Equal(t, http.StatusNotFound, s.send(httptest.NewRequest("POST", dashboard.Prefix+"/pkey_test_other/", nil)).Code)
	odd := s.send(httptest.NewRequest("GET", "//charges", nil))
	body, err := io.ReadAll(odd.Body)
	require.NoError(t, err)
	require.Contains(t, string(body), "authentication_failure", "the API sees paths as they were sent")
}
