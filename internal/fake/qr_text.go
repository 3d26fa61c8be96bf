package fake

import (
	"fmt"

	"github.com/omisekit/omise-go/internal/fake/money"
)

// numericCurrencies are the codes that pictures have in place of letters.
var numericCurrencies = map[string]string{"THB": "764", "JPY": "392", "SGD": "702", "MYR": "458"}

// codeText is what the code of a charge says: who is paid, how much, and the
// charge, laid out as EMVCo has it for codes that merchants present.
//
// Guess: no source says what a code says. A code of PromptPay is for a payee that cannot exist, the
// others only name their payment method, so that no real app can pay them.
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

// codeField writes a field: what it is, its length, its value.
func codeField(id, value string) string { return fmt.Sprintf("%s%02d%s", id, len(value), value) }

// checksum is CRC-16/CCITT-FALSE.
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
