package form

import (
	"encoding/json"
	"fmt"
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
	case v.Kind() != reflect.Slice:
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
	switch x := value.(type) {
	case string:
		add(name, x)
		return nil
	case bool:
		add(name, strconv.FormatBool(x))
		return nil
	case int:
		add(name, strconv.Itoa(x))
		return nil
	case json.Number:
		add(name, x.String())
		return nil
	}
	v := reflect.ValueOf(value)
	if v.Kind() == reflect.String || v.Kind() == reflect.Bool || v.CanInt() || v.CanUint() || v.CanFloat() {
		add(name, fmt.Sprint(value))
		return nil
	}
	return fmt.Errorf("%s: a %s cannot be sent in a form", name, v.Kind())
}
