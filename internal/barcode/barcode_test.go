package barcode_test

import (
	"encoding/xml"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/barcode"
)

func TestThePictureIsSVG(t *testing.T) {
	t.Parallel()
	picture, err := barcode.SVG("A1")
	require.NoError(t, err)
	var drawn struct {
		XMLName xml.Name
		ViewBox string     `xml:"viewBox,attr"`
		Bars    []struct{} `xml:"rect"`
	}
	require.NoError(t, xml.Unmarshal(picture, &drawn))
	require.Equal(t, "svg", drawn.XMLName.Local)
	require.Equal(t, "0 0 77 60", drawn.ViewBox, "four symbols of 11 modules, the end of 13, and the quiet sides")
	require.Len(t, drawn.Bars, 1+4*3+4, "the ground, and the bars")
}

func TestTextOutsideOfTheSetIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"บ", "\n", "\x7f"} {
		_, err := barcode.SVG(text)
		require.ErrorContains(t, err, "has a character that code set B lacks")
	}
}
