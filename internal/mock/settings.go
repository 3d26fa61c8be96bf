package mock

import (
	"net/http"

	"github.com/omisekit/omise-go/internal/fake"
)

func (w *World) describe(*http.Request) (any, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	account := w.Fake()
	webhook := ""
	if w.hooks != nil {
		webhook = w.hooks.URI
	}
	return object{
		"secret_key":     account.SecretKey(),
		"public_key":     account.PublicKey(),
		"links_plus_key": account.LinksPlusKey(),
		"webhook":        webhook,
		"webhook_secret": account.WebhookSecret(),
		"seed":           w.options.Seed,
		"country":        w.options.Country,
		"three_d_secure": w.options.ThreeDSecure,
		"honour_keys":    w.options.HonourKeys,
		"strict":         w.options.Strict != nil,
		"now":            account.Now(),

		"ignore_idemp_keys": w.options.IgnoreIdempKeys,
		"rate_limit":        rateLimit{w.options.RateLimit.Calls, w.options.RateLimit.Per.String()},
	}, nil
}

// reset starts the world again with the same keys. The call may change settings.
func (w *World) reset(r *http.Request) (any, error) {
	var to struct {
		Seed            *uint64    `json:"seed"`
		Country         *string    `json:"country"`
		ThreeDSecure    *bool      `json:"three_d_secure"`
		HonourKeys      *bool      `json:"honour_keys"`
		IgnoreIdempKeys *bool      `json:"ignore_idemp_keys"`
		Strict          *bool      `json:"strict"`
		RateLimit       *rateLimit `json:"rate_limit"`
	}
	if err := read(r, &to); err != nil {
		return nil, err
	}
	w.mu.Lock()
	options := w.options
	set(&options.Seed, to.Seed)
	set(&options.Country, to.Country)
	set(&options.ThreeDSecure, to.ThreeDSecure)
	set(&options.HonourKeys, to.HonourKeys)
	set(&options.IgnoreIdempKeys, to.IgnoreIdempKeys)
	if to.Strict != nil {
		options.Strict = nil
		if *to.Strict {
			options.Strict = w.logViolation
		}
	}
	err := check(Options{World: options})
	if err == nil && to.RateLimit != nil {
		options.RateLimit, err = to.RateLimit.read()
	}
	if err == nil {
		w.begin(options)
	}
	w.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return w.describe(r)
}

// A rateLimit is the number of calls that a key may make in a period. Zero calls mean no
// limit.
type rateLimit struct {
	Calls int    `json:"calls"`
	Per   string `json:"per"`
}

func (l *rateLimit) read() (fake.RateLimit, error) {
	if l.Calls == 0 {
		return fake.RateLimit{}, nil
	}
	per, err := readDuration("rate_limit.per", l.Per)
	switch {
	case l.Calls < 0:
		return fake.RateLimit{}, &Invalid{"rate_limit.calls", "must not be negative"}
	case err == nil && per == 0:
		err = &Invalid{"rate_limit.per", "must be greater than 0"}
	}
	return fake.RateLimit{Calls: l.Calls, Per: per}, err
}

func set[T any](field, to *T) {
	if to != nil {
		*field = *to
	}
}
