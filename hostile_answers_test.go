package omise_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/internal/wire"
	"github.com/omisekit/omise-go/webhook"
)

// chained returns a charge that holds a dispute that holds a charge, and so on, with an
// attribute in the innermost object.
func chained(levels int, innermost string) string {
	const charge = `{"object":"charge","id":"` + chargeID + `","amount":100,"currency":"THB","created_at":"2026-01-01T00:00:00Z",`
	const dispute = `"dispute":{"object":"dispute","id":"dspt_1","charge":`
	return strings.Repeat(charge+dispute, levels) + charge + innermost + "}" + strings.Repeat("}}", levels)
}

// repeated repeats an item until the text has the size.
func repeated(size int, before, item, after string) string {
	n := max(1, (size-len(before)-len(after))/(len(item)+1))
	return before + item + strings.Repeat(","+item, n-1) + after
}

// hostile has answers of about the same size that are expensive to decode. All begin
// like a charge.
var hostile = map[string]func(size int) string{
	"nested":                    chargeOfMany(`{"charge":` + chained(20, `"description":"a"`) + `}`),
	"nested, odd innermost":     chargeOfMany(`{"charge":` + chained(20, `"description":7`) + `}`),
	"nested, refused innermost": chargeOfMany(`{"charge":` + chained(20, `"id":7`) + `}`),
	"empty refunds":             chargeOfMany(`{}`),
	"odd attributes":            chargeOfMany(`{"object":"refund","id":"rfnd_1","voided":7,"location":{}}`),
	"numbers for refunds":       chargeOfMany(`7`),
	"refunds that refer to {}":  chargeOfMany(`{"charge":{}}`),
	"refunds that refer":        chargeOfMany(`{"charge":{"id":"a"}}`),
	"names in capitals":         chargeOf(`"DESCRIPTION":""`),
	"names of other letters":    chargeOf(`"de\u017fcription":""`),
	"unknown names":             chargeOf(`"a":0`),
	"unknown names, escaped":    chargeOf(`"\n":0`),
	"one name, odd values":      chargeOf(`"description":0`),
	"one name, many lists":      chargeOf(`"refunds":{"data":[{"id":"a"}]}`),
	"one name, many arrays":     chargeOf(`"webhook_endpoints":["a","b"]`),
	"one name, many references": chargeOf(`"customer":{"id":"a"}`),
	"metadata, many names":      metadataOf(`"a":0`),
	"metadata, escapes":         metadataOf(`"\n":"\n"`),
	"metadata, arrays":          metadataOf(`"a":[[[[]]]]`),
	"metadata, objects":         metadataOf(`"a":{"a":{"a":{}}}`),
	"long numbers":              chargeOf(`"fee":` + strings.Repeat("1", 300)),
	"blanks":                    chargeOf(strings.Repeat(" ", 100) + `"a":0`),
	"one text of escapes":       func(size int) string { return chargeOf(`"description":"` + strings.Repeat(`\n`, size/2) + `"`)(0) },
	"a reference to raw text":   chargeOf(`"branch":{"a":[0,0,0,0,0,0,0,0,0,0],"id":"a"}`),
}

// chargeOf returns charges that repeat an attribute.
func chargeOf(attribute string) func(int) string {
	return func(size int) string {
		return repeated(size, `{"object":"charge","id":"`+chargeID+`","amount":100,"currency":"THB","created_at":"2026-01-01T00:00:00Z",`, attribute, "}")
	}
}

// metadataOf returns charges that repeat an attribute of their metadata.
func metadataOf(attribute string) func(int) string {
	return func(size int) string { return chargeOf(`"metadata":` + repeated(size-100, "{", attribute, "}"))(0) }
}

// chargeOfMany returns charges that repeat a refund.
func chargeOfMany(refund string) func(int) string {
	return func(size int) string {
		return chargeOf(`"refunds":{"object":"list","data":` + repeated(size-150, "[", refund, "]") + "}")(0)
	}
}

// A nested answer with one odd value must not be decoded twice for each of its levels.
func TestAShortAnswerIsDecodedInAShortTime(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(*testing.T, string){
		"Get": func(t *testing.T, charge string) {
			_, err := apitest.Respond(200, charge).Client(t).Charges.Get(t.Context(), chargeID)
			require.NoError(t, err)
		},
		"List": func(t *testing.T, charge string) {
			_, err := apitest.Respond(200, pageOfText(charge)).Client(t).Charges.List(t.Context(), nil)
			require.NoError(t, err)
		},
		"webhook.Parse and Object": func(t *testing.T, charge string) {
			event, err := webhook.Parse([]byte(eventText(charge)))
			require.NoError(t, err)
			require.IsType(t, &omise.Charge{}, event.Object())
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			read(t, chained(12, `"description":7`))
			require.Less(t, time.Since(start), 500*time.Millisecond)
		})
	}
}

// pageOfText returns a page with a record.
func pageOfText(record string) string {
	return `{"object":"list","data":[` + record + `],"offset":0,"total":1}`
}

// The time and the memory to decode any answer are in proportion to its size.
func TestDecodingIsLinear(t *testing.T) {
	for name, text := range hostile {
		t.Run(name, func(t *testing.T) {
			costs := map[int]cost{}
			for _, size := range []int{64 << 10, 512 << 10} {
				costs[size] = costOfDecoding(t, text(size))
			}
			small, large := costs[64<<10], costs[512<<10]
			require.Less(t, large.perByte, 60.0, "bytes allocated for each of the answer")
			require.Less(t, large.perByte, 2*small.perByte+1)
			require.Less(t, large.time, 2*time.Second)
		})
	}
}

// A cost has the time and the memory that an answer takes to decode.
type cost struct {
	time    time.Duration
	perByte float64 // bytes of memory for a byte of the answer
}

// costOfDecoding measures the time and the memory of decoding a charge.
func costOfDecoding(t testing.TB, text string) cost {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	_, err := wire.Decode([]byte(text), new(omise.Charge))
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	if err != nil {
		require.ErrorContains(t, err, "more than 16 times its size")
	}
	return cost{took, float64(after.TotalAlloc-before.TotalAlloc)/float64(len(text)) - 1}
}

// An empty object is two bytes of JSON, but a large model.
func TestAnAnswerOfEmptyObjectsIsRefused(t *testing.T) {
	t.Parallel()
	client := apitest.Respond(200, `{"object":"list","data":`+repeated(4<<20-100, "[", "{}", "]")+"}").Client(t)
	_, err := client.Charges.List(t.Context(), nil)
	require.ErrorContains(t, err, "a JSON document whose objects take more than 16 times its size")
}

func TestADeepAnswerIsRefused(t *testing.T) {
	t.Parallel()
	const tooDeep = "a JSON document with more than 1000 values within each other"
	for levels, want := range map[int]string{990: "", 1000: tooDeep, 500_000: tooDeep} {
		for kind, text := range map[string]string{
			"arrays":  strings.Repeat("[", levels) + strings.Repeat("]", levels),
			"objects": strings.Repeat(`{"a":`, levels) + "1" + strings.Repeat("}", levels),
		} {
			for _, attribute := range []string{"new", "metadata", "branch", "refunds"} {
				t.Run(fmt.Sprintf("%d %s in %s", levels, kind, attribute), func(t *testing.T) {
					t.Parallel()
					client := apitest.Respond(200, chargeOf(`"`+attribute+`":{"id":"a","a":`+text+"}")(0)).Client(t)
					_, err := client.Charges.Get(t.Context(), chargeID)
					if want == "" {
						require.NoError(t, err)
					} else {
						require.ErrorContains(t, err, want)
					}
				})
			}
		}
	}
}

func TestAtMost100OddAttributesAreNamed(t *testing.T) {
	t.Parallel()
	var response omise.Response
	client := apitest.Respond(200, hostile["odd attributes"](1<<20)).Client(t)
	_, err := client.Charges.Get(t.Context(), chargeID, omise.WithResponseInto(&response))
	require.NoError(t, err)
	require.Len(t, response.Ignored, 101)
	require.EqualError(t, response.Ignored[99], "refunds.data[49].location: unexpected object for string")
	require.Regexp(t, `^\d+ more values of an unexpected type$`, response.Ignored[100].Error())
}

// This prints the time for each size:
//
//	go test -run '^$' -bench Hostile -benchtime 3x .
func BenchmarkHostileAnswers(b *testing.B) {
	for name, text := range hostile {
		for size := 64 << 10; size <= 4<<20; size *= 4 {
			b.Run(fmt.Sprintf("%s/%dKiB", name, size>>10), func(b *testing.B) {
				body := []byte(text(size))
				b.SetBytes(int64(len(body)))
				b.ReportAllocs()
				for b.Loop() {
					_, _ = wire.Decode(body, new(omise.Charge))
				}
			})
		}
	}
}
