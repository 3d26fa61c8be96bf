package fake

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/fake/shape"
)

func (s *Server) getSystemInfo(*request) (any, *apiError) {
	versions := slices.Clone(apiVersions)
	slices.Reverse(versions)
	return shape.New("system_info").With(object{"location": "/", "versions": versions}), nil
}

// pathParameter matches an identifier in the pattern of a route.
var pathParameter = regexp.MustCompile(`\{(\w+)\}`)

// getSchema describes the routes as an OpenAPI document. The document is not an object
// of the API.
func (s *Server) getSchema(r *request) (any, *apiError) {
	version := apiVersion
	if r.params.Has("version") {
		version = r.params.Text("version")
		if _, err := time.Parse(time.DateOnly, version); err != nil {
			return nil, fail(badRequest, "version is invalid")
		}
	}
	paths := map[string]any{}
	for _, rt := range s.routes() {
		method, path, ok := strings.Cut(rt.pattern, " ")
		if !ok || rt.key == linksPlusKey {
			continue
		}
		path = strings.ReplaceAll(path, "{$}", "")
		operations, ok := paths[path].(map[string]any)
		if !ok {
			operations = map[string]any{}
			paths[path] = operations
		}
		operations[strings.ToLower(method)] = operation(path)
	}
	return map[string]any{
		"openapi": "3.0.3",
		"info":    map[string]any{"title": "Omise API", "version": version},
		"servers": []any{map[string]any{"url": "https://api.omise.co"}},
		"paths":   paths,
	}, nil
}

func operation(path string) map[string]any {
	parameters := []any{}
	for _, match := range pathParameter.FindAllStringSubmatch(path, -1) {
		parameters = append(parameters, map[string]any{
			"name": match[1], "in": "path", "required": true, "schema": map[string]any{"type": "string"},
		})
	}
	return map[string]any{
		"parameters": parameters,
		"responses":  map[string]any{"200": map[string]any{"description": http.StatusText(http.StatusOK)}},
	}
}
