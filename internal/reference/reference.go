// Package reference reads testdata/reference.json. The file has the content of the API's
// own reference: endpoints with their parameters, objects with their attributes, and the
// values of enums.
//
// The SDK does not import it. Its tests, the fake and the tools do.
package reference

import (
	"encoding/json"
	"fmt"
	"regexp"
	"sync"

	"github.com/omisekit/omise-go/testdata"
)

// File is the path of the reference in the repository, for messages.
const File = "testdata/reference.json"

// A Reference is the content of the file.
type Reference struct {
	Version   string // of the API, such as 2019-05-29
	Endpoints []Endpoint
	Objects   map[string][]Attribute // by the name of the object
	Enums     map[string][]string    // by object.attribute
}

// An Endpoint is a method and a path, with everything that the reference says about them.
type Endpoint struct {
	Method     string
	Path       string // with names in braces: /charges/{id}
	Host       string // api, vault or linksplus
	Key        string // secret, public, either or linksplus
	Confidence string // official or draft
	Returns    string // the name of an object, list:charge, search:charge, csv, ...
	Params     []Param
}

// A Param is a parameter of an endpoint.
type Param struct {
	Name       string // source[type], items[][sku], conditions[].field
	In         string // path, header, query, form, json or multipart
	Type       string // string, integer, array:string, map, ...
	Confidence string // draft if only a draft has it
	Required   bool
	Enum       []any // strings and booleans
}

// An Attribute is an attribute of an object.
type Attribute struct {
	Name     string
	Type     string // string, object:card, list:refund, array:string, ...
	Nullable bool
	Enum     []string
}

// Read returns the reference that is compiled in.
var Read = sync.OnceValue(func() *Reference {
	r := &Reference{}
	if err := json.Unmarshal(testdata.Reference, r); err != nil {
		panic(fmt.Sprintf("%s: %v", File, err))
	}
	return r
})

// Operation returns the method and the path: POST /charges/{id}/capture.
func (e Endpoint) Operation() string { return e.Method + " " + e.Path }

// InBodyOrQuery reports whether a body or a query carries the parameter, not the
// path or a header.
func (p Param) InBodyOrQuery() bool { return p.In != "path" && p.In != "header" }

// IsFile reports whether the parameter is the content of a file.
func (p Param) IsFile() bool { return p.In == "multipart" && p.Name == "file" }

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

// Unnamed removes the names between the braces of a path, because the same path
// has different names in different places: /charges/{charge_id} becomes
// /charges/{}.
func Unnamed(path string) string { return placeholder.ReplaceAllString(path, "{}") }
