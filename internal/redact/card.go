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
func HasCardNumber(text string) bool { return len(cardNumbers(text)) > 0 }

// A number is a part of a text that is digits.
type number struct {
	start, end int // in bytes
	digits     string
}

// cardNumbers returns the card numbers in a text, with any separators between their
// digits. A mark may follow four digits or more, so that times and addresses pass.
func cardNumbers(text string) (cards []number) {
	var run []number // that may be parts of one card number
	joined := false  // the last character was a digit
	for i := 0; ; {
		kind, width := unitOrUUID(text, i)
		switch {
		case kind == digit:
			if !joined {
				run = append(run, number{start: i})
			}
			last := &run[len(run)-1]
			last.end = i + width
			if len(last.digits) <= mostDigits { // a longer number is no card number
				last.digits += string(valueOf(text[i : i+width]))
			}
		case kind == other, kind == mark && len(run) > 0 && len(run[len(run)-1].digits) < 4:
			cards = appendCards(cards, run)
			run = run[:0]
		}
		if width == 0 {
			return cards
		}
		joined = kind == digit
		i += width
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

// appendCards appends the card numbers that numbers of a run make together.
func appendCards(cards, run []number) []number {
	for i := 0; i < len(run); i++ {
		digits, last := "", -1
		for j := i; j < len(run) && len(digits)+len(run[j].digits) <= mostDigits; j++ {
			if digits += run[j].digits; isCard(digits) {
				last = j
			}
		}
		if last >= 0 {
			cards = append(cards, number{start: run[i].start, end: run[last].end})
			i = last
		}
	}
	return cards
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
