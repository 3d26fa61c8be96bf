package redact

import (
	"encoding/base64"
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean replaces the parts of text that must not be kept: API keys, all that may be a
// card number, and the given secrets, which need not look like a key. Its time is in
// proportion to the length of text.
//
// It finds a key in capital or small letters, a key that is cut short, a key whose "_" is
// escaped, and a key in Base64 as HTTP sends it: with or without its colon and padding,
// also escaped for a URL. A number with marks between its digits, such as "|", is a card
// number only if its check digit is correct, because most texts have marks.
func Clean(text string, secrets ...Text) string {
	heads, first := known, &knownFirst
	for _, secret := range secrets {
		if more := headsOf(secret.Reveal()); len(more) > 0 {
			heads = append(slices.Clip(heads), more...)
			first = firstBytes(heads)
		}
	}
	text = withoutKeys(text, heads, first)
	if len(text) < fewestDigits {
		return text
	}
	return withoutCards(withoutNumbers(text))
}

// A head is the beginning of a key, and the bytes that may follow in the key.
type head struct {
	text string
	fold bool // match capital and small letters
	more *[256]bool
}

// known are the heads of the keys of the API: the plain ones, those that are escaped for a
// URL, for JSON and for HTML, and those in Base64.
var known = func() (all []head) {
	for _, prefix := range []string{"skey_", "pkey_", "ckey_"} {
		all = append(all, head{prefix, true, &keyBytes})
		for _, escaped := range []string{"%5F", `\u005F`, "&#95;"} {
			all = append(all, head{strings.Replace(prefix, "_", escaped, 1), true, &escapedBytes})
		}
		all = append(all,
			head{inBase64(prefix), false, &base64Bytes}, head{inBase64(strings.ToUpper(prefix)), false, &base64Bytes})
	}
	return all
}()

// knownFirst has the bytes that a known head begins with.
var knownFirst = *firstBytes(known)

func firstBytes(heads []head) *[256]bool {
	var first [256]bool
	for _, h := range heads {
		first[h.text[0]] = true
		if h.fold {
			first[lower(h.text[0])], first[strings.ToUpper(h.text)[0]] = true, true
		}
	}
	return &first
}

// headsOf returns the heads of a key that has no known head: its first half, so that
// the key is found even if it is cut short.
func headsOf(key string) []head {
	if key == "" || startOf(key, known) > 0 {
		return nil
	}
	begin := key[:max(len(key)/2, min(len(key), 8))]
	heads := []head{{begin, true, &keyBytes}}
	if len(begin) >= 8 {
		heads = append(heads, head{inBase64(begin), false, &base64Bytes})
	}
	return heads
}

// inBase64 returns the part of the encoding of text that does not depend on the bytes
// after the text.
func inBase64(text string) string {
	return base64.RawStdEncoding.EncodeToString([]byte(text))[:len(text)*8/6]
}

const alphanumeric = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

var (
	alphanumericBytes = setOf(alphanumeric)
	keyBytes          = setOf(alphanumeric + "_-")
	escapedBytes      = setOf(alphanumeric + `_-%\&#;`)
	base64Bytes       = setOf(alphanumeric + "+/=_-%") // with %, because + / and = are escaped in a URL
)

func setOf(text string) (set [256]bool) {
	for _, c := range []byte(text) {
		set[c] = true
	}
	return set
}

func (h head) begins(text string) bool {
	if len(text) < len(h.text) {
		return false
	}
	for i := range len(h.text) {
		if text[i] != h.text[i] && !(h.fold && lower(text[i]) == lower(h.text[i])) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// startOf returns the length of the key that text begins with, 0 if it begins with no
// key.
func startOf(text string, heads []head) int {
	for _, h := range heads {
		if !h.begins(text) {
			continue
		}
		end := len(h.text)
		for end < len(text) && h.more[text[end]] {
			end++
		}
		return end
	}
	return 0
}

// withoutKeys replaces keys. first has the bytes that a head begins with.
func withoutKeys(text string, heads []head, first *[256]bool) string {
	var clean strings.Builder
	kept := 0 // text[:kept] is in clean
	for i := 0; i < len(text); {
		length := 0
		if first[text[i]] {
			length = startOf(text[i:], heads)
		}
		if length > 0 {
			clean.WriteString(text[kept:i] + Mark)
			kept = i + length
		}
		i += max(length, 1)
	}
	return rest(&clean, text, kept)
}

// fewestDigits is the length of the shortest card number.
const fewestDigits = 12

// withoutNumbers replaces runs of digits that may be a card number, also with
// separators between the digits.
func withoutNumbers(text string) string {
	var clean strings.Builder
	kept, start, end, digits := 0, 0, 0, 0
	plainStart, plain := 0, 0 // of the digits after the last %, which need not be an escape: "%42..." may begin a number
	for i := 0; ; {
		kind, width := unitOrUUID(text, i)
		if kind == digit {
			if digits == 0 {
				start = i
			}
			digits++
			end = i + width
			if plain > 0 && width == 1 {
				if plain++; plain >= fewestDigits && digits < fewestDigits {
					start, digits = min(start, plainStart), fewestDigits
				}
			}
		} else if kind == other || kind == mark {
			if digits >= fewestDigits && !isAddress(text[start:end]) {
				clean.WriteString(text[kept:start] + Mark)
				kept = end
			}
			digits, plain = 0, 0
		}
		if width == 0 {
			return rest(&clean, text, kept)
		}
		if text[i] == '%' {
			plainStart, plain = i+1, 0
			switch {
			case width < 3:
			case isDigits(text[i+1 : i+3]):
				plain = 2
			case isDigits(text[i+2 : i+3]):
				plainStart, plain = i+2, 1
			}
		}
		i += width
	}
}

func isDigits(text string) bool {
	return strings.Trim(text, "0123456789") == ""
}

// withoutCards replaces card numbers with marks between their digits.
func withoutCards(text string) string {
	var clean strings.Builder
	kept := 0
	for _, card := range cardNumbers(text) {
		clean.WriteString(text[kept:card.start] + Mark)
		kept = card.end
	}
	return rest(&clean, text, kept)
}

// isAddress reports whether a run of digits and dots is an IP address. The error of a
// connection is useless without its address.
func isAddress(run string) bool {
	_, err := netip.ParseAddr(run)
	return err == nil
}

// rest returns clean and the text after the last replacement.
func rest(clean *strings.Builder, text string, kept int) string {
	if clean.Len() == 0 {
		return text
	}
	return clean.String() + text[kept:]
}

// A kind says whether a character can be part of a card number.
type kind int

const (
	other kind = iota
	digit
	separator // is often between two digits of one number
	mark      // is rarely between two digits of one number
)

// unitOf returns the kind and the width of the first character of text, which may be
// escaped for a URL or, if it is a mark, for JSON or for HTML. The width of the empty text is 0.
func unitOf(text string) (kind, int) {
	if len(text) > 2 && text[0] == '%' {
		high, low := hex(text[1]), hex(text[2])
		if c := rune(high<<4 | low); high >= 0 && low >= 0 {
			if c >= utf8.RuneSelf { // a byte of a longer character
				return separator, 3
			}
			return kindOf(c), 3
		}
	}
	if width := escapeOf(text); width > 0 {
		return mark, width
	}
	if text != "" && text[0] < utf8.RuneSelf {
		return asciiKinds[text[0]], 1
	}
	r, width := utf8.DecodeRuneInString(text)
	if width == 0 {
		return other, 0
	}
	return kindOf(r), width
}

// escapeOf returns the length of the escaped mark that text begins with, or 0.
func escapeOf(text string) int {
	if text == "" || text[0] != '\\' && text[0] != '&' {
		return 0
	}
	for _, escape := range []string{`\n`, `\r`, `\t`, "&nbsp;", "&#160;", "&#32;", "&#45;"} {
		if strings.HasPrefix(text, escape) {
			return len(escape)
		}
	}
	return 0
}

func kindOf(r rune) kind {
	switch {
	case unicode.IsDigit(r):
		return digit
	case strings.ContainsRune("-._/,+", r), unicode.In(r, unicode.Z, unicode.Pd, unicode.C), r == utf8.RuneError:
		return separator
	case unicode.In(r, unicode.P, unicode.S) && r != '<' && r != '>': // "a:1->b:2" are two addresses
		return mark
	}
	return other
}

// asciiKinds has the kinds of the ASCII characters, so that most characters need no
// search in the tables of Unicode.
var asciiKinds = func() (kinds [utf8.RuneSelf]kind) {
	for c := range kinds {
		kinds[c] = kindOf(rune(c))
	}
	return kinds
}()

func hex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
