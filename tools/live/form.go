package main

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
)

// words has the attributes whose values are compared. Of all other attributes, only the kind
// of the value is compared, and the value is never shown.
var words = []string{"object", "status", "failure_code", "code", "flow"}

// testID matches ids of test mode.
var testID = regexp.MustCompile(`^([a-z]+)_test_[0-9a-z]+$`)

// formOf returns the kind of value at each path of an answer. All elements of a list have the
// same path.
func formOf(v any) map[string]string {
	found := map[string]map[string]bool{}
	look(found, "", "", v)
	form := map[string]string{}
	for path, kinds := range found {
		form[path] = strings.Join(slices.Sorted(maps.Keys(kinds)), " or ")
	}
	return form
}

func look(found map[string]map[string]bool, path, name string, v any) {
	if found[path] == nil {
		found[path] = map[string]bool{}
	}
	found[path][kind(name, v)] = true
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			look(found, path+"."+key, key, value)
		}
	case []any:
		for _, e := range v {
			look(found, path+"[]", name, e)
		}
	}
}

func kind(name string, v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case float64:
		if v == math.Trunc(v) {
			return "a whole number"
		}
		return "a number"
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case string:
		return kindOfText(name, v)
	}
	return fmt.Sprintf("%T", v)
}

func kindOfText(name, v string) string {
	if slices.Contains(words, name) {
		return fmt.Sprintf("%q", v)
	}
	if id := testID.FindStringSubmatch(v); id != nil {
		return "an id " + id[1] + "_test_"
	}
	for layout, kind := range map[string]string{time.RFC3339: "a time", time.DateOnly: "a date"} {
		if _, err := time.Parse(layout, v); err == nil {
			return kind
		}
	}
	return "text"
}

// A difference is a point in which the two sides differ.
type difference struct {
	step        int
	operation   string
	where       string
	there, here string
}

// compare returns the differences. It leaves out the parts of a value that differs, and the
// form of answers with different statuses.
func compare(there, here []step) []difference {
	var all []difference
	for i, s := range there {
		add := func(where, there, here string) {
			all = append(all, difference{i, s.operation, where, there, here})
		}
		if i >= len(here) {
			add("call", "made", "not made")
			continue
		}
		h := here[i]
		if s.status != h.status || s.code != h.code {
			add("status", strings.TrimSpace(fmt.Sprint(s.status, " ", s.code)), strings.TrimSpace(fmt.Sprint(h.status, " ", h.code)))
			continue
		}
		differs := "-" // path of the last difference
		for _, path := range paths(s.form, h.form) {
			within := strings.HasPrefix(path, differs+".") || strings.HasPrefix(path, differs+"[")
			if !within && s.form[path] != h.form[path] {
				add("answer"+path, orNothing(s.form[path]), orNothing(h.form[path]))
				differs = path
			}
		}
	}
	return all
}

func orNothing(kind string) string {
	if kind == "" {
		return "nothing"
	}
	return kind
}

// paths returns the paths of two forms. The parts of a value follow it directly.
func paths(a, b map[string]string) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.SortedFunc(maps.Keys(all), func(x, y string) int {
		return slices.Compare(parts(x), parts(y))
	})
}

func parts(path string) []string { return strings.Split(strings.ReplaceAll(path, "[]", ".[]"), ".") }
