package outbox

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/form"
)

// A failure is the reason why a request was not done, as it is stored. It holds no
// secret, as an [omise.ParamError] and an [omise.Error] without its record hold no secret.
type failure struct {
	API   *omise.Error      `json:"api,omitempty"`
	Param *omise.ParamError `json:"param,omitempty"`
	Text  string            `json:"text,omitempty"`
}

func storeFailure(err error) string {
	var f failure
	if api, ok := errors.AsType[*omise.Error](err); ok {
		f.API = withoutRecord(api)
	} else if param, ok := errors.AsType[*omise.ParamError](err); ok {
		f.Param = param
	} else {
		f.Text = redactText(err.Error())
	}
	text, err := json.Marshal(f)
	if err != nil { // does not happen with errors of the SDK
		return `{"text":"the error cannot be stored"}`
	}
	return string(text)
}

// withoutRecord returns an error without the record of its write, which has the token and
// names in the metadata. Only Resolve needs the record, and the outbox does not call it.
func withoutRecord(e *omise.Error) *omise.Error {
	var fields map[string]json.RawMessage
	plain := new(omise.Error)
	text, _ := json.Marshal(e) // an error of the SDK can always be written and read
	_ = json.Unmarshal(text, &fields)
	delete(fields, "write")
	text, _ = json.Marshal(fields)
	_ = json.Unmarshal(text, plain)
	return plain
}

// failure returns the error that is stored in the row, nil if there is no error.
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

// certain returns a refusal whose outcome was unknown until evidence has shown that
// nothing was done.
func certain(refusal error) error {
	e, ok := errors.AsType[*omise.Error](refusal)
	if !ok {
		return refusal
	}
	known := *e
	known.Outcome = omise.OutcomeRefused
	return &known
}

// A failureClass says how an intent continues after a request that has failed.
type failureClass int

const (
	tryAgain failureClass = iota // it was certainly not processed and may be sent again
	refused                      // it was certainly not processed and never will be
	unsure                       // it may have been processed: evidence decides
)

// classifyFailure returns how an intent continues after the error of a request.
func classifyFailure(err error, sends int64) failureClass {
	if wrong, ok := errors.AsType[*omise.ParamError](err); ok {
		if wrong.Rule == form.IntentUnderWay { // in this process
			return tryAgain
		}
		return refused
	}
	if errors.Is(err, errNewer) { // another worker may be of the newer release
		return tryAgain
	}
	if errors.Is(err, errUnreadable) { // nothing was sent, and nothing can be sent
		return refused
	}
	e, ok := errors.AsType[*omise.Error](err)
	switch {
	case !ok || e.Outcome == omise.OutcomeUnknown:
		return unsure
	case !isRefusal(e): // it was not sent, or the API was busy or refused the key
		return tryAgain
	case sends > 1:
		// An earlier request may be the reason of the refusal. An earlier delivery of
		// this request is not, because the client has looked for its result.
		return unsure
	}
	return refused
}

// isRefusal reports whether the API refuses the request for good. If an earlier
// delivery may be the reason, evidence must show that it is not.
func isRefusal(err error) bool {
	e, ok := errors.AsType[*omise.Error](err)
	switch {
	case !ok || e.Status < 400 || e.Status >= 500:
		return false
	case slices.Contains(refusedForm, e.Status):
		return e.Outcome == omise.OutcomeRefused
	}
	return e.Code != "" && !slices.Contains(refusedForNow, e.Status)
}

// refusedForm are the answers of gateways, without a code of the API, to a request whose
// form or size they never accept.
var refusedForm = []int{
	http.StatusLengthRequired, http.StatusRequestEntityTooLarge,
	http.StatusRequestURITooLong, http.StatusRequestHeaderFieldsTooLarge,
}

// refusedForNow are the answers to a request that may be accepted later. 444, 460 and 499
// are of nginx and load balancers that have closed the connection.
var refusedForNow = []int{
	http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout,
	http.StatusConflict, http.StatusTooEarly, http.StatusTooManyRequests,
	444, 460, 499,
}
