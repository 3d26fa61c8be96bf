package omisetest_test

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

// A scene is a server with its client, and helpers for a test of an error.
type scene struct {
	*omise.Client
	t   *testing.T
	srv *omisetest.Server
}

func newScene(t *testing.T) *scene {
	t.Helper()
	srv := omisetest.NewServer(t)
	return &scene{Client: srv.Client(omise.WithMaxRetries(0)), t: t, srv: srv}
}

func (s *scene) paid() string { s.t.Helper(); return s.srv.SeedPaidCharges(1)[0] }

func (s *scene) held() string {
	s.t.Helper()
	return charge(s.t, s.Client, func(p *omise.ChargeCreateParams) { p.Capture = new(false) }).ID
}

// do makes a call that the methods of the SDK would refuse.
func (s *scene) do(method, path string, values url.Values) error {
	return s.Do(s.t.Context(), method, path, values, nil)
}

func (s *scene) chargeOn(number string) error {
	s.t.Helper()
	token, err := s.Tokens.Create(s.t.Context(), &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai Prasert", Number: omise.NewSensitive(number), ExpirationMonth: 12, ExpirationYear: 2035,
	}})
	if err != nil {
		return err
	}
	_, err = s.Charges.Create(s.t.Context(), &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Card: token.ID})
	return err
}

func (s *scene) refund(id string, params *omise.RefundCreateParams) error {
	_, err := s.Refunds.Create(s.t.Context(), id, params)
	return err
}

// upload sends a file of any type, which the SDK would refuse.
func (s *scene) upload(filename string) *http.Response {
	s.t.Helper()
	dispute, err := s.Disputes.Create(s.t.Context(), s.settled())
	require.NoError(s.t, err)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_, err = form.CreateFormFile("file", filename)
	require.NoError(s.t, err)
	require.NoError(s.t, form.Close())
	hr, err := http.NewRequestWithContext(s.t.Context(), "POST", "https://api.omise.co/disputes/"+dispute.ID+"/documents", &body)
	require.NoError(s.t, err)
	hr.Header.Set("Content-Type", form.FormDataContentType())
	hr.SetBasicAuth(s.srv.SecretKey(), "")
	resp, err := s.srv.HTTPClient().Do(hr)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { resp.Body.Close() })
	return resp
}

// settled returns a charge that cannot be voided any more.
func (s *scene) settled() string {
	s.t.Helper()
	id := s.paid()
	s.srv.Advance(48 * time.Hour)
	return id
}

// errorStatuses has every documented code with its status.
var errorStatuses = map[omise.ErrorCode]int{
	omise.ErrCodeBackendError: 400, omise.ErrCodeBadRequest: 400, omise.ErrCodeBrandNotSupported: 400,
	omise.ErrCodeDocumentsLocked: 400, omise.ErrCodeExpiredCharge: 400, omise.ErrCodeFailedCapture: 400,
	omise.ErrCodeFailedExpire: 400, omise.ErrCodeFailedFraudCheck: 400, omise.ErrCodeFailedMultiCurrency: 400,
	omise.ErrCodeFailedRefund: 400, omise.ErrCodeFailedReverse: 400, omise.ErrCodeFailedVoid: 400,
	omise.ErrCodeFeatureNotSupported: 400, omise.ErrCodeInvalidAmount: 400, omise.ErrCodeInvalidBankAccount: 400,
	omise.ErrCodeInvalidCard: 400, omise.ErrCodeInvalidCardToken: 400, omise.ErrCodeInvalidCharge: 400,
	omise.ErrCodeInvalidDispute: 400, omise.ErrCodeInvalidDomain: 400, omise.ErrCodeInvalidFileType: 400,
	omise.ErrCodeInvalidLink: 400, omise.ErrCodeInvalidRecipient: 400, omise.ErrCodeInvalidToken: 400,
	omise.ErrCodeInvalidTransfer: 400, omise.ErrCodeMissingCard: 400, omise.ErrCodeMissingFile: 400,
	omise.ErrCodeUsedToken:             400,
	omise.ErrCodeAuthenticationFailure: 401, omise.ErrCodeKeyExpiredError: 401,
	omise.ErrCodeLockedAccountError: 403, omise.ErrCodeNotAuthorized: 403,
	omise.ErrCodeNotFound: 404, omise.ErrCodeSerializerNotFound: 404, omise.ErrCodeServiceNotFound: 404,
	omise.ErrCodeFailedDeletion: 422, omise.ErrCodeInvalidFilter: 422, omise.ErrCodeInvalidPage: 422,
	omise.ErrCodeInvalidPerPage: 422, omise.ErrCodeInvalidScope: 422,
	omise.ErrCodeTooManyRequests: 429, omise.ErrCodeInternalError: 500, omise.ErrCodeSearchUnavailable: 503,
}

// natural has the codes that the fake answers by itself.
var natural = map[omise.ErrorCode]func(*scene) error{
	omise.ErrCodeAuthenticationFailure: func(s *scene) error {
		_, err := s.With(omise.WithSecretKey("skey_test_other")).Balance.Get(s.t.Context())
		return err
	},
	omise.ErrCodeBadRequest:        func(s *scene) error { return s.do("GET", "/charges", url.Values{"limit": {"0"}}) },
	omise.ErrCodeBrandNotSupported: func(s *scene) error { return s.chargeOn("6759649826438453") },
	omise.ErrCodeDocumentsLocked: func(s *scene) error {
		dispute, err := s.Disputes.Create(s.t.Context(), s.paid())
		require.NoError(s.t, err)
		_, err = s.Disputes.Accept(s.t.Context(), dispute.ID)
		require.NoError(s.t, err)
		_, err = s.Documents.Upload(s.t.Context(), dispute.ID, &omise.DocumentUploadParams{File: bytes.NewReader([]byte("x")), Filename: "a.pdf"})
		return err
	},
	omise.ErrCodeExpiredCharge: func(s *scene) error {
		id := s.held()
		s.srv.Advance(8 * 24 * time.Hour)
		_, err := s.Charges.Capture(s.t.Context(), id, nil)
		return err
	},
	omise.ErrCodeFailedCapture: func(s *scene) error {
		id := s.held()
		_, err := s.Charges.Capture(s.t.Context(), id, nil)
		require.NoError(s.t, err)
		_, err = s.Charges.Capture(s.t.Context(), id, nil)
		return err
	},
	omise.ErrCodeFailedDeletion: func(s *scene) error {
		recipients, err := s.Recipients.List(s.t.Context(), nil)
		require.NoError(s.t, err)
		_, err = s.Recipients.Delete(s.t.Context(), recipients.Data[0].ID) // the default recipient cannot be deleted
		return err
	},
	omise.ErrCodeFailedExpire: func(s *scene) error {
		_, err := s.Charges.Expire(s.t.Context(), s.paid())
		return err
	},
	omise.ErrCodeFailedRefund: func(s *scene) error { return s.refund(s.held(), &omise.RefundCreateParams{Amount: 1}) },
	omise.ErrCodeFailedReverse: func(s *scene) error {
		_, err := s.Charges.Reverse(s.t.Context(), s.paid())
		return err
	},
	omise.ErrCodeFailedVoid: func(s *scene) error {
		return s.refund(s.settled(), &omise.RefundCreateParams{Amount: 100_000, Void: new(true)})
	},
	omise.ErrCodeInvalidBankAccount: func(s *scene) error {
		_, err := s.Recipients.Create(s.t.Context(), &omise.RecipientCreateParams{
			Name: "Malee", Type: "individual", BankAccount: &omise.BankAccountParams{Name: "Malee", Number: "1234567890", Brand: "nobank"},
		})
		return err
	},
	omise.ErrCodeInvalidCard:   func(s *scene) error { return s.chargeOn("4242424242424241") },
	omise.ErrCodeInvalidCharge: func(s *scene) error { return s.do("POST", "/charges", url.Values{"currency": {"XXX"}}) },
	omise.ErrCodeInvalidFilter: func(s *scene) error {
		return s.do("GET", "/search", url.Values{"scope": {"charge"}, "filters[x]": {"1"}})
	},
	omise.ErrCodeInvalidLink: func(s *scene) error { return s.do("POST", "/links", url.Values{"amount": {"1"}}) },
	omise.ErrCodeInvalidPage: func(s *scene) error {
		return s.do("GET", "/search", url.Values{"scope": {"charge"}, "page": {"0"}})
	},
	omise.ErrCodeInvalidPerPage: func(s *scene) error {
		return s.do("GET", "/search", url.Values{"scope": {"charge"}, "per_page": {"101"}})
	},
	omise.ErrCodeInvalidRecipient: func(s *scene) error { return s.do("POST", "/recipients", url.Values{"name": {""}}) },
	omise.ErrCodeInvalidScope:     func(s *scene) error { return s.do("GET", "/search", url.Values{"scope": {"x"}}) },
	omise.ErrCodeMissingCard: func(s *scene) error {
		return s.do("POST", "/charges", url.Values{"amount": {"100000"}, "currency": {"THB"}})
	},
	omise.ErrCodeMissingFile: func(s *scene) error {
		dispute, err := s.Disputes.Create(s.t.Context(), s.paid())
		require.NoError(s.t, err)
		return s.do("POST", "/disputes/"+dispute.ID+"/documents", url.Values{"kind": {"proof_of_receipt"}})
	},
	omise.ErrCodeNotFound: func(s *scene) error {
		_, err := s.Charges.Get(s.t.Context(), "chrg_test_none")
		return err
	},
	omise.ErrCodeServiceNotFound: func(s *scene) error { return s.do("GET", "/nowhere", nil) },
	omise.ErrCodeUsedToken: func(s *scene) error {
		params := &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Card: s.token()}
		_, err := s.Charges.Create(s.t.Context(), params)
		require.NoError(s.t, err)
		_, err = s.Charges.Create(s.t.Context(), params)
		return err
	},
}

func (s *scene) token() string {
	s.t.Helper()
	token, err := s.Tokens.Create(s.t.Context(), &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai Prasert", Number: omise.NewSensitive("4242424242424242"), ExpirationMonth: 12, ExpirationYear: 2035,
	}})
	require.NoError(s.t, err)
	return token.ID
}

// TestEveryErrorCode shows how a test gets each documented code: with a call that
// causes it, or with a fault if the fake cannot cause it.
func TestEveryErrorCode(t *testing.T) {
	t.Parallel()
	require.Len(t, errorStatuses, 43)
	require.Len(t, natural, 25)
	t.Logf("%d codes, %d of which the fake answers by itself", len(errorStatuses), len(natural)+1)
	for code, status := range errorStatuses {
		t.Run(string(code), func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			reach, ok := natural[code]
			switch {
			case code == omise.ErrCodeInvalidFileType:
				resp := s.upload("evidence.txt")
				require.Equal(t, status, resp.StatusCode)
				calls := s.srv.Calls()
				require.Equal(t, string(code), calls[len(calls)-1].ErrorCode)
				return
			case !ok:
				s.srv.Fault(omisetest.On("POST /charges").Error(string(code)))
				reach = func(s *scene) error { return s.chargeOn("4242424242424242") }
				if status >= 500 { // after a write, the outcome would be unknown
					s.srv.Fault(omisetest.On("GET /balance").Error(string(code)))
					reach = func(s *scene) error {
						_, err := s.With(omise.WithMaxRetries(0)).Balance.Get(s.t.Context())
						return err
					}
				}
			}
			err := reach(s)
			require.ErrorIs(t, err, code)
			var failed *omise.Error
			require.ErrorAs(t, err, &failed)
			require.Equal(t, code, failed.Code)
			require.NotEmpty(t, failed.Message)
			var last omisetest.Call // the last call that failed; the client may have read something after it
			for _, call := range s.srv.Calls() {
				if call.ErrorCode != "" || call.Fault != "" {
					last = call
				}
			}
			require.Equal(t, status, last.Status)
			require.Equal(t, ok, last.ErrorCode == string(code), "by a fault: %v", last.Fault)
			if !ok {
				require.NotEmpty(t, last.Fault)
			}
		})
	}
}

// TestEveryFault shows how the SDK handles each fault.
func TestEveryFault(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault   omisetest.Fault
		unknown bool // whether the charge was made
		made    int
	}{
		"JSON 500":         {omisetest.On("POST /charges").Error("internal_error"), true, 0},
		"HTML 502 after":   {omisetest.On("POST /charges").HTML(502).Processed(), true, 1},
		"429":              {omisetest.On("POST /charges").TooManyRequests(time.Second), false, 0},
		"drop before":      {omisetest.On("POST /charges").DropBefore(), true, 0},
		"drop after":       {omisetest.On("POST /charges").DropAfter(), true, 1},
		"reset in headers": {omisetest.On("POST /charges").ResetInHeaders(), true, 1},
		"truncated":        {omisetest.On("POST /charges").Truncate(100), true, 1},
		"cut JSON":         {omisetest.On("POST /charges").CutJSON(), true, 1},
		"stall":            {omisetest.On("POST /charges").Stall(), true, 1},
		"hang":             {omisetest.On("POST /charges").Hang(), true, 0},
		"running":          {omisetest.On("POST /charges").Running(time.Minute), true, 0},
		"late":             {omisetest.On("POST /charges").Late(time.Minute), true, 0},
		"any":              {omisetest.OnAny().Nth(2).Status(503, "{}"), true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := omisetest.NewServer(t)
				s := &scene{Client: srv.Client(omise.WithMaxRetries(0)), t: t, srv: srv}
				srv.Fault(test.fault)
				err := s.chargeOn("4242424242424242")
				require.Error(t, err)
				require.Equal(t, test.unknown, errors.Is(err, omise.ErrOutcomeUnknown), err)
				srv.AssertCharged(test.made)
			})
		})
	}
	srv := omisetest.NewServer(t)
	srv.Fault(omisetest.On("POST /customers").Duplicate(), omisetest.OnAny().Latency(time.Hour))
	before := srv.Now()
	_, err := srv.Client().Customers.Create(t.Context(), &omise.CustomerCreateParams{})
	require.NoError(t, err)
	require.Equal(t, before.Add(time.Hour), srv.Now())
	srv.ClearFaults()
	customers, err := srv.Client().Customers.List(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, 2, customers.Total)
}
