package redact_test

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/redact"
)

const (
	secretKey = "skey_test_5xsrnhy5yl6sc7x4pxb"
	publicKey = "pkey_5xsrnhy5z2wpj7cb5mm"
	oddKey    = "lplus-5xsrnhy5yl6sc7x4pxb" // its form is not documented
)

func TestKeysAreReplacedInEveryFormTheyTravelIn(t *testing.T) {
	t.Parallel()
	for _, key := range []string{secretKey, publicKey, "ckey_test_5xsrnhy5yl6sc7x4pxb", strings.ToUpper(secretKey), oddKey} {
		basic := base64.StdEncoding.EncodeToString([]byte(key + ":"))
		for name, form := range map[string]string{
			"plain":                    key,
			"upper case":               strings.ToUpper(key),
			"cut short":                key[:len(key)-4],
			"Basic":                    basic,
			"Basic without padding":    strings.TrimRight(basic, "="),
			"Basic cut short":          basic[:24],
			"Basic escaped for a URL":  url.QueryEscape(basic),
			"Base64 without the colon": base64.StdEncoding.EncodeToString([]byte(key)),
			"Base64 for URLs":          base64.URLEncoding.EncodeToString([]byte(key + ":secret")),
		} {
			for _, around := range [][2]string{{"", ""}, {"Authorization: Basic ", "; next"}, {"key=", "&a=1"}, {"(", ")"}} {
				got := redact.Clean(around[0]+form+around[1], redact.New(oddKey))
				require.Equal(t, around[0]+redact.Mark+around[1], got, "%s of %s", name, key)
			}
		}
	}
}

func TestCardNumbersAreReplacedWithAnySeparatorsBetweenTheirDigits(t *testing.T) {
	t.Parallel()
	for _, separator := range []string{
		"", " ", "-", ".", "/", ",", "+", "_", "%20", "%2D", "%2F", "%09", "%C2%A0", "\t", "\u00a0", "\n", "\r\n", "  ", " - ",
		"\u2007", "\u202f", "\u2010", "\u2013", "\u200b", "\u202e", "\x00", "\x1b", "\xff", "\ufeff", "\ufffd",
	} {
		for _, groups := range [][]string{{"4242", "4242", "4242", "4242"}, {"3782", "822463", "10005"}, {"5018", "0000", "0009"}, {"6304", "0000", "0000", "0000", "000"}} {
			number := strings.Join(groups, separator)
			require.Equal(t, "card "+redact.Mark+"!", redact.Clean("card "+number+"!"), "%q", number)
			require.Equal(t, redact.Mark, redact.Clean(number), "%q", number)
		}
	}
	require.Equal(t, redact.Mark, redact.Clean("%34%32424242424242%34242"), "digits that are escaped")
	require.Equal(t, redact.Mark, redact.Clean("\u0e54\u0e52\u0e54\u0e52424242424242"), "Thai digits")
}

// Most texts have marks between their numbers, so the check digit decides.
func TestCardNumbersAreReplacedWithMarksBetweenTheirDigits(t *testing.T) {
	t.Parallel()
	for _, mark := range []string{
		":", "|", ";", "'", "~", "*", `\`, `"`, ")(", "=", "#", "!", "?", "@", "&", "$", "^", "`", "[", "}", "\u00b7", "\u2022", "%3A", "%7C",
		`\n`, `\r\n`, "&nbsp;", "&#45;",
	} {
		for _, groups := range [][]string{{"4242", "4242", "4242", "4242"}, {"3782", "822463", "10005"}, {"6304", "0000", "0000", "0000"}} {
			number := strings.Join(groups, mark)
			require.Equal(t, "card "+redact.Mark+"!", redact.Clean("card "+number+"!"), "%q", number)
		}
		wrong := strings.Join([]string{"4000", "1234", "5678", "9011"}, mark)
		require.Equal(t, wrong, redact.Clean(wrong), "%q", wrong)
	}
}

func TestKeysWithAnEscapedUnderscoreAreReplaced(t *testing.T) {
	t.Parallel()
	for _, underscore := range []string{"%5F", "%5f", `\u005f`, `\u005F`, "&#95;"} {
		key := strings.ReplaceAll(secretKey, "_", underscore)
		require.Equal(t, "key "+redact.Mark+" next", redact.Clean("key "+key+" next"))
	}
}

// One port in ten would make a check digit of the numbers of two addresses.
func TestAddressesOfAConnectionAreKept(t *testing.T) {
	t.Parallel()
	for port := 49152; port < 49172; port++ {
		for _, address := range []string{"10.0.0.2:443", "192.168.100.200:8443", "52.74.123.145:443"} {
			text := fmt.Sprintf("read tcp 192.168.100.200:%d->%s: read: connection reset by peer", port, address)
			require.Equal(t, text, redact.Clean(text))
		}
	}
}

func TestOtherTextIsKept(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "amount must be between 2000 and 15000000", "chrg_test_5xsrnhy5yl6sc7x4pxb", "2026-01-31 10:30:00", "+66 81 234 5678",
		"dial tcp 192.168.100.200:443: connect: connection refused", "a monkey_1 in a turkey_2", "บัตรถูกปฏิเสธ 100%", "50% of 20", "%zz%4",
		"b21pc2Utd2ViaG9vay1zZWNyZXQ=", "key", "skey",
	} {
		require.Equal(t, text, redact.Clean(text, redact.Text{}), "%q", text)
	}
}

func TestSecretsOfAnyFormAreReplaced(t *testing.T) {
	t.Parallel()
	require.Equal(t, "a [redacted] c", redact.Clean("a bb c", redact.New("bb")))
	require.Equal(t, "a "+redact.Mark+" "+redact.Mark, redact.Clean("a "+oddKey+" secret-of-another", redact.New(oddKey), redact.New("secret-of-another")))
}

func TestForeignTextStaysOnOneLineWithoutControlCharacters(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain": "plain",
		"บัตรถูกปฏิเสธ \U0001f4b8": "บัตรถูกปฏิเสธ \U0001f4b8",
		"a\nlevel=INFO b":       "a level=INFO b",
		"a\r\n\tb\u00a0c\u2028": "a   b c ",
		"\x1b[31mred\x07":       "\ufffd[31mred\ufffd",
		"\x9b31m":               "\ufffd31m",
		"\u009b31m":             "\ufffd31m",
		"\u202etxt.exe\u2066":   "\ufffdtxt.exe\ufffd",
		"4242\x004242":          "4242\ufffd4242",
		"\u200b\u200e\ufeff":    "\ufffd\ufffd\ufffd",
		"\xff":                  "\ufffd",
	} {
		require.Equal(t, want, redact.Foreign(text), "%q", text)
	}
}

// hostile has the texts that take the longest: text that is almost a key or almost a
// number, repeated.
var hostile = []string{"4242:", "4:", `\n4`, "&nbsp;", "skey%5F", "skey_ ", "skey_", "c2tleV", "key_", "4242 ", "4242424242a ", "%34%", "4", " ", "s", "\u0e54", "\xff"}

func TestCleaningTakesTimeInProportionToTheText(t *testing.T) {
	t.Parallel()
	const small, times = 1 << 16, 4
	for _, unit := range hostile {
		clean := func(size int) time.Duration {
			text := strings.Repeat(unit, size/len(unit))
			start := time.Now()
			redact.Clean(redact.Foreign(text), redact.New(oddKey))
			return time.Since(start)
		}
		short, long := time.Hour, time.Hour
		inProportion := func() bool { return long < 3*times*short }             // quadratic time would be times*times
		for tries := 0; tries < 5 && (tries == 0 || !inProportion()); tries++ { // other work may slow a try down
			short, long = min(short, clean(small)), min(long, clean(times*small))
		}
		require.True(t, inProportion(), "%q: %v for 64 kB, %v for 256 kB", unit, short, long)
	}
}

func BenchmarkClean(b *testing.B) {
	for _, unit := range hostile {
		for _, size := range []int{1 << 20, 4 << 20} {
			text := strings.Repeat(unit, size/len(unit))
			b.Run(url.QueryEscape(unit)+"/"+map[int]string{1 << 20: "1MB", 4 << 20: "4MB"}[size], func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					redact.Clean(redact.Foreign(text))
				}
			})
		}
	}
}

var (
	looksLikeAKey    = regexp.MustCompile(`(?i)[spc]key_[0-9a-z]`)
	looksLikeABasic  = regexp.MustCompile(`c2tleV|cGtleV|Y2tleV|U0tFWV|UEtFWV|Q0tFWV`)
	looksLikeANumber = regexp.MustCompile(`\d(?:(?:[ \t\r\n./,+_-]|%20|\x{a0}|\x{fffd})*\d){11}`)
	isAddress        = regexp.MustCompile(`^(\d{1,3}\.){3}\d{1,3}$`)
)

// From any text, all keys and card numbers are removed, and the result is one line.
func FuzzClean(f *testing.F) {
	basic := base64.StdEncoding.EncodeToString([]byte(oddKey + ":"))
	for _, text := range append(hostile, secretKey, "key_skey_skey_1", "4242 4242-4242 4242", "4242424242424242skey_1", "\xff4242\xff", secretKey[:10]+secretKey,
		"4242--4242  4242 - 4242", "4242424\xc74242\xb542424242 and more", "4242%2042%3424242 4242", basic, basic[:20], "192.168.100.200 and 4242.4242.4242", "%%3442%", "and%000000000 0000", "%210000000000", "%A000000000000") {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := redact.Clean(redact.Foreign(text), redact.New(oddKey))
		require.NotContains(t, strings.ToLower(got), oddKey)
		require.NotContains(t, got, basic[:24])
		require.NotRegexp(t, looksLikeAKey, got)
		require.NotRegexp(t, looksLikeABasic, got)
		for _, number := range looksLikeANumber.FindAllString(got, -1) {
			require.Regexp(t, isAddress, number, "%q", got)
		}
		require.Equal(t, got, redact.Foreign(got))
		require.Equal(t, got, redact.Clean(got, redact.New(oddKey)), "clean text does not change")
	})
}
