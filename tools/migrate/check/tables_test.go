package check

import (
	"fmt"
	"go/types"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/omisekit/omise-go/tools/migrate/rules"
)

func exported(t *testing.T, path string) *types.Scope {
	t.Helper()
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadTypes}, path)
	if err != nil {
		t.Fatal(err)
	}
	return pkgs[0].Types.Scope()
}

func structOf(scope *types.Scope, name string) *types.Struct {
	object := scope.Lookup(name)
	if object == nil {
		return nil
	}
	s, _ := object.Type().Underlying().(*types.Struct)
	return s
}

func fieldOf(s *types.Struct, name string) *types.Var {
	for f := range s.Fields() {
		if f.Name() == name {
			return f
		}
	}
	return nil
}

// TestEveryOperationHasItsMethod compares the table with both SDKs.
func TestEveryOperationHasItsMethod(t *testing.T) {
	old, now := exported(t, rules.OperationsPath), exported(t, rules.NewModule)
	count := 0
	for _, name := range old.Names() {
		s := structOf(old, name)
		if s == nil || name == "List" || !old.Lookup(name).Exported() {
			continue
		}
		count++
		op, known := rules.Operations[name]
		if !known {
			t.Errorf("%s is not in the table", name)
			continue
		}
		service, method, _ := strings.Cut(op.Call, ".")
		field := fieldOf(structOf(now, "Client"), service)
		if field == nil {
			t.Fatalf("%s: there is no service %s", name, service)
		}
		if m, _, _ := types.LookupFieldOrMethod(field.Type(), true, nil, method); m == nil {
			t.Errorf("%s: there is no method %s", name, op.Call)
		}
		for _, id := range op.IDs {
			if fieldOf(s, id) == nil {
				t.Errorf("%s has no field %s", name, id)
			}
		}
		if op.ByHand != "" || op.Params == "" || op.Params == "ListParams" {
			continue
		}
		params := structOf(now, op.Params)
		for f := range s.Fields() {
			rule := op.Fields[f.Name()]
			if slices.Contains(op.IDs, f.Name()) || rule.ByHand != "" {
				continue
			}
			to := f.Name()
			if rule.Name != "" {
				to = rule.Name
			}
			after := fieldOf(params, to)
			if after == nil {
				t.Errorf("%s.%s: %s has no field %s", name, f.Name(), op.Params, to)
				continue
			}
			_, isPointer := after.Type().(*types.Pointer)
			if wants := rule.Kind == rules.Pointer || rule.Kind == rules.Negated; isPointer != wants && f.Name() != "BankAccount" && f.Name() != "ZeroInterestInstallments" {
				t.Errorf("%s.%s: %s.%s is a %s", name, f.Name(), op.Params, to, after.Type())
			}
		}
	}
	if count != len(rules.Operations) {
		t.Errorf("%d operations, but %d in the table", count, len(rules.Operations))
	}
	t.Logf("%d operations", count)
}

// TestEveryChangedFieldIsInTheTable compares the models of both SDKs.
func TestEveryChangedFieldIsInTheTable(t *testing.T) {
	old, now := exported(t, rules.OldModule), exported(t, rules.NewModule)
	local := func(*types.Package) string { return "" }
	for _, name := range old.Names() {
		s, after := structOf(old, name), structOf(now, name)
		if s == nil || after == nil || rules.Gone[name] != "" || name == "Client" || name == "Date" || strings.HasSuffix(name, "List") && name != "List" {
			continue
		}
		for f := range s.Fields() {
			if _, ruled := rules.Attributes[name+"."+f.Name()]; ruled || f.Name() == "Base" {
				continue
			}
			to := fieldOf(after, f.Name())
			if to == nil || types.TypeString(to.Type(), local) != types.TypeString(f.Type(), local) {
				t.Errorf("%s.%s is another field now, and not in the table", name, f.Name())
			}
		}
	}
	for name, rule := range rules.Attributes {
		model, before, _ := strings.Cut(name, ".")
		s := structOf(now, model)
		if rule.ByHand != "" || s == nil { // Base is in each model
			continue
		}
		to, _, _ := strings.Cut(rule.To, ".")
		if to == "" {
			to = before
		}
		if fieldOf(s, to) == nil {
			t.Errorf("%s: %s has no field %s", name, model, to)
		}
	}
}

// TestEveryNameIsInATable checks all other exported names of omise-go.
func TestEveryNameIsInATable(t *testing.T) {
	old, now := exported(t, rules.OldModule), exported(t, rules.NewModule)
	for _, name := range old.Names() {
		to, isRenamed := rules.Renamed[name]
		switch {
		case !old.Lookup(name).Exported(), rules.Gone[name] != "":
		case isRenamed && now.Lookup(to) != nil:
		case strings.HasSuffix(name, "List") && now.Lookup(strings.TrimSuffix(name, "List")) != nil:
		case name == "DeletionList":
		case now.Lookup(name) != nil && reflect.TypeOf(now.Lookup(name)) == reflect.TypeOf(old.Lookup(name)):
		default:
			t.Errorf("%s is in no table, or its new name %q does not exist", name, to)
		}
	}
}

const page = "../../../docs/migrating-from-omise-go.md"

// TestTheTablesOfTheGuide compares the tables of the guide. With UPDATE=1 it writes them.
func TestTheTablesOfTheGuide(t *testing.T) {
	text := source(t, page)
	for name, table := range map[string]string{"operations": operationsTable(), "fields": fieldsTable()} {
		begin, end := "<!-- "+name+" -->\n", "<!-- end -->"
		before, rest, found := strings.Cut(text, begin)
		was, after, closed := strings.Cut(rest, end)
		if !found || !closed {
			t.Fatalf("%s has no place for %s", page, name)
		}
		if was != table && !update {
			t.Errorf("%s: the table of %s is not up to date; UPDATE=1 go test writes it", page, name)
		}
		text = before + begin + table + end + after
	}
	if update {
		if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func operationsTable() string {
	var b strings.Builder
	b.WriteString("\n| `operations.` | Method | Notes |\n| --- | --- | --- |\n")
	for _, name := range slices.Sorted(maps.Keys(rules.Operations)) {
		op := rules.Operations[name]
		var arguments []string
		for _, id := range op.IDs {
			arguments = append(arguments, strings.ToLower(id[:1])+id[1:])
		}
		if op.Params != "" {
			arguments = append(arguments, "params")
		}
		var notes []string
		if op.ByHand != "" {
			notes = append(notes, op.ByHand)
		}
		for _, field := range slices.Sorted(maps.Keys(op.Fields)) {
			if note := noteOf(op.Fields[field], field); note != "" {
				notes = append(notes, note)
			}
		}
		fmt.Fprintf(&b, "| `%s` | `%s(%s)` | %s |\n", name, op.Call, strings.Join(append([]string{"ctx"}, arguments...), ", "), strings.Join(notes, "; "))
	}
	return b.String() + "\n"
}

func noteOf(f rules.Field, name string) string {
	switch {
	case f.ByHand != "":
		return f.ByHand
	case f.Kind == rules.Negated:
		return fmt.Sprintf("`%s: true` is `%s: new(false)`", name, f.Name)
	case f.Kind == rules.Pointer:
		return fmt.Sprintf("`%s` is a `*%s`", name, f.Type)
	case f.Kind == rules.Wrap:
		return fmt.Sprintf("`%s` is made by `%s`", name, f.Type)
	case f.Kind == rules.Deref:
		return fmt.Sprintf("`%s` is a value", name)
	case f.Kind == rules.Money:
		return fmt.Sprintf("`%s` is an `omise.Currency`", name)
	case f.Kind == rules.Convert:
		return fmt.Sprintf("`%s` is an `%s`", name, f.Type)
	case f.Name != "":
		return fmt.Sprintf("`%s` is `%s`", name, f.Name)
	}
	return ""
}

func fieldsTable() string {
	var b strings.Builder
	b.WriteString("\n| Field | Now |\n| --- | --- |\n")
	for _, name := range slices.Sorted(maps.Keys(rules.Attributes)) {
		rule := rules.Attributes[name]
		var now []string
		if rule.To != "" {
			now = append(now, "`"+rule.To+"`")
		}
		if rule.Nilled {
			now = append(now, `a string, "" in place of nil`)
		}
		if rule.Named {
			now = append(now, "a named string type")
		}
		if rule.ByHand != "" {
			now = append(now, rule.ByHand)
		}
		if len(now) > 0 {
			fmt.Fprintf(&b, "| `%s` | %s |\n", name, strings.Join(now, "; "))
		}
	}
	return b.String() + "\n"
}
