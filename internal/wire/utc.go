package wire

import (
	"reflect"
	"time"
)

var timeType = reflect.TypeFor[time.Time]()

// decodeTime reads a time into UTC. encoding/json keeps its zone, or takes the
// local one if that has the same offset, and == tells such times apart.
func decodeTime(r *reader, v reflect.Value) bool {
	ok := decodeItself(r, v)
	inUTC(v)
	return ok
}

// inUTC moves all times within a value to UTC.
func inUTC(v reflect.Value) {
	switch {
	case !v.CanSet():
	case v.Type() == timeType:
		t := v.Addr().Interface().(*time.Time)
		*t = t.UTC()
	case v.Kind() == reflect.Pointer:
		inUTC(v.Elem())
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8:
		for i := range v.Len() {
			inUTC(v.Index(i))
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			inUTC(v.Field(i))
		}
	}
}
