package qrcode_test

import (
	"encoding/xml"
	"image"
	"image/color"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/barcode"
	"github.com/omisekit/omise-go/omisetest"
)

// readBars decodes a bar code in SVG and returns its text.
func readBars(t *testing.T, picture io.Reader) string {
	t.Helper()
	var drawn struct {
		Bars []struct {
			X     int    `xml:"x,attr"`
			Width string `xml:"width,attr"`
		} `xml:"rect"`
	}
	require.NoError(t, xml.NewDecoder(picture).Decode(&drawn))
	const scale, height = 3, 40
	last := drawn.Bars[len(drawn.Bars)-1]
	img := image.NewGray(image.Rect(0, 0, (last.X+20)*scale, height))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for _, bar := range drawn.Bars[1:] { // the first bar is the background
		for x := bar.X * scale; x < (bar.X+int(bar.Width[0]-'0'))*scale; x++ {
			for y := range height {
				img.SetGray(x, y, color.Gray{})
			}
		}
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	require.NoError(t, err)
	result, err := oned.NewCode128Reader().Decode(bitmap, nil)
	require.NoError(t, err)
	return result.GetText()
}

func TestEveryCharacterOfABarCodeCanBeRead(t *testing.T) {
	t.Parallel()
	for sign := byte(' '); sign <= '~'; sign++ {
		text := "A" + string(sign) + "9"
		picture, err := barcode.SVG(text)
		require.NoError(t, err)
		require.Equal(t, text, readBars(t, strings.NewReader(string(picture))))
	}
}

func TestTheBarCodeOfABillCanBeRead(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t)
	client := srv.Client()
	source, err := client.Sources.Create(t.Context(), &omise.SourceCreateParams{
		Type: omise.SourceTypeBillPaymentTescoLotus, Amount: 100_000, Currency: omise.THB,
	})
	require.NoError(t, err)
	charge, err := client.Charges.Create(t.Context(), &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Source: source.ID})
	require.NoError(t, err)
	bill := charge.Source.References
	hr, err := http.NewRequestWithContext(t.Context(), http.MethodGet, bill.Barcode, nil)
	require.NoError(t, err)
	resp, err := srv.HTTPClient().Do(hr)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, "image/svg+xml", resp.Header.Get("Content-Type"))
	require.Equal(t, bill.ReferenceNumber1+bill.ReferenceNumber2, readBars(t, resp.Body))
}
