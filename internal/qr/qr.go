// Package qr draws QR codes (ISO/IEC 18004) of bytes of any kind, with error correction of
// level M (15 %) and in versions 1 to 10.
package qr

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
)

// MaxLength is the largest length of a text, in bytes.
const MaxLength = 213

const (
	scale = 8 // pixels of a module
	quiet = 4 // light modules around the code
)

// PNG returns a picture of the QR code of a text.
func PNG(text string) ([]byte, error) {
	if len(text) > MaxLength {
		return nil, fmt.Errorf("qr: text has %d bytes, at most %d fit", len(text), MaxLength)
	}
	v := versionFor(len(text))
	var picture bytes.Buffer
	err := png.Encode(&picture, draw(v, v.codewords(text)).image())
	return picture.Bytes(), err
}

func (m *matrix) image() image.Image {
	side := (m.size + 2*quiet) * scale
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range side {
		for x := range side {
			if m.at(x/scale-quiet, y/scale-quiet) {
				img.SetColorIndex(x, y, 1)
			}
		}
	}
	return img
}
