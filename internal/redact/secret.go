package redact

import "strings"

// HasSecret reports whether an API key or a card number is in the name of an order or of
// a call. It lets the numbers of orders and UUIDs pass, which have many digits and are
// often parts of such a name. So a number must have the first digits of a card network, a
// correct check digit, and one of the forms in which people write it: in one piece or in
// groups.
func HasSecret(name string) bool {
	for i := range len(name) {
		beginsWord := i == 0 || !alphanumericBytes[name[i-1]] // "whiskey_1" holds no key
		if beginsWord && startOf(name[i:], known) > 0 {
			return true
		}
	}
	// A run of digits beside a letter from a to f is a part of a hexadecimal number.
	words := strings.FieldsFunc(name, func(r rune) bool { return r > 'f' || hex(byte(r)) < 0 })
	for i, word := range words {
		if isCardInOnePiece(word) || isCardInGroups(words[i:]) {
			return true
		}
	}
	return false
}

// isCardInOnePiece reports whether a word is a card number of 13 to 16 or of 19 digits.
// The last part of a UUID has 12 digits. Numbers of 17 and 18 digits are ids that programs
// generate, and nearly no card has so many.
func isCardInOnePiece(word string) bool {
	n := len(word)
	return (n >= 13 && n <= 16 || n == mostDigits) && isDigits(word) && isCard(word)
}

// isCardInGroups reports whether words begin with the groups in which cards show their
// numbers: four of four digits, or four, six and five digits.
func isCardInGroups(words []string) bool {
	for _, lengths := range [][]int{{4, 4, 4, 4}, {4, 6, 5}} {
		fits := len(words) >= len(lengths)
		for i := 0; fits && i < len(lengths); i++ {
			fits = len(words[i]) == lengths[i] && isDigits(words[i])
		}
		if fits && isCard(strings.Join(words[:len(lengths)], "")) {
			return true
		}
	}
	return false
}

// HasKey reports whether text may hold an API key. Clean also replaces a key that is cut
// short. HasKey is for a text that is refused, so it has to let words such as
// whiskey_sour pass.
func HasKey(text string) bool {
	for i := range len(text) {
		if startOf(text[i:], known) >= shortestKey {
			return true
		}
	}
	return false
}

const shortestKey = 20

// PassesLuhn reports whether the last of some digits is the check digit of the others.
func PassesLuhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		digit := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			digit *= 2
		}
		sum += digit/10 + digit%10
	}
	return sum%10 == 0
}
