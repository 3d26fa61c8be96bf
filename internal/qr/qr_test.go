package qr

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The integration module has a test that reads the pictures with another decoder.

func TestRemainderOfAPublishedExample(t *testing.T) {
	t.Parallel()
	data := []byte{32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17}
	require.Equal(t, []byte{196, 35, 39, 119, 235, 215, 231, 226, 93, 23}, remainder(data, 10))
}

// A test with a decoder would not find errors here, because decoders correct them.
func TestPublishedFormatsAndVersions(t *testing.T) {
	t.Parallel()
	require.Equal(t, 0b101010000010010, formatBits(0))
	require.Equal(t, 0b101000100100101, formatBits(1))
	require.Equal(t, 0b000111110010010100, versionBits(7))
}

func TestTheSmallestVersionThatFits(t *testing.T) {
	t.Parallel()
	for length, side := range map[int]int{0: 21, 14: 21, 15: 25, 62: 33, 63: 37, 180: 53, 181: 57, MaxLength: 57} {
		picture, err := PNG(strings.Repeat("x", length))
		require.NoError(t, err)
		config, err := png.DecodeConfig(bytes.NewReader(picture))
		require.NoError(t, err)
		require.Equal(t, (side+2*quiet)*scale, config.Width, "%d bytes", length)
		require.Equal(t, config.Width, config.Height)
	}
}

func TestTooLong(t *testing.T) {
	t.Parallel()
	_, err := PNG(strings.Repeat("x", MaxLength+1))
	require.EqualError(t, err, "qr: text has 214 bytes, at most 213 fit")
}
