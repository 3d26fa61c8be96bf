package form

import (
	"encoding/json"
	"net/url"
)

// EncodeJSON returns params and extra as one JSON object, or "" if both are empty.
// params is a struct with json tags, a pointer to one, or nil.
func EncodeJSON(params any, extra url.Values) (string, error) {
	if params == nil && len(extra) == 0 {
		return "", nil
	}
	if params == nil {
		params = struct{}{}
	}
	body, err := json.Marshal(params)
	if err != nil || len(extra) == 0 {
		return string(body), err
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(body, &fields); err != nil {
		return "", err
	}
	for name, values := range extra {
		var value any = values
		if len(values) == 1 {
			value = values[0]
		}
		if fields[name], err = json.Marshal(value); err != nil {
			return "", err
		}
	}
	body, err = json.Marshal(fields)
	return string(body), err
}
