package fake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// A step is one step of a seed: a call or an advance of time.
type step struct {
	Name    string         `json:"name"`    // name of the answered object for later steps
	Call    string         `json:"call"`    // such as POST /charges/{order}/refunds
	Params  map[string]any `json:"params"`  // "{order}" is replaced by an id
	Advance string         `json:"advance"` // such as 7d
}

// Seed runs the steps in a JSON document and returns the ids of the named objects. The
// document is an array of steps:
//
//	[
//	  {"name": "card", "call": "POST /tokens", "params": {"card": {"number": "4242424242424242", ...}}},
//	  {"name": "order", "call": "POST /charges", "params": {"amount": 100000, "currency": "thb", "card": "{card}"}},
//	  {"call": "POST /charges/{order}/refunds", "params": {"amount": 5000}},
//	  {"advance": "7d"}
//	]
//
// No fault strikes these calls, and the journal does not record them. A document with a
// mistake changes nothing. If the API refuses a call, the steps before it stay in effect.
func (s *Server) Seed(document []byte) (map[string]string, error) {
	steps, err := readSteps(document)
	if err != nil {
		return nil, fmt.Errorf("fake: %w", err)
	}
	ids := map[string]string{}
	for i, st := range steps {
		if err := s.follow(st, ids); err != nil {
			return ids, fmt.Errorf("fake: step %d: %w", i+1, err)
		}
	}
	return ids, nil
}

func readSteps(document []byte) ([]step, error) {
	dec := json.NewDecoder(bytes.NewReader(document))
	dec.DisallowUnknownFields()
	dec.UseNumber()
	var steps []step
	if err := dec.Decode(&steps); err != nil {
		return nil, fmt.Errorf("must be an array of steps: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("must be an array of steps and nothing else")
	}
	known := map[string]string{}
	for i, st := range steps {
		if err := st.check(known); err != nil {
			return nil, fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	return steps, nil
}

// check returns an error if a step is wrong. The names of earlier steps are known.
func (st step) check(known map[string]string) error {
	if (st.Call == "") == (st.Advance == "") {
		return errors.New("must have either a call or an advance")
	}
	if st.Advance != "" {
		if st.Name != "" || st.Params != nil {
			return errors.New("an advance has neither a name nor params")
		}
		_, err := ReadDuration(st.Advance)
		return err
	}
	if err := CheckOperation(st.Call); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "fake: "))
	}
	if _, err := st.with(known); err != nil {
		return err
	}
	if _, twice := known[st.Name]; twice {
		return fmt.Errorf("there is a step called %q already", st.Name)
	}
	if st.Name != "" {
		known[st.Name] = ""
	}
	return nil
}

var stepName = regexp.MustCompile(`\{([^{}]*)\}`)

// with returns the step with ids in place of names.
func (st step) with(ids map[string]string) (step, error) {
	var unknown error
	fill := func(text string) string {
		return stepName.ReplaceAllStringFunc(text, func(name string) string {
			id, ok := ids[strings.Trim(name, "{}")]
			if !ok {
				unknown = fmt.Errorf("no step before it is called %s", name)
			}
			return id
		})
	}
	st.Call = fill(st.Call)
	st.Params, _ = filled(st.Params, fill).(map[string]any)
	return st, unknown
}

// filled replaces strings that consist of a name only.
func filled(value any, fill func(string) string) any {
	switch v := value.(type) {
	case map[string]any:
		all := make(map[string]any, len(v))
		for key, element := range v {
			all[key] = filled(element, fill)
		}
		return all
	case []any:
		all := make([]any, len(v))
		for i, element := range v {
			all[i] = filled(element, fill)
		}
		return all
	case string:
		if stepName.FindString(v) == v && v != "" {
			return fill(v)
		}
	}
	return value
}

// follow runs a step.
func (s *Server) follow(st step, ids map[string]string) error {
	if st.Advance != "" {
		d, err := ReadDuration(st.Advance)
		s.Advance(d)
		return err
	}
	named, err := st.with(ids)
	if err != nil {
		return err
	}
	answer, err := s.quietly(named)
	if err != nil {
		return fmt.Errorf("%s: %w", st.Call, err)
	}
	if st.Name != "" {
		o, _ := answer.(object)
		if ids[st.Name], _ = o["id"].(string); ids[st.Name] == "" {
			return fmt.Errorf("%s: the answer has no id that could be called %q", st.Call, st.Name)
		}
	}
	return nil
}

// quietly makes a call without an entry in the journal.
func (s *Server) quietly(st step) (any, error) {
	method, path, _ := strings.Cut(st.Call, " ")
	body, err := json.Marshal(st.Params)
	if err != nil {
		return nil, err
	}
	hr, err := http.NewRequest(method, "https://api.omise.co"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	hr.Header.Set("Content-Type", jsonType)
	table := routing()
	found := table.match(hr)
	r, bad := decode(found.request)
	if bad != nil {
		return nil, bad.plain()
	}
	c := &Call{Method: method, Route: found.template(), Path: path}
	c.Params = s.redactedParams(c, r.params)
	if wrong := s.violations(c, r); len(wrong) > 0 {
		return nil, errors.New(strings.Join(wrong, "; "))
	}
	defer s.deliver(false)
	s.mu.Lock()
	defer s.mu.Unlock()
	answer, refusal := s.table[found.route].handle(r)
	if refusal != nil {
		return nil, refusal.plain()
	}
	return answer, nil
}
