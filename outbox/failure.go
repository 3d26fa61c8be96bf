package outbox

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/omisekit/omise-go"
)

// A failure is why a request was not done, as it is stored. It holds no secret:
// an [omise.Error] and an [omise.ParamError] hold none.
type failure struct {
	API   *omise.Error      `json:"api,omitempty"`
	Param *omise.ParamError `json:"param,omitempty"`
	Text  string            `json:"text,omitempty"`
}

func storeFailure(err error) string {
	var f failure
	if api, ok := errors.AsType[*omise.Error](err); ok {
		f.API = api
	} else if param, ok := errors.AsType[*omise.ParamError](err); ok {
		f.Param = param
	} else {
		f.Text = clean(err.Error())
	}
	text, err := json.Marshal(f)
	if err != nil { // no error of the SDK comes to that
		return `{"text":"the error cannot be stored"}`
	}
	return string(text)
}

// failure returns the error that is stored in the row, nil if there is none.
func (r *row) failure() error {
	var f failure
	switch err := json.Unmarshal([]byte(r.Failure), &f); {
	case r.Failure == "":
		return nil
	case err != nil:
		return errors.New("outbox: the stored error cannot be read")
	case f.API != nil:
		return f.API
	case f.Param != nil:
		return f.Param
	}
	return errors.New(f.Text)
}

// A fate is what a request that has failed leaves of its intent.
type fate int

const (
	tryAgain fate = iota // it was certainly not processed and may be sent again
	refused              // it was certainly not processed and never will be
	unsure               // evidence decides
)

// causedByTwin reports whether an earlier delivery of the same request may be the
// cause of its refusal: the network can deliver a request twice.
func causedByTwin(e *omise.Error) bool {
	switch e.Code {
	case omise.ErrCodeInvalidCharge: // "source was already used"
		return strings.Contains(e.Message, "already")
	case omise.ErrCodeInvalidAmount: // more than is left to refund
		return strings.HasSuffix(e.PathTemplate, "/refunds")
	}
	return slices.Contains([]omise.ErrorCode{
		omise.ErrCodeUsedToken, omise.ErrCodeFailedCapture, omise.ErrCodeFailedRefund, omise.ErrCodeFailedVoid,
		omise.ErrCodeBadRequest, omise.ErrCodeInvalidTransfer,
	}, e.Code)
}

// fateOf judges an error of the one request of a send. Only an error of the API
// itself, or one from before the request was written, says that nothing was
// done; a page or a status of something between does not.
func fateOf(err error, sends int64) fate {
	if _, ok := errors.AsType[*omise.ParamError](err); ok {
		return refused
	}
	e, ok := errors.AsType[*omise.Error](err)
	switch {
	case !ok:
		return unsure
	case e.Outcome == omise.OutcomeNotSent:
		return tryAgain
	case e.Outcome != omise.OutcomeRefused || e.Code == "" || e.Status >= 500:
		return unsure
	case e.Status == http.StatusTooManyRequests, e.Status == http.StatusUnauthorized, e.Status == http.StatusForbidden:
		return tryAgain
	case slices.Contains([]int{http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly}, e.Status):
		return unsure
	case sends > 1 || causedByTwin(e):
		return unsure
	}
	return refused
}

// isRefusal reports whether an error says no for good, once evidence has shown
// that an earlier delivery is not the reason.
func isRefusal(err error) bool {
	e, ok := errors.AsType[*omise.Error](err)
	return ok && e.Code != "" && e.Status >= 400 && e.Status < 500 && !slices.Contains([]int{
		http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout,
		http.StatusConflict, http.StatusTooEarly, http.StatusTooManyRequests,
	}, e.Status)
}
