package wire

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An offset of zero is tested, too: if the local zone has the same offset,
// encoding/json uses the local zone.
func TestTimesAreUTC(t *testing.T) {
	t.Parallel()
	type part struct {
		At    time.Time  `json:"at"`
		Until *time.Time `json:"until"`
	}
	type whole struct {
		Parts  []part `json:"parts"`
		Part   *part  `json:"part"`
		Amount int    `json:"amount"`
		Name   string `json:"name"`
	}
	at := time.Date(2026, 1, 31, 3, 30, 0, 0, time.UTC)
	for _, zone := range []string{"2026-01-31T03:30:00Z", "2026-01-31T03:30:00+00:00", "2026-01-31T03:30:00-00:00", "2026-01-31T10:30:00+07:00"} {
		times := `"at":"` + zone + `","until":"` + zone + `"`
		nested := `"parts":[{` + times + `}],"part":{` + times + `}`
		for way, document := range map[string]string{
			"alone":               `{` + nested + `}`,
			"with an escape":      `{"\u0061mount":1,` + nested + `}`,
			"beside an odd value": `{"name":1,` + nested + `}`,
		} {
			t.Run(way+" "+zone, func(t *testing.T) {
				t.Parallel()
				want := part{At: at, Until: &at}
				var got, again whole
				_, err := Decode([]byte(document), &got)
				require.NoError(t, err)
				for _, p := range []part{got.Parts[0], *got.Part} {
					require.True(t, p.At == want.At && *p.Until == *want.Until, "%v", p)
				}
				if way != "beside an odd value" {
					require.NoError(t, Unmarshal([]byte(document), &again))
					require.True(t, again.Part.At == at && *again.Parts[0].Until == at, "%v", again.Part)
				}
			})
		}
	}
}
