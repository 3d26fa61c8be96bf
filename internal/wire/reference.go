package wire

import (
	"reflect"
	"sync"
)

// A reference is a struct of an id and a pointer to the model of the object with
// that id, tagged `wire:"id"` and `wire:"object"`. The document has the id, the
// object or null.

func isReference(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() == 2 && t.Field(0).Tag.Get("wire") == "id" && t.Field(1).Tag.Get("wire") == "object"
}

func referenceDecoder(t reflect.Type) decoder {
	object := decoderOf(t.Field(1).Type)
	idOf := sync.OnceValue(func() func(model reflect.Value, text []byte) string { return idGetter(t.Field(1).Type.Elem()) })
	return func(r *reader, v reflect.Value) bool {
		v.SetZero()
		switch c := r.peek(); c {
		case 'n':
			return r.literal("null")
		case '"':
			return decodeText(r, v.Field(0))
		case '{':
			start := r.at
			if !object(r, v.Field(1)) {
				return false
			}
			id := idOf()(v.Field(1).Elem(), r.data[start:r.at])
			v.Field(0).SetString(id)
			return id != "" || r.refuse(c, t)
		default:
			return r.refuseNext(c, t)
		}
	}
}

// idGetter returns a function that returns the id of a model that was decoded from a
// text.
func idGetter(model reflect.Type) func(model reflect.Value, text []byte) string {
	if model.Kind() == reflect.Struct {
		if f := newFields(model).find([]byte("id")); f != nil && model.Field(f.index).Type.Kind() == reflect.String {
			return func(model reflect.Value, _ []byte) string { return model.Field(f.index).String() }
		}
	}
	return func(_ reflect.Value, text []byte) string {
		var head struct {
			ID string `json:"id"`
		}
		decoderOf(reflect.TypeOf(head))(&reader{data: text}, reflect.ValueOf(&head).Elem())
		return head.ID
	}
}
