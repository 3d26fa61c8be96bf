// Package qrcode_test reads the QR codes of the fake with an independent decoder.
//
//	go -C integration test -count=1 ./qrcode
package qrcode_test

import (
	"bytes"
	"fmt"
	"image/png"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/qr"
	"github.com/omisekit/omise-go/omisetest"
)

// read decodes a picture and returns its bytes. It tells the decoder that the picture has
// nothing but the code. Without this, the decoder does not find the corners in one code of a
// hundred, also in codes that it has drawn itself.
func read(t *testing.T, picture io.Reader) string {
	t.Helper()
	img, err := png.Decode(picture)
	require.NoError(t, err)
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	require.NoError(t, err)
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
	require.NoError(t, err)
	var text []byte
	segments, _ := result.GetResultMetadata()[gozxing.ResultMetadataType_BYTE_SEGMENTS].([][]byte)
	for _, segment := range segments {
		text = append(text, segment...)
	}
	return string(text)
}

func TestEveryLengthCanBeRead(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for length := range qr.MaxLength + 1 {
		text := make([]byte, length)
		for i := range text {
			text[i] = byte(random.Uint32())
		}
		picture, err := qr.PNG(string(text))
		require.NoError(t, err)
		require.Equal(t, string(text), read(t, bytes.NewReader(picture)), "%d bytes", length)
	}
}

// TestEverySourceWithACode charges every type of source that shows a code.
func TestEverySourceWithACode(t *testing.T) {
	t.Parallel()
	for country, types := range map[string][]omise.SourceType{
		"TH": {
			omise.SourceTypePromptPay, omise.SourceTypeTrueMoneyQR, omise.SourceTypeAlipayPlusMPM, omise.SourceTypeWeChatPayMPM,
			omise.SourceTypeAtomeQR, omise.SourceTypeQRCodeUPI, omise.SourceTypeInstallmentPayNextExtraQR,
		},
		"SG": {omise.SourceTypePayNow},
		"MY": {omise.SourceTypeDuitNowQR, omise.SourceTypeMaybankQR},
	} {
		srv := omisetest.NewServer(t, omisetest.WithCountry(country))
		client := srv.Client()
		account, err := client.Account.Get(t.Context())
		require.NoError(t, err)
		for _, kind := range types {
			params := &omise.SourceCreateParams{Type: kind, Amount: 250_050, Currency: account.Currency}
			if kind == omise.SourceTypeInstallmentPayNextExtraQR {
				params.InstallmentTerm = new(3)
			}
			source, err := client.Sources.Create(t.Context(), params)
			require.NoError(t, err, kind)
			charge, err := client.Charges.Create(t.Context(), &omise.ChargeCreateParams{Amount: source.Amount, Currency: source.Currency, Source: source.ID})
			require.NoError(t, err, kind)
			text := picture(t, srv, charge.Source.ScannableCode.Image.DownloadURI)
			fields := split(t, text)
			require.Equal(t, "2500.50", fields["54"], kind)
			require.Equal(t, country, fields["58"], kind)
			require.Equal(t, charge.ID[len("chrg_test_"):], split(t, fields["62"])["05"], kind)
			require.Equal(t, fmt.Sprintf("%04X", crc(text[:len(text)-4])), fields["63"], kind)
			if kind == omise.SourceTypePromptPay {
				require.Equal(t, "A000000677010111", split(t, fields["29"])["00"])
			} else {
				require.Equal(t, string(kind), split(t, fields["26"])["00"])
			}
		}
	}
}

// picture downloads a code and reads it.
func picture(t *testing.T, srv *omisetest.Server, uri string) string {
	t.Helper()
	hr, err := http.NewRequestWithContext(t.Context(), http.MethodGet, uri, nil)
	require.NoError(t, err)
	resp, err := srv.HTTPClient().Do(hr)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Equal(t, "image/png", resp.Header.Get("Content-Type"))
	return read(t, resp.Body)
}

// split returns the fields of a payload. Each field has two digits with its id, two digits with
// its length, and its value.
func split(t *testing.T, text string) map[string]string {
	t.Helper()
	fields := map[string]string{}
	for text != "" {
		require.GreaterOrEqual(t, len(text), 4)
		length, err := strconv.Atoi(text[2:4])
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(text), 4+length)
		fields[text[:2]] = text[4 : 4+length]
		text = text[4+length:]
	}
	return fields
}

// crc returns the CRC-16/CCITT-FALSE of a text, with a written-out polynomial.
func crc(text string) int {
	bits := strings.Builder{}
	for i := range len(text) {
		fmt.Fprintf(&bits, "%08b", text[i])
	}
	sum := 0xFFFF
	for _, bit := range bits.String() {
		top := sum>>15&1 ^ int(bit-'0')
		sum = sum << 1 & 0xFFFF
		if top == 1 {
			sum ^= 1<<12 | 1<<5 | 1
		}
	}
	return sum
}
