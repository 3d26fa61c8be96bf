package form

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
)

var objectType = reflect.TypeFor[map[string]any]()

// AddObject adds the values of an object: name[key] for each key, and name[key][] for
// each element of a slice.
func AddObject(name string, object map[string]any, add func(name, value string)) error {
	for key, value := range object {
		if key == "" || strings.ContainsAny(key, "[]"+indexMark) {
			return fmt.Errorf("%s: a key must not be empty or hold brackets", name)
		}
		if err := addAny(scoped(name, key), value, add); err != nil {
			return err
		}
	}
	return nil
}

func addAny(name string, value any, add func(name, value string)) error {
	switch x := value.(type) {
	case nil:
		add(name, "")
		return nil
	case string:
		add(name, x)
		return nil
	}
	v := reflect.ValueOf(value)
	switch {
	case v.CanConvert(objectType):
		return AddObject(name, v.Convert(objectType).Interface().(map[string]any), add)
	case v.Kind() != reflect.Slice, v.Type().Elem().Kind() == reflect.Uint8: // []byte is not a list of numbers
		return addScalar(name, value, add)
	}
	for i := range v.Len() {
		if err := addScalar(name+"[]", v.Index(i).Interface(), add); err != nil {
			return err
		}
	}
	return nil
}

func addScalar(name string, value any, add func(name, value string)) error {
	text, ok := Text(value)
	if !ok {
		return fmt.Errorf("%s: a %T cannot be sent in a form", name, value)
	}
	add(name, text)
	return nil
}

// Text returns the text of a value as a form has it, and whether a form can have it. A
// number has all its digits and no exponent, because the API keeps it as text.
func Text(value any) (string, bool) {
	switch x := value.(type) {
	case string:
		return x, true
	case bool:
		return strconv.FormatBool(x), true
	case int:
		return strconv.Itoa(x), true
	case json.Number:
		return x.String(), true
	}
	switch v := reflect.ValueOf(value); {
	case v.CanFloat():
		f := v.Float()
		return strconv.FormatFloat(f, 'f', -1, v.Type().Bits()), !math.IsInf(f, 0) && !math.IsNaN(f)
	case v.Kind() == reflect.String, v.Kind() == reflect.Bool, v.CanInt(), v.CanUint():
		return fmt.Sprint(value), true
	}
	return "", false
}
