package omise

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/omisekit/omise-go/internal/transport"
)

// A SystemInfo lists the versions of the API.
//
// See https://docs.omise.co/api-versioning.
type SystemInfo struct {
	Object   string   `json:"object" wire:"strict"` // "system_info"
	Location string   `json:"location"`             // "/"
	Versions []string `json:"versions"`             // that the API serves
}

func (s *SystemInfo) identity() identity { return identity{kindSystemInfo, s.Object, ""} }

// SchemaParams choose a description of the API.
type SchemaParams struct {
	Version string `url:"version,omitempty"` // such as "2019-05-29"
	Private *bool  `url:"private,omitempty"` // true: with the parts that are not public
}

// SystemService reads the versions and the description of the API.
//
// See https://docs.omise.co/api-versioning.
type SystemService service

var (
	systemGetInfo   = get("/")
	systemGetSchema = &route{method: http.MethodGet, path: "/schema", key: keyEither, guard: transport.Read}
)

// GetInfo returns the versions that the API serves. It needs the secret key.
//
// See https://docs.omise.co/api-versioning.
func (s *SystemService) GetInfo(ctx context.Context, opts ...RequestOption) (*SystemInfo, error) {
	return call[SystemInfo](ctx, s.client, systemGetInfo, nil, opts)
}

// GetSchema returns the description of the API, an OpenAPI document. It uses the public
// key if the client has it, and the secret key otherwise. params may be nil.
//
// See https://docs.omise.co/api-versioning.
func (s *SystemService) GetSchema(ctx context.Context, params *SchemaParams, opts ...RequestOption) (json.RawMessage, error) {
	document, err := call[json.RawMessage](ctx, s.client, systemGetSchema, params, opts)
	if err != nil {
		return nil, err
	}
	return *document, nil
}
