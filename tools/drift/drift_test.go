package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestADocumentThatAgreesHasNoDifferences(t *testing.T) {
	t.Parallel()
	if out, n := drift(t, openAPI(t)); n != 0 {
		t.Fatalf("%d differences:\n%s", n, out)
	}
}

func TestNewNamesInTheAPIAreReported(t *testing.T) {
	t.Parallel()
	doc := openAPI(t)
	doc["paths"].(object)["/charges/{id}/tips"] = object{"post": object{}}
	attributes(doc, "charge")["tip"] = object{"type": "integer"}
	attributes(doc, "charge")["status"].(object)["enum"] = append(attributes(doc, "charge")["status"].(object)["enum"].([]any), "tipped")
	parameters := doc["paths"].(object)["/charges"].(object)["post"].(object)["requestBody"].(object)["content"].(object)["application/x-www-form-urlencoded"].(object)["schema"].(object)["properties"].(object)
	parameters["tip"] = object{"type": "integer"}

	out, n := drift(t, doc)
	for _, line := range []string{
		"endpoint    POST /charges/{}/tips",
		"attribute   charge.tip",
		"parameter   POST /charges tip",
		"enum value  charge.status tipped",
	} {
		if !strings.Contains(section(out, "New in the API"), line) {
			t.Errorf("not reported as new: %q in\n%s", line, out)
		}
	}
	if n != 4 {
		t.Errorf("%d differences, want 4:\n%s", n, out)
	}
}

func TestNamesMissingInTheAPIAreReported(t *testing.T) {
	t.Parallel()
	doc := openAPI(t)
	delete(doc["paths"].(object)["/links/{id}"].(object), "delete")
	delete(attributes(doc, "refund"), "voided")

	out, n := drift(t, doc)
	for _, line := range []string{"endpoint    DELETE /links/{}", "attribute   refund.voided"} {
		if !strings.Contains(section(out, "In the SDK"), line) {
			t.Errorf("not reported as gone: %q in\n%s", line, out)
		}
	}
	if n != 2 {
		t.Errorf("%d differences, want 2:\n%s", n, out)
	}
}

func TestAFileThatIsNoOpenAPIDocumentIsAnError(t *testing.T) {
	t.Parallel()
	for _, content := range []string{"", "[]", "{}", `{"openapi":"2.0","paths":{"/":{}}}`} {
		if _, err := run([]byte(content), &bytes.Buffer{}); err == nil {
			t.Errorf("%q was taken for a document", content)
		}
	}
}

type object = map[string]any

func attributes(doc object, name string) object {
	return doc["components"].(object)["schemas"].(object)[name].(object)["properties"].(object)
}

// openAPI returns an OpenAPI document that describes the reference of the SDK.
func openAPI(t *testing.T) object {
	t.Helper()
	sdk := sdkSurface()
	paths, schemas := object{}, object{}
	for endpoint, params := range sdk.endpoints {
		method, path, _ := strings.Cut(endpoint, " ")
		path = strings.ReplaceAll(path, "{}", "{id}")
		operations, _ := paths[path].(object)
		if operations == nil {
			operations = object{}
			paths[path] = operations
		}
		operations[strings.ToLower(method)] = describe(method, params)
	}
	for name, attributes := range sdk.objects {
		properties := object{}
		for attribute := range attributes {
			property := object{}
			for kind := range sdk.types[name+"."+attribute] {
				property["type"] = kind
			}
			property["nullable"] = sdk.nulls[name+"."+attribute]["can be null"]
			if values := sdk.enums[name+"."+attribute]; values != nil {
				enum := []any{}
				for value := range maps.Keys(values) {
					enum = append(enum, value)
				}
				property["enum"] = enum
			}
			properties[attribute] = property
		}
		schemas[name] = object{"type": "object", "properties": properties}
	}
	return object{"openapi": "3.0.3", "paths": paths, "components": object{"schemas": schemas}}
}

func describe(method string, params names) object {
	if method != "POST" && method != "PATCH" {
		list := []any{}
		for name := range params {
			list = append(list, object{"name": name, "in": "query", "schema": object{"type": "string"}})
		}
		return object{"parameters": list}
	}
	properties := object{}
	for name := range params {
		properties[name] = object{"type": "string"}
	}
	return object{"requestBody": object{"content": object{
		"application/x-www-form-urlencoded": object{"schema": object{"properties": properties}},
	}}}
}

// drift runs the command on a document in a file.
func drift(t *testing.T, doc object) (string, int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "openapi.json")
	if err := os.WriteFile(path, encoded(t, doc), 0o600); err != nil {
		t.Fatal(err)
	}
	return printed(t, path, "", "")
}

func printed(t *testing.T, path, api, key string) (string, int) {
	t.Helper()
	document, err := load(path, api, key)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	n, err := run(document, &out)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), n
}

func encoded(t *testing.T, doc object) []byte {
	t.Helper()
	data, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func section(out, title string) string {
	_, rest, _ := strings.Cut(out, title)
	rest, _, _ = strings.Cut(rest, "\n\n")
	return rest
}
