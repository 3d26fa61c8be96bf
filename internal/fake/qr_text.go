package fake

import (
	"fmt"

	"github.com/omisekit/omise-go/internal/fake/money"
)

// numericCurrencies are the numeric currency codes that QR codes use.
var numericCurrencies = map[string]string{"THB": "764", "JPY": "392", "SGD": "702", "MYR": "458"}

// codeText returns the text in the QR code of a charge: the payee, the amount and the
// charge, in the EMVCo format for codes that merchants present.
//
// Guess: the text, because no source tells what a code contains. A PromptPay code names a payee
// that cannot exist, and the other codes name only the payment method, so that no real app can
// pay them.
func (s *Server) codeText(c *charge) string {
	payee := codeField("26", codeField("00", c.source.method.name))
	if c.source.method.name == "promptpay" {
		payee = codeField("29", codeField("00", "A000000677010111")+codeField("02", "0000000000000"))
	}
	text := codeField("00", "01") + // version
		codeField("01", "12") + // for one payment
		payee +
		codeField("52", "0000") + // no category
		codeField("53", numericCurrencies[c.currency]) +
		codeField("54", money.MainUnits(c.amount, c.currency)) +
		codeField("58", s.country.Code) +
		codeField("59", "OMISE TEST") +
		codeField("60", "TEST") +
		codeField("62", codeField("05", c.id[len(c.id)-19:])) + // reference
		"6304" // the checksum covers its own name and length
	return text + fmt.Sprintf("%04X", checksum(text))
}

// codeField returns a field: its id, its length and its value.
func codeField(id, value string) string { return fmt.Sprintf("%s%02d%s", id, len(value), value) }

// checksum returns the CRC-16/CCITT-FALSE of a text.
func checksum(text string) uint16 {
	sum := uint16(0xFFFF)
	for i := range len(text) {
		sum ^= uint16(text[i]) << 8
		for range 8 {
			carry := sum >> 15
			sum = sum<<1 ^ carry*0x1021
		}
	}
	return sum
}
