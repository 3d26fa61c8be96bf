package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/redact"
)

// The headers of a signature, and the limits of a webhook.
//
// See https://docs.omise.co/api-webhooks.
const (
	SignatureHeader = "Omise-Signature"           // HMAC-SHA256 in hex, or two signatures, separated by a comma
	TimestampHeader = "Omise-Signature-Timestamp" // Unix time in seconds

	// DefaultTolerance is how far a timestamp may be from now, either way.
	DefaultTolerance = 5 * time.Minute

	// LargestBody is the largest body that is accepted, in bytes. An event has a few
	// thousand bytes.
	LargestBody = 1 << 20

	mostSignatures   = 10 // a rotation makes two
	shortestSecret   = 16 // bytes, without the Base64: a shorter secret can be guessed
	longestTimestamp = 12 // digits: enough for thirty thousand years
)

// Verify checks that Omise signed the body with one of the secrets, not more than
// [DefaultTolerance] before or after now. body is the exact body of the request;
// secrets are as the dashboard shows them.
//
// Errors: those of this package.
//
// See https://docs.omise.co/api-webhooks.
func Verify(header http.Header, body []byte, secrets ...string) error {
	v, err := NewVerifier(secrets)
	if err != nil {
		return err
	}
	return v.Verify(header, body)
}

// A Verifier verifies webhooks with its own tolerance and clock. [NewVerifier] makes
// one. It is safe for concurrent use and prints no secret.
//
// See https://docs.omise.co/api-webhooks.
type Verifier struct {
	hidden
	Tolerance time.Duration    // 0 means DefaultTolerance
	Now       func() time.Time // nil means time.Now
	keys      []redact.Text    // the secrets without their Base64
}

// hidden is embedded in types that hold a secret, so that no printer shows it.
type hidden = redact.Hidden

// NewVerifier returns a verifier. secrets are as the dashboard shows them; during a
// rotation, give both the new and the old secret.
//
// Errors: [ErrNoSecret], [ErrBadSecret], [ErrShortSecret].
//
// See https://docs.omise.co/api-webhooks.
func NewVerifier(secrets []string) (*Verifier, error) {
	keys, err := decodeSecrets(secrets)
	if err != nil {
		return nil, err
	}
	return &Verifier{keys: keys}, nil
}

// Verify is the function [Verify] with the settings of v.
//
// Errors: those of this package.
//
// See https://docs.omise.co/api-webhooks.
func (v *Verifier) Verify(header http.Header, body []byte) error {
	// The cheap checks come first: nothing is hashed unless the body has an allowed
	// size, the headers have the right form and the timestamp is close enough to now.
	switch {
	case len(v.keys) == 0:
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
	for _, key := range v.keys {
		want := sign(key, timestamp, body)
		for _, signature := range signatures {
			if hmac.Equal(signature, want) {
				matched = true // no break, so that the time does not reveal which secret matches
			}
		}
	}
	if !matched {
		return ErrBadSignature
	}
	return nil
}

// timely reports whether a timestamp is close enough to now. It compares seconds,
// because a time.Duration could overflow.
func (v *Verifier) timely(timestamp string) bool {
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

// decodeSecrets decodes secrets. It refuses a short secret, because anybody could guess
// it and sign with it.
func decodeSecrets(secrets []string) ([]redact.Text, error) {
	if len(secrets) == 0 {
		return nil, ErrNoSecret
	}
	keys := make([]redact.Text, len(secrets))
	for i, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(secret))
		switch {
		case err != nil || len(key) == 0:
			return nil, ErrBadSecret
		case len(key) < shortestSecret:
			return nil, ErrShortSecret
		}
		keys[i] = redact.New(string(key))
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

// signaturesOf returns the signatures in the header that have the right form.
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
	if header.Get(SignatureHeader) == "" && seen < 2 { // an empty header beside another one is ignored
		return nil, ErrNoSignature
	}
	return signatures, nil
}

func sign(key redact.Text, timestamp string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(key.Reveal()))
	io.WriteString(mac, timestamp)
	io.WriteString(mac, ".")
	mac.Write(body)
	return mac.Sum(nil)
}

// Sign returns the headers that Omise would send with the body at a time. It is for
// tests. It panics if the secret is not Base64 of 16 bytes or more.
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
