package contract

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/testdata"
)

// charge returns a recorded charge with one change.
func charge(t *testing.T, old, changed string) []byte {
	t.Helper()
	data, err := testdata.Objects.ReadFile("objects/charge.json")
	require.NoError(t, err)
	require.Contains(t, string(data), old)
	return []byte(strings.Replace(string(data), old, changed, 1))
}

func TestRecordedObjectsHoldTheContract(t *testing.T) {
	t.Parallel()
	require.Empty(t, Check("GET /charges/{id}", 200, charge(t, "", "")))
	require.Empty(t, Check("GET /charges/{charge_id}", 200, charge(t, "", "")), "the id may have any name in the path")
}

func TestBreaches(t *testing.T) {
	t.Parallel()
	list := `{"object":"list","limit":1,"offset":0,"total":1,"location":"/x","order":null,"from":"2026-01-05T03:00:00Z","to":"2026-01-05T03:00:00Z","data":`
	for want, broken := range map[string]struct {
		operation string
		status    int
		body      []byte
	}{
		".paid is yes (string), not of type boolean":                                        {"GET /charges/{id}", 200, charge(t, `"paid": true`, `"paid": "yes"`)},
		".amount is 1.5 (float64), not of type integer":                                     {"GET /charges/{id}", 200, charge(t, `"amount": 100000`, `"amount": 1.5`)},
		".amount is <nil> (<nil>), not of type integer":                                     {"GET /charges/{id}", 200, charge(t, `"amount": 100000`, `"amount": null`)},
		": charge lacks amount":                                                             {"GET /charges/{id}", 200, charge(t, `"amount": 100000,`, ``)},
		": charge has colour, which the reference lacks":                                    {"GET /charges/{id}", 200, charge(t, `"paid": true`, `"paid": true, "colour": "red"`)},
		`.status is "done", none of ["failed" "expired" "pending" "reversed" "successful"]`: {"GET /charges/{id}", 200, charge(t, `"status": "successful"`, `"status": "done"`)},
		".paid_at is today (string), not of type datetime":                                  {"GET /charges/{id}", 200, charge(t, `"paid_at": "`, `"paid_at": "today", "x": "`)},
		".card: card lacks brand":                                                           {"GET /charges/{id}", 200, charge(t, `"brand"`, `"email"`)},
		".data[] is 7, not an object":                                                       {"GET /charges", 200, []byte(list + `[7]}`)},
		".data is <nil>, not an array":                                                      {"GET /charges", 200, []byte(list + `null}`)},
		`an error has ["object"]`:                                                           {"GET /charges", 404, []byte(`{"object":"error"}`)},
		"the reference has no such operation":                                               {"GET /nothing", 200, []byte(`{}`)},
		"it is not JSON: unexpected end of JSON input":                                      {"GET /charges", 200, nil},
	} {
		require.Contains(t, Check(broken.operation, broken.status, broken.body), want)
	}
}
