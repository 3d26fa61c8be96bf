package omise

import (
	"bytes"
	"encoding/json"

	"github.com/omisekit/omise-go/internal/apiversion"
)

// isOlder reports whether an object may be in an older version. The older versions
// write created where the newest one writes created_at.
func isOlder(data []byte) bool {
	return bytes.Contains(data, []byte(`"created"`)) || !bytes.Contains(data, []byte(`"created_at"`))
}

// modern rewrites an object with the names of the newest version. It returns data if that
// is not an object. An event keeps the version that its account had when it happened.
func modern(data []byte) []byte {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var object map[string]any
	if !json.Valid(data) || decoder.Decode(&object) != nil || object == nil {
		return data
	}
	apiversion.Modernize(object)
	rewritten, _ := json.Marshal(object) // cannot fail: it was just decoded
	return rewritten
}
