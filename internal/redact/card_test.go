package redact_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/redact"
)

func TestACardNumberIsRecognizedInEveryForm(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"4242424242424242", "4242 4242-4242 4242", "4242.4242.4242.4242", "4242_4242_4242_4242", "4242\u00a04242\u00a04242\u00a04242",
		"4242\u20284242\u20284242\u20284242", "4242\t4242\n4242 4242", "4242%204242%204242%204242", "%34242424242424242",
		"\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12", strings.Repeat("\u0e54\u0e52", 8),
		"4242424242424242 123", "4242424242424242 12/30", "table 7 4242424242424242", "7, 4242 4242 4242 4242, 12/30", "exp 12 4242424242424242",
		"4242:4242:4242:4242", "(4242) (4242) (4242) (4242)", "3782|822463|10005", "2223003122003222", "378282246310005", "6304000000000000", "a4242424242424242b",
	} {
		require.True(t, redact.HasCardNumber(text), "%q", text)
	}
}

func TestOtherNumbersAreNoCardNumbers(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "4242424242424241", "42424242424", "order-1795788000000000000", "202611270012", "20261127001234567", "2026-11-27 14:00:00", "+66 81 234 5678",
		"chrg_test_5xsrnhy5yl6sc7x4pxb", "0000000000000000", "4242x4242x4242x4242",
		"3/12/2026 14:00-16:35 (4)", "25691127140413",
	} {
		require.False(t, redact.HasCardNumber(text), "%q", text)
	}
}
