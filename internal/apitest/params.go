package apitest

import (
	"io"
	"maps"
	"math/rand/v2"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/omisekit/omise-go"
)

// FiltersOf has the filters of each search.
var FiltersOf = map[string]omise.SearchFilters{
	"Search.Universal":         omise.Filters{},
	"Search.Audits":            omise.AuditFilters{},
	"Search.ChargeSchedules":   omise.ChargeScheduleFilters{},
	"Search.Charges":           omise.ChargeFilters{},
	"Search.Customers":         omise.CustomerFilters{},
	"Search.Disputes":          omise.DisputeFilters{},
	"Search.LinkedAccounts":    omise.LinkedAccountFilters{},
	"Search.Links":             omise.LinkFilters{},
	"Search.Receipts":          omise.ReceiptFilters{},
	"Search.Recipients":        omise.RecipientFilters{},
	"Search.Refunds":           omise.RefundFilters{},
	"Search.SubMerchants":      omise.SubMerchantFilters{},
	"Search.TransferSchedules": omise.TransferScheduleFilters{},
	"Search.Transfers":         omise.TransferFilters{},
}

// A Filler sets the fields of params, and collects the values that a server has to read.
type Filler struct {
	Rand    *rand.Rand             // nil for the same, readable samples every time
	Skip    func(name string) bool // fields to leave alone, by their names in a request
	Filters omise.SearchFilters    // of the kind that a search takes
	JSON    bool                   // the params travel as JSON
	Sent    url.Values
}

// Filled returns new params with a sample in every field.
func Filled(t reflect.Type, filters omise.SearchFilters) reflect.Value {
	f := Filler{Skip: func(string) bool { return false }, Filters: filters, JSON: InJSON(t), Sent: url.Values{}}
	params := reflect.New(t)
	f.Fill(params.Elem(), "")
	return params
}

// InJSON reports whether the params are sent as JSON, not as a form.
func InJSON(params reflect.Type) bool {
	_, inForm := params.Field(params.NumField() - 1).Tag.Lookup("url")
	return !inForm
}

// URLName returns the name of a field in a request, or, for one that is not sent as
// a value, the name that errors give it.
func URLName(field reflect.StructField) string {
	switch name, _, _ := strings.Cut(tagOf(field), ","); name {
	case "-":
		return strings.ToLower(field.Name)
	default:
		return name
	}
}

func tagOf(field reflect.StructField) string {
	if tag, ok := field.Tag.Lookup("url"); ok {
		return tag
	}
	return field.Tag.Get("json")
}

// inside returns the name in a request of the field name in the group scope.
func (f *Filler) inside(scope, name string) string {
	switch {
	case scope == "":
		return name
	case f.JSON:
		return scope + "." + name
	}
	return scope + "[" + name + "]"
}

// Fill sets the fields of a struct. scope is the name of the struct in a request, ""
// for the params themselves.
func (f *Filler) Fill(v reflect.Value, scope string) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Anonymous {
			continue
		}
		name := f.inside(scope, URLName(field))
		switch tag := tagOf(field); {
		case !f.Skip(name):
			f.set(v.Field(i), name, tag == "-")
		case tag != "-" && !strings.Contains(tag, ",omitempty"): // always sent
			empty := ""
			if v.Field(i).CanInt() {
				empty = "0"
			}
			f.Sent.Add(name, empty)
		}
	}
}

func (f *Filler) set(v reflect.Value, name string, silent bool) {
	note := func(text string) {
		if !silent {
			f.Sent.Add(name, text)
		}
	}
	switch v.Interface().(type) {
	case time.Time:
		at := time.Date(2026, 1, 31, 10, 30, f.number(59), 0, time.FixedZone("", 7*60*60))
		v.Set(reflect.ValueOf(at))
		note(at.Format(time.RFC3339))
		return
	case omise.SearchAmount:
		v.SetString(strconv.Itoa(f.number(1000)))
		note(v.String())
		return
	case omise.Date:
		day := omise.Date{Year: 2026, Month: 2, Day: f.number(28)}
		v.Set(reflect.ValueOf(day))
		note(day.String())
		return
	case omise.Sensitive:
		secret := f.text(name)
		v.Set(reflect.ValueOf(omise.NewSensitive(secret)))
		note(secret)
		return
	case omise.Metadata:
		v.Set(reflect.ValueOf(omise.Metadata{"order_id": "A-" + strconv.Itoa(f.number(9)), "gift": map[string]any{"wrap": true}}))
		f.Sent.Add(f.inside(name, "order_id"), v.Interface().(omise.Metadata)["order_id"].(string))
		f.Sent.Add(f.inside(f.inside(name, "gift"), "wrap"), "true")
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.set(v.Elem(), name, silent)
	case reflect.Struct:
		f.Fill(v, name)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), f.number(2), 2))
		if !f.JSON || v.Type().Elem().Kind() == reflect.Struct {
			name += "[]"
		}
		for i := range v.Len() {
			f.set(v.Index(i), name, silent)
		}
	case reflect.String:
		v.SetString(f.text(name))
		note(v.String())
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.number(11)))
		note(strconv.FormatInt(v.Int(), 10))
	case reflect.Bool:
		v.SetBool(true)
		note("true")
	case reflect.Interface:
		f.choose(v, name)
	default:
		panic("no sample of " + v.Type().String())
	}
}

// choose sets a field that may hold different types.
func (f *Filler) choose(v reflect.Value, name string) {
	switch v.Type() {
	case reflect.TypeFor[io.Reader]():
		v.Set(reflect.ValueOf(pngFile{}))
	case reflect.TypeFor[any]():
		v.Set(reflect.ValueOf(f.text(name)))
		f.Sent.Add(name, v.Elem().String())
	case reflect.TypeFor[omise.SearchFilters]():
		filters := f.Filters
		if filters == nil {
			names := slices.Sorted(maps.Keys(FiltersOf))
			filters = FiltersOf[names[f.number(len(names))-1]]
		}
		if _, ok := filters.(omise.Filters); ok {
			v.Set(reflect.ValueOf(omise.Filters{"captured": "true"}))
			f.Sent.Add(name+"[captured]", "true")
			return
		}
		chosen := reflect.New(reflect.TypeOf(filters)).Elem()
		f.Fill(chosen, name)
		v.Set(chosen)
	default:
		panic("no sample of " + v.Type().String())
	}
}

// number returns a number from 1 to n.
func (f *Filler) number(n int) int {
	if f.Rand == nil {
		return n
	}
	return 1 + f.Rand.IntN(n)
}

// text returns text that is never empty.
func (f *Filler) text(name string) string {
	switch {
	case f.Rand == nil && strings.HasSuffix(name, "[number]"):
		return "4242424242424242" // the only text with a rule
	case f.Rand == nil && name == "filename":
		return "receipt.png"
	case f.Rand == nil:
		name = strings.TrimSuffix(name, "[]")
		return "a " + strings.TrimSuffix(name[strings.LastIndexAny(name, "[.")+1:], "]")
	}
	const awkward = "a1 +%&=;#?[]/\\\"'<>\u0e01\u0e33\U0001f4b8\r\n\x00"
	runes := []rune(awkward)
	var b strings.Builder
	for range 1 + f.Rand.IntN(8) {
		b.WriteRune(runes[f.Rand.IntN(len(runes))])
	}
	return b.String()
}

// pngFile is a file whose reading leaves no trace.
type pngFile struct{}

func (pngFile) Read(p []byte) (int, error) { return copy(p, "\x89PNG"), io.EOF }
