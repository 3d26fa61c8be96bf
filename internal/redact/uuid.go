package redact

import "strings"

// unitOrUUID returns the kind and the width of the character at a position, as unitOf
// does, or of a whole UUID. Some UUIDs have the digits of a card number, but ids of orders
// and requests are often UUIDs.
func unitOrUUID(text string, i int) (kind, int) {
	if beginsUUID(text, i) {
		return other, uuidLength
	}
	return unitOf(text[i:])
}

const uuidLength = 36

// beginsUUID reports whether a UUID begins at a position: five groups of hexadecimal
// digits, with the digits that say its version and variant, and with a letter, so that a
// number in groups is no UUID.
func beginsUUID(text string, i int) bool {
	if len(text)-i < uuidLength || text[i+8] != '-' || text[i+13] != '-' || text[i+18] != '-' || text[i+23] != '-' {
		return false
	}
	if !strings.ContainsRune("12345678", rune(text[i+14])) || !strings.ContainsRune("89abAB", rune(text[i+19])) {
		return false
	}
	letters := false
	for n, c := range []byte(text[i : i+uuidLength]) {
		isMark := n == 8 || n == 13 || n == 18 || n == 23
		switch value := hex(c); {
		case !isMark && value < 0:
			return false
		case value > 9:
			letters = true
		}
	}
	return letters && (i == 0 || endsWord(text[i-1])) && (len(text) == i+uuidLength || endsWord(text[i+uuidLength]))
}

// endsWord reports whether a character is not a part of a number or a word.
func endsWord(c byte) bool { return !alphanumericBytes[c] && c != '-' }
