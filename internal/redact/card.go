package redact

import (
	"unicode"
	"unicode/utf8"
)

// HasCardNumber reports whether text may hold a card number, with any separators
// between its digits, also next to other numbers.
//
// Clean removes every long number. HasCardNumber is for a text that is refused, such as
// a description, so it has to let the numbers of orders pass: the digits must have the
// first digits of a card network and a correct check digit.
func HasCardNumber(text string) bool {
	var numbers []string // not separated by anything except separators
	joined := false      // the last character was a digit
	for {
		kind, width := unitOf(text)
		switch kind {
		case digit:
			if !joined {
				numbers = append(numbers, "")
			}
			numbers[len(numbers)-1] += string(valueOf(text[:width]))
		case other:
			if anyCard(numbers) {
				return true
			}
			numbers = nil
		}
		if width == 0 {
			return false
		}
		joined = kind == digit
		text = text[width:]
	}
}

// valueOf returns the digit that a character means, which may be escaped for a URL or
// be of another script.
func valueOf(unit string) byte {
	if unit[0] == '%' {
		return unit[2] // the code of a digit is %30 to %39
	}
	r, _ := utf8.DecodeRuneInString(unit)
	value := 0 // the digits of a script have codes one after the other
	for ; value < 9 && unicode.IsDigit(r-1); value++ {
		r--
	}
	return byte('0' + value)
}

// anyCard reports whether numbers that follow each other make a card number.
func anyCard(numbers []string) bool {
	for i := range numbers {
		digits := ""
		for _, number := range numbers[i:] {
			if digits += number; len(digits) > mostDigits {
				break
			}
			if isCard(digits) {
				return true
			}
		}
	}
	return false
}

// mostDigits is the length of the longest card number.
const mostDigits = 19

// isCard reports whether digits have a length and first digits that card networks use,
// and a correct check digit. A number that begins with 2 has 16 digits or more, so that
// the time 25691127140413 of the Thai calendar is not one.
func isCard(digits string) bool {
	if len(digits) < fewestDigits || len(digits) > mostDigits {
		return false
	}
	first := digits[:4]
	if network := first >= "3" && first < "7" || first >= "2200" && first <= "2720" && len(digits) >= 16; !network {
		return false
	}
	return PassesLuhn(digits)
}
