package omise

import (
	"bytes"
	"encoding/json"

	"github.com/omisekit/omise-go/internal/apiversion"
)

// isOlder reports whether an object may be written in an older version: all of
// them say when it was created, and none as the newest one does.
func isOlder(data []byte) bool {
	return bytes.Contains(data, []byte(`"created"`)) || !bytes.Contains(data, []byte(`"created_at"`))
}

// modern rewrites an object in the names of the newest version, and returns nil
// for what is no object. An event stays in the version that its account had when it
// happened.
func modern(data []byte) []byte {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var object map[string]any
	if decoder.Decode(&object) != nil {
		return nil
	}
	apiversion.Modernize(object)
	rewritten, _ := json.Marshal(object) // which what was just decoded never fails
	return rewritten
}
