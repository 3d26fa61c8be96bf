package omise_test

import (
	"bytes"
	"encoding"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	htmltemplate "html/template"
	"io"
	"log/slog"
	"reflect"
	"strings"
	"text/template"

	"github.com/stretchr/testify/assert"
)

// A printer is a way in which a program may print a value.
type printer struct {
	name    string
	methods bool // it calls the methods that a value has for printing, if it can
	print   func(value any) string
}

var printers = func() (all []printer) {
	for verb := range strings.FieldsSeq("%v %+v %#v %s %q %+q %x %#x %X %d %t %c %U %e %f %g %b %o") {
		all = append(all, printer{verb, true, func(value any) string { return fmt.Sprintf(verb, value) }})
	}
	for verb := range strings.FieldsSeq("%p %w") {
		all = append(all, printer{verb, false, func(value any) string { return fmt.Sprintf(verb, value) }})
	}
	wrap := "%w"
	return append(all, []printer{
		{"Print", true, func(value any) string { return fmt.Sprint(value) }},
		{"Errorf %w", false, func(value any) string { return fmt.Errorf(wrap, value).Error() }},
		{"panic", true, printPanic},
		{"slog text", true, func(value any) string { return printSlog(value, true) }},
		{"slog JSON", true, func(value any) string { return printSlog(value, false) }},
		{"text/template", true, func(value any) string { return execute(textTemplate, value) }},
		{"html/template", true, func(value any) string { return execute(htmlTemplate, value) }},
		{"JSON", true, func(value any) string { return printed(json.Marshal(value)) }},
		{"XML", true, func(value any) string { return printed(xml.Marshal(value)) }},
		{"YAML", true, func(value any) string { return printYAML(reflect.ValueOf(value)) }},
		{"gob", true, printGob},
		{"testify diff", false, printDiff},
	}...)
}()

const templateText = `{{.}} {{printf "%+v" .}} {{print .}} {{html .}} {{js .}} {{urlquery .}}`

var (
	textTemplate = template.Must(template.New("").Parse(templateText))
	htmlTemplate = htmltemplate.Must(htmltemplate.New("").Parse(templateText + `<script>x = {{.}}</script><a href="/?q={{.}}">`))
)

func execute(t interface{ Execute(io.Writer, any) error }, value any) string {
	var out bytes.Buffer
	if err := t.Execute(&out, value); err != nil {
		fmt.Fprint(&out, err)
	}
	return out.String()
}

func printed(text []byte, err error) string { return fmt.Sprintf("%s %v", text, err) }

func printPanic(value any) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	panic(fmt.Errorf("wrapped: %v", value))
}

func printSlog(value any, asText bool) string {
	var out bytes.Buffer
	var handler slog.Handler = slog.NewJSONHandler(&out, nil)
	if asText {
		handler = slog.NewTextHandler(&out, nil)
	}
	slog.New(handler).Info("call", "value", value, "group", slog.GroupValue(slog.Any("value", value)))
	return out.String()
}

func printGob(value any) string {
	var out bytes.Buffer
	if err := gob.NewEncoder(&out).Encode(value); err != nil {
		fmt.Fprint(&out, err)
	}
	return out.String()
}

// printDiff returns the text of testify about two values that differ. testify uses
// spew, which here calls no methods.
func printDiff(value any) string {
	var text failureText
	assert.Equal(&text, value, reflect.New(reflect.TypeOf(value)).Elem().Interface())
	if v := reflect.ValueOf(value); v.Kind() == reflect.Pointer {
		assert.Equal(&text, value, reflect.New(v.Type().Elem()).Interface())
	}
	return text.String()
}

type failureText struct{ strings.Builder }

func (f *failureText) Errorf(format string, args ...any) { fmt.Fprintf(f, format, args...) }

// printYAML prints a value as libraries for YAML and TOML do: with MarshalText, or its
// exported fields if it has no MarshalText.
func printYAML(v reflect.Value) string {
	if !v.IsValid() {
		return "null"
	}
	if v.CanInterface() {
		if m, ok := v.Interface().(encoding.TextMarshaler); ok && !(v.Kind() == reflect.Pointer && v.IsNil()) {
			return printed(m.MarshalText())
		}
	}
	var out strings.Builder
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return printYAML(v.Elem())
	case reflect.Struct:
		for field, value := range v.Fields() {
			if field.IsExported() {
				fmt.Fprintf(&out, "%s: %s\n", field.Name, printYAML(value))
			}
		}
	case reflect.Map:
		for key, value := range v.Seq2() {
			fmt.Fprintf(&out, "%s: %s\n", printYAML(key), printYAML(value))
		}
	case reflect.Slice, reflect.Array:
		for _, value := range v.Seq2() {
			fmt.Fprintf(&out, "- %s\n", printYAML(value))
		}
	default:
		fmt.Fprint(&out, v)
	}
	return out.String()
}
