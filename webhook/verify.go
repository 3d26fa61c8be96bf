package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Where a webhook carries its signature, and what is taken of it.
//
// See https://docs.omise.co/api-webhooks.
const (
	SignatureHeader = "Omise-Signature"           // HMAC-SHA256 in hex, or two of them, separated by a comma
	TimestampHeader = "Omise-Signature-Timestamp" // Unix time in seconds

	// DefaultTolerance is how far a timestamp may be from now, either way.
	DefaultTolerance = 5 * time.Minute

	// LargestBody is the largest body that is looked at, in bytes. An event
	// takes a few thousand.
	LargestBody = 1 << 20

	mostSignatures   = 10 // a rotation makes two
	longestTimestamp = 12 // digits: the next thirty thousand years
)

// Verify tells whether Omise signed the body with one of the secrets, not more
// than [DefaultTolerance] before or after now. body is what came over the wire,
// byte for byte; secrets are as the dashboard shows them.
//
// Errors: those of this package.
//
// See https://docs.omise.co/api-webhooks.
func Verify(header http.Header, body []byte, secrets ...string) error {
	return Verifier{Secrets: secrets}.Verify(header, body)
}

// A Verifier verifies webhooks with a tolerance and a clock of its own. It is
// safe for concurrent use and prints no secret.
//
// See https://docs.omise.co/api-webhooks.
type Verifier struct {
	Secrets   []string         // in Base64; during a rotation the new and the old one
	Tolerance time.Duration    // 0 is DefaultTolerance
	Now       func() time.Time // nil is time.Now
}

// Verify is the function [Verify] with the settings of v.
//
// Errors: those of this package.
//
// See https://docs.omise.co/api-webhooks.
func (v Verifier) Verify(header http.Header, body []byte) error {
	keys, err := decodeSecrets(v.Secrets)
	if err != nil {
		return err
	}
	return v.verify(keys, header, body)
}

// verify does what costs little first: nothing is hashed before the body has a
// sound size, the header a sound form and the timestamp a sound time.
func (v Verifier) verify(keys [][]byte, header http.Header, body []byte) error {
	switch {
	case len(keys) == 0:
		return ErrNoSecret
	case len(body) == 0:
		return ErrEmptyBody
	case len(body) > LargestBody:
		return ErrTooLarge
	}
	timestamp, err := timestampOf(header)
	if err != nil {
		return err
	}
	signatures, err := signaturesOf(header)
	if err != nil {
		return err
	}
	if !v.timely(timestamp) {
		return ErrStale
	}
	matched := false
	for _, key := range keys {
		want := sign(key, timestamp, body)
		for _, signature := range signatures {
			if hmac.Equal(signature, want) {
				matched = true // and goes on, so that no clock tells which one it was
			}
		}
	}
	if !matched {
		return ErrBadSignature
	}
	return nil
}

// timely tells whether a timestamp is close enough to now. Seconds are compared,
// because a duration is too small for all of them.
func (v Verifier) timely(timestamp string) bool {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return false
	}
	tolerance, now := v.Tolerance, time.Now
	if tolerance == 0 {
		tolerance = DefaultTolerance
	}
	if v.Now != nil {
		now = v.Now
	}
	distance := max(now().Unix()-seconds, seconds-now().Unix())
	return distance <= int64(tolerance/time.Second)
}

// Format prints the same for every verb.
func (v Verifier) Format(w fmt.State, _ rune) {
	fmt.Fprintf(w, "webhook.Verifier(%d secrets)", len(v.Secrets))
}

// LogValue keeps the secrets out of slog.
func (v Verifier) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(v)) }

// decodeSecrets refuses an empty secret: anybody can sign with it.
func decodeSecrets(secrets []string) ([][]byte, error) {
	if len(secrets) == 0 {
		return nil, ErrNoSecret
	}
	keys := make([][]byte, len(secrets))
	for i, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(secret))
		if err != nil || len(key) == 0 {
			return nil, ErrBadSecret
		}
		keys[i] = key
	}
	return keys, nil
}

func timestampOf(header http.Header) (string, error) {
	values := header.Values(TimestampHeader)
	if len(values) == 0 || values[0] == "" {
		return "", ErrNoSignature
	}
	timestamp := values[0]
	if len(values) > 1 || len(timestamp) > longestTimestamp {
		return "", ErrBadTimestamp
	}
	for _, r := range timestamp {
		if r < '0' || r > '9' {
			return "", ErrBadTimestamp
		}
	}
	return timestamp, nil
}

// signaturesOf returns the signatures that can be one.
func signaturesOf(header http.Header) ([][]byte, error) {
	var signatures [][]byte
	seen := 0
	for _, value := range header.Values(SignatureHeader) {
		for text := range strings.SplitSeq(value, ",") {
			if seen++; seen > mostSignatures {
				return nil, ErrTooManySignatures
			}
			text = strings.TrimSpace(text)
			if len(text) != hex.EncodedLen(sha256.Size) {
				continue
			}
			if signature, err := hex.DecodeString(text); err == nil {
				signatures = append(signatures, signature)
			}
		}
	}
	if header.Get(SignatureHeader) == "" && seen < 2 {
		return nil, ErrNoSignature
	}
	return signatures, nil
}

func sign(key []byte, timestamp string, body []byte) []byte {
	mac := hmac.New(sha256.New, key)
	io.WriteString(mac, timestamp)
	io.WriteString(mac, ".")
	mac.Write(body)
	return mac.Sum(nil)
}

// Sign returns the headers with which Omise would send the body at a moment, for
// tests. It panics if the secret is not Base64.
//
// See https://docs.omise.co/api-webhooks.
func Sign(body []byte, secret string, at time.Time) http.Header {
	keys, err := decodeSecrets([]string{secret})
	if err != nil {
		panic(err)
	}
	timestamp := strconv.FormatInt(at.Unix(), 10)
	return http.Header{
		SignatureHeader: {hex.EncodeToString(sign(keys[0], timestamp, body))},
		TimestampHeader: {timestamp},
	}
}
