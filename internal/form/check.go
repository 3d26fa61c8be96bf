package form

import (
	"fmt"
	"reflect"
	"strings"
)

// A Problem says which rule a parameter breaks.
type Problem struct {
	Field string // name in the API, such as card[number]
	Rule  string // such as "is required"
}

// IntentUnderWay is the rule that a write breaks while another write with its intent and
// with other parameters is being sent. The same write may be sent later.
const IntentUnderWay = "is under way with other parameters"

// Check looks at the fields tagged `check:"..."` and returns the first that
// breaks its rule, or nil. The rules are
//
//	required  a value other than the zero value
//	positive  a number above zero; a nil pointer is not checked
func Check(params any) *Problem {
	v := reflect.ValueOf(params)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return nil
	}
	return checkStruct(v, "")
}

func checkStruct(v reflect.Value, scope string) *Problem {
	for _, p := range planOf(v.Type()).checked {
		if problem := checkField(v.Field(p.index), scope, p); problem != nil {
			return problem
		}
	}
	return nil
}

// nameOf returns the name of a field in the API, or its Go name in small letters if it
// is sent in another way. It returns "" if the field is not a parameter.
func nameOf(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("url"), ",")
	if name == "" {
		name, _, _ = strings.Cut(field.Tag.Get("json"), ",")
	}
	if name == "-" {
		return strings.ToLower(field.Name)
	}
	return name
}

func checkField(v reflect.Value, scope string, p param) *Problem {
	if p.rule == "required" && (v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0) {
		return &Problem{scoped(scope, p.label), "is required"}
	}
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	switch {
	case p.rule == "positive" && v.Int() <= 0:
		return &Problem{scoped(scope, p.label), "must be greater than 0"}
	case v.Kind() == reflect.Struct:
		return checkStruct(v, scoped(scope, p.label))
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		for i := range v.Len() {
			if problem := checkStruct(v.Index(i), fmt.Sprintf("%s[%d]", scoped(scope, p.label), i)); problem != nil {
				return problem
			}
		}
	}
	return nil
}
