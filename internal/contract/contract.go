// Package contract compares the answers of the fake with testdata. The reference has the
// attributes and their types. The recorded objects show which attributes are in every
// answer.
package contract

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/omisekit/omise-go/internal/reference"
	"github.com/omisekit/omise-go/testdata"
)

// An attribute of the reference, and whether it is in all answers.
type attribute struct {
	reference.Attribute
	always bool
}

// A contract has the known facts about answers.
type contract struct {
	returns map[string]string                // type by operation
	objects map[string]map[string]*attribute // by name, by attribute
}

var known = sync.OnceValue(func() *contract {
	c := &contract{returns: map[string]string{}, objects: map[string]map[string]*attribute{}}
	for _, e := range reference.Read().Endpoints {
		c.returns[reference.Unnamed(e.Operation())] = e.Returns
	}
	c.returns["webhook"] = "event"
	c.returns["GET /receipts/search"] = "search:receipt" // the reference has the word twice
	for name, attributes := range reference.Read().Objects {
		always := recorded(name)
		c.objects[name] = map[string]*attribute{}
		for _, a := range attributes {
			_, in := always[a.Name]
			a.Enum = slices.Concat(a.Enum, further[name+"."+a.Name])
			c.objects[name][a.Name] = &attribute{a, in}
		}
	}
	return c
})

// further has values that the enums of the reference lack. A kind of document and the name
// of the list of receipts were recorded. A key of transactions is a guess.
var further = map[string][]string{
	"document.kind":   {"qr"},
	"list.object":     {"receipt_list"},
	"transaction.key": {"refund.created.debit"},
}

// recorded returns the attributes of a recorded object. Lists were recorded only as parts
// of other objects.
func recorded(name string) map[string]any {
	file := name
	if name == "list" {
		file = "customer"
	}
	data, err := testdata.Objects.ReadFile("objects/" + file + ".json")
	must(err)
	var object map[string]any
	must(json.Unmarshal(data, &object))
	if name == "list" {
		object = object["cards"].(map[string]any)
	}
	return object
}

func must(err error) {
	if err != nil {
		panic(fmt.Sprintf("contract: %v", err))
	}
}

// Check returns the problems of an answer or of a webhook.
func Check(called string, status int, body []byte) []string {
	called = reference.Unnamed(called)
	want, documented := known().returns[called]
	if status == 200 && (want == "csv" || strings.HasPrefix(want, "openapi")) {
		return nil
	}
	var got any
	if err := json.Unmarshal(body, &got); err != nil {
		return []string{"it is not JSON: " + err.Error()}
	}
	c := &check{operation: called}
	switch {
	case status != 200:
		c.error(got)
	case !documented:
		c.object("the reference has no such operation")
	default:
		c.answer(want, got)
	}
	slices.Sort(c.problems)
	return c.problems
}

// A check is the check of one answer.
type check struct {
	operation string
	problems  []string
}

func (c *check) object(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// error checks an error. There is no recorded object for errors.
func (c *check) error(got any) {
	o, _ := got.(map[string]any)
	if keys := slices.Sorted(maps.Keys(o)); !slices.Equal(keys, []string{"code", "location", "message", "object"}) || o["object"] != "error" {
		c.object("an error has %q", keys)
	}
}

// answer checks the answer of an operation. The type of the records of a search depends on
// its scope.
func (c *check) answer(want string, got any) {
	kind, of, _ := strings.Cut(want, ":")
	switch {
	case kind == "list":
		c.page("", kind, of, got)
	case kind == "search" && strings.HasSuffix(of, "_schedule"):
		c.page("", kind, "schedule", got)
	case kind == "search":
		c.page("", kind, cmp.Or(of, "any"), got)
	default:
		c.members("", want, got)
	}
}
