package redact_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/redact"
)

func TestAKeyOrACardNumberInANameIsASecret(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{
		secretKey, publicKey, strings.ToUpper(secretKey), base64.StdEncoding.EncodeToString([]byte(secretKey + ":")),
		"4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", "3782-822463-10005", "378282246310005", "5555555555554444", "6011111111111117", "2223003122003222",
	} {
		for _, name := range []string{secret, "order-" + secret, secret + "-1", "retry_" + secret + "/2", "order:" + secret} {
			require.True(t, redact.HasSecret(name), name)
		}
	}
}

// A call must not fail because its order number or its UUID has many digits.
func TestTheNameOfAnOrderIsNoSecret(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"", "order-42", "20261127140415", "25691127140413", "INV-25691127140413", "1764252255123456789", "whiskey_12", "order-whiskey_12", "5555 5555",
		"4242424242424241", "order-4242424242424241-2", "9f8ba4242424242424242c0de", "4242-4242-4242",
		"25181434-7991-48a3-9c10-c30b1fe8ea7d", "63705372-9951-4dcf-8216-04803d986376", "f628b99c-b7f2-4239-9051-018a1578ed04", "686993e7-5d33-4039-ac36-470240994363",
		"5f1c0e2d-4242-4242-4242-424242424242",
		"order-648004188504363628/1", "42424242424242426", // ids of Sonyflake, and other numbers of 17 and 18 digits
	} {
		require.False(t, redact.HasSecret(name), name)
	}
}

func TestAKeyIsFoundInAText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"skey_test_5xsrnhy5yl6sc7x4pxb", "key=SKEY_test_5xsrnhy5yl6sc7x4pxb;", "a c2tleV90ZXN0XzV4c3JuaHk1eWw2c2M3eDRweGI6"} {
		require.True(t, redact.HasKey(text), text)
	}
	for _, text := range []string{"", "skey_", "two whiskey_sour, please", "chrg_test_5xsrnhy5yl6sc7x4pxb"} {
		require.False(t, redact.HasKey(text), text)
	}
}
