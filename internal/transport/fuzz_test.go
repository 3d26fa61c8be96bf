package transport

import (
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// For any header of a server, the wait is not negative.
func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{"", "3", "-5", "1e309", "NaN", "2147483647", "2147483648", "Sat, 31 Jan 2026 12:00:07 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"} {
		f.Add(value)
	}
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, value string) {
		wait := retryAfter(http.Header{"Retry-After": {value}}, now)
		require.GreaterOrEqual(t, wait, time.Duration(0))
		budget := &Budget{}
		budget.hold(min(wait, time.Minute))
		require.LessOrEqual(t, budget.held(), time.Minute)
	})
}

var (
	looksLikeAKey    = regexp.MustCompile(`(?i)[spc]key_[0-9a-z]`)
	looksLikeANumber = regexp.MustCompile(`\d(?:[ -]*\d){11}`)
)

// From any text, all keys and card numbers are removed, and the result is not longer
// than the limit.
func FuzzScrub(f *testing.F) {
	for _, text := range []string{key, "key_skey_skey_1", "ckey_", "4242 4242-4242 4242", "4242424242424242skey_1", "\xff4242\xff", key[:10] + key, "4242--4242  4242 - 4242", "4242424\xc74242\xb542424242 and more"} {
		f.Add(text, 20)
	}
	clean := func(text string, limit int) string { return Scrub(text, limit, NewSecret(key)) }
	f.Fuzz(func(t *testing.T, text string, limit int) {
		if limit < 0 {
			return
		}
		got := clean(text, limit)
		require.NotContains(t, got, key)
		require.False(t, looksLikeAKey.MatchString(got), "%q", got)
		require.False(t, looksLikeANumber.MatchString(got), "%q", got)
		require.LessOrEqual(t, len(got), limit+len("..."))
	})
}
