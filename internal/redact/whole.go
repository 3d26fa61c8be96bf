package redact

import "strings"

// IsSecret reports whether the whole text is an API key or a card number, the number
// also with spaces and dashes. It does not look for a secret within the text, and it
// checks the first digits and the check digit of a number, because an order number or
// a UUID must not look like a secret.
func IsSecret(text string) bool {
	if startOf(text, known) == len(text) && text != "" {
		return true
	}
	number := strings.ReplaceAll(strings.ReplaceAll(text, " ", ""), "-", "")
	return isDigits(number) && isCard(number)
}

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
