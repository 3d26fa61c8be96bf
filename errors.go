package omise

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// An Error says why a call did not succeed: the API refused it, a proxy or a firewall
// answered in its place, or no answer came.
//
// A declined card is not an Error: the charge exists, with status failed. See
// [Charge.Failure].
//
//	var e *omise.Error
//	switch {
//	case errors.Is(err, omise.ErrOutcomeUnknown): // money may have moved: ask this first
//	case errors.Is(err, omise.ErrCodeNotFound): // this code
//	case errors.As(err, &e): // anything else about it
//	}
//
// No printer shows a key, a card number or a body.
//
// See https://docs.omise.co/api-errors.
type Error struct {
	Status       int       // HTTP status, 0 if there was no answer
	Code         ErrorCode // "" if the answer was not an error of the API
	Message      string    // text of the API, in English
	Location     string    // URL of the API's page about the code
	RequestID    string    // id of the request on the server, "" if the server gave none
	Method       string    // of the call
	PathTemplate string    // of the call, such as /charges/{id}
	Attempts     int       // requests sent or tried

	// Outcome says whether the call may have changed anything. It is empty for
	// a call that only reads.
	Outcome Outcome

	// IdempotencyKey is the key that every attempt of a write carried.
	IdempotencyKey string

	// RetryAfter is how long the server asked to wait, 0 if it did not.
	RetryAfter time.Duration

	// Page is the answer of a proxy or a firewall between the API and the client: its
	// first 512 bytes, without keys and card numbers. It is "" for an answer of the API
	// and for a call to the vault. It prints as [redacted] and is not stored, because
	// such a page may show more of the request than a log should have.
	Page Sensitive

	// Object is the object in the answer if it is not the one that was asked for, such
	// as a [*Charge] of another amount; nil otherwise.
	Object any

	cause error
	write *writeRecord // nil for a call that reads
}

// Outcome says what is known about a write that did not succeed.
type Outcome string

// The outcomes of a write.
const (
	// OutcomeNotSent: nothing was written to the server, nothing has happened.
	OutcomeNotSent Outcome = "not_sent"

	// OutcomeRefused: the server refused the write, nothing has happened.
	OutcomeRefused Outcome = "refused"

	// OutcomeUnknown: the write may have been processed. See [ErrOutcomeUnknown].
	OutcomeUnknown Outcome = "unknown"
)

// ErrOutcomeUnknown marks the error of a write that may have been processed: the answer
// was lost, cut short or made no sense. Check for it with errors.Is, and do not simply
// call again. Store the error with [MarshalError], and give it to
// [ChargesService.Resolve], [RefundsService.Resolve] or [TransfersService.Resolve].
// After a write of another kind, look for the object.
var ErrOutcomeUnknown = errors.New("omise: outcome unknown")

// Is matches [ErrOutcomeUnknown] and, if the outcome is known, the code of the error.
// If the outcome is unknown, a code such as used_token says only how the last attempt
// ended: an earlier attempt may have succeeded. The only exception is a delete that was
// answered at once with not_found, if a read has confirmed that: the object does not exist
// in either case.
func (e *Error) Is(target error) bool {
	if code, ok := target.(ErrorCode); ok {
		isGone := e.Method == http.MethodDelete && code == ErrCodeNotFound && e.write != nil && e.write.Refused && e.write.Gone
		isTrue := e.Outcome != OutcomeUnknown || isGone
		return code == e.Code && code != "" && isTrue
	}
	return target == ErrOutcomeUnknown && e.Outcome == OutcomeUnknown
}

// Unwrap returns the cause, such as a context that ended or a connection that broke. It
// is nil if the API's answer is the whole reason.
func (e *Error) Unwrap() error { return e.cause }

// Error describes the call and its result in one line.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "omise: %s %s: ", e.Method, e.PathTemplate)
	if e.Outcome == OutcomeUnknown {
		b.WriteString("outcome unknown: ")
	}
	b.WriteString(e.reason())
	if e.Status != 0 {
		fmt.Fprintf(&b, " (HTTP %d", e.Status)
		if e.RequestID != "" {
			b.WriteString(", request " + e.RequestID)
		}
		b.WriteString(")")
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " after %d attempts", e.Attempts)
	}
	return b.String()
}

func (e *Error) reason() string {
	switch {
	case e.Code != "":
		return string(e.Code) + ": " + e.Message
	case e.cause != nil:
		return e.cause.Error()
	}
	return "the answer is not an error of the API"
}

// GoString returns the text of Error, so that %#v shows no secret.
func (e *Error) GoString() string { return "&omise.Error{" + e.Error() + "}" }

// LogValue gives a structured logger the parts of the error.
func (e *Error) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("message", e.Error()),
		slog.String("code", string(e.Code)),
		slog.Int("status", e.Status),
		slog.String("outcome", string(e.Outcome)),
		slog.String("request_id", e.RequestID),
		slog.String("idempotency_key", e.IdempotencyKey),
		slog.Int("attempts", e.Attempts),
	)
}

// A ParamError says why a call or a client was refused before anything was sent.
type ParamError struct {
	Method       string // of the call; "" if it is about the client
	PathTemplate string
	Field        string // as the API names it, such as card[number]
	Rule         string // the rule that it breaks, such as "must be greater than 0"
}

// Error names the field and the rule, never the value.
func (e *ParamError) Error() string {
	where := ""
	if e.Method != "" {
		where = e.Method + " " + e.PathTemplate + ": "
	}
	return "omise: " + where + e.Field + " " + e.Rule
}

// apiError is the body of an error of the API.
type apiError struct {
	Object   string    `json:"object"`
	Code     ErrorCode `json:"code"`
	Message  string    `json:"message"`
	Location string    `json:"location"`
}

func parseAPIError(body []byte) (e apiError, ok bool) {
	err := json.Unmarshal(body, &e)
	return e, err == nil && e.Object == "error" && e.Code != ""
}

func isAPIError(body []byte) bool {
	_, ok := parseAPIError(body)
	return ok
}

func isRefusal(body []byte) bool {
	e, ok := parseAPIError(body)
	return ok && e.Code.isRefusal()
}

// The largest texts from outside that are kept, in bytes.
const (
	longestMessage = 512
	longestName    = 96
)

// cause has the text of an error without secrets. errors.Is and errors.As still find
// the error itself, which is in a closure so that no printer shows its text.
type cause struct {
	text string
	err  func() error
}

func (c *cause) Error() string        { return c.text }
func (c *cause) GoString() string     { return c.text }
func (c *cause) Is(target error) bool { return errors.Is(c.err(), target) }
func (c *cause) As(target any) bool   { return errors.As(c.err(), target) }

// storedError is an Error in JSON.
type storedError struct {
	Status         int           `json:"status,omitempty"`
	Code           ErrorCode     `json:"code,omitempty"`
	Message        string        `json:"message,omitempty"`
	Location       string        `json:"location,omitempty"`
	RequestID      string        `json:"request_id,omitempty"`
	Method         string        `json:"method"`
	PathTemplate   string        `json:"path"`
	Attempts       int           `json:"attempts"`
	Outcome        Outcome       `json:"outcome,omitempty"`
	IdempotencyKey string        `json:"idempotency_key,omitempty"`
	RetryAfter     time.Duration `json:"retry_after,omitempty"` // nanoseconds
	Cause          string        `json:"cause,omitempty"`
	Write          *writeRecord  `json:"write,omitempty"`
}

// MarshalError writes the error of a call as JSON, also a wrapped error. The JSON can
// be stored and given to Resolve later, also by another process:
//
//	stored, err := omise.MarshalError(err)
//
//	unknown := new(omise.Error) // later
//	err = json.Unmarshal(stored, unknown)
//
// json.Marshal does the same only for a plain [*Error]. It writes an error of
// fmt.Errorf or errors.Join as {}, and everything is lost.
//
// If err holds several, such as the error of a write and that of a later read, MarshalError
// writes one whose outcome is unknown. It returns an error if err holds no *Error.
func MarshalError(err error) ([]byte, error) {
	e, ok := errorIn(err)
	if !ok {
		return nil, fmt.Errorf("omise: there is no *omise.Error to store in an error of type %T", err)
	}
	return json.Marshal(e)
}

// errorIn returns the *Error that err is or wraps. If there are several, it prefers one
// whose outcome is unknown, because money may have moved.
func errorIn(err error) (*Error, bool) {
	if e := unknownIn(err); e != nil {
		return e, true
	}
	e, ok := errors.AsType[*Error](err)
	return e, ok && e != nil
}

// unknownIn returns the first *Error in the tree of err whose outcome is unknown, or nil.
func unknownIn(err error) *Error {
	switch err := err.(type) {
	case *Error:
		if err != nil && err.Outcome == OutcomeUnknown {
			return err
		}
	case interface{ Unwrap() error }:
		return unknownIn(err.Unwrap())
	case interface{ Unwrap() []error }:
		for _, err := range err.Unwrap() {
			if e := unknownIn(err); e != nil {
				return e
			}
		}
	}
	return nil
}

// MarshalJSON writes the error so that it can be stored and resolved later, also by
// another process. It leaves out Page and Object, and keeps only the text of the cause.
// See [MarshalError] for a wrapped error.
//
// A copy of an Error is stored in the same way, such as in a field that is no pointer.
func (e Error) MarshalJSON() ([]byte, error) {
	stored := storedError{
		Status:         e.Status,
		Code:           e.Code,
		Message:        e.Message,
		Location:       e.Location,
		RequestID:      e.RequestID,
		Method:         e.Method,
		PathTemplate:   e.PathTemplate,
		Attempts:       e.Attempts,
		Outcome:        e.Outcome,
		IdempotencyKey: e.IdempotencyKey,
		RetryAfter:     e.RetryAfter,
		Write:          e.write,
	}
	if e.cause != nil {
		stored.Cause = e.cause.Error()
	}
	return json.Marshal(stored)
}

// UnmarshalJSON reads what MarshalJSON has written.
func (e *Error) UnmarshalJSON(data []byte) error {
	var stored storedError
	if err := json.Unmarshal(data, &stored); err != nil {
		return err
	}
	*e = Error{
		Status:         stored.Status,
		Code:           stored.Code,
		Message:        stored.Message,
		Location:       stored.Location,
		RequestID:      stored.RequestID,
		Method:         stored.Method,
		PathTemplate:   stored.PathTemplate,
		Attempts:       stored.Attempts,
		Outcome:        stored.Outcome,
		IdempotencyKey: stored.IdempotencyKey,
		RetryAfter:     stored.RetryAfter,
		write:          stored.Write,
	}
	if stored.Cause != "" {
		e.cause = errors.New(stored.Cause)
	}
	if e.write != nil {
		e.write.stored = true
	}
	return nil
}
