// Package barcode draws bar codes in Code 128 (ISO/IEC 15417), code set B: letters,
// digits and other printable characters of ASCII.
package barcode

import (
	"fmt"
	"strings"
)

// widths has the widths of the bars and gaps of each symbol, a bar first. The last two
// symbols are the start of set B and the end of the code.
var widths = strings.Fields(`
	212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222
	123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321
	232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121
	313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224
	111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111
	111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113
	114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112`)

const (
	startB = 104
	stop   = 106
	quiet  = 10 // light modules on each side of the code
	height = 60 // modules
)

// symbols returns the symbols of a text: the start, the characters, the check symbol and
// the end.
func symbols(text string) ([]int, error) {
	all, sum := []int{startB}, startB
	for i := range len(text) {
		sign := int(text[i]) - ' '
		if sign < 0 || text[i] > '~' {
			return nil, fmt.Errorf("barcode: %q has a character that code set B lacks", text)
		}
		all = append(all, sign)
		sum += (i + 1) * sign
	}
	return append(all, sum%103, stop), nil
}

// SVG returns a picture of the bar code of a text.
func SVG(text string) ([]byte, error) {
	all, err := symbols(text)
	if err != nil {
		return nil, err
	}
	var bars strings.Builder
	x := quiet
	for _, symbol := range all {
		for i, width := range widths[symbol] {
			if i%2 == 0 {
				fmt.Fprintf(&bars, `<rect x="%d" width="%d" height="%d"/>`, x, width-'0', height)
			}
			x += int(width - '0')
		}
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d"><rect width="100%%" height="100%%" fill="#fff"/>%s</svg>`,
		x+quiet, height, bars.String()), nil
}
