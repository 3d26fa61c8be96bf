package reference_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/reference"
	"github.com/omisekit/omise-go/testdata"
)

func TestReadFindsEverySection(t *testing.T) {
	t.Parallel()
	r := reference.Read()
	require.NotEmpty(t, r.Version)
	require.NotEmpty(t, r.Endpoints)
	require.NotEmpty(t, r.Objects)
	require.NotEmpty(t, r.Enums)
}

// Without this test, a misspelt key of a row would be ignored.
func TestEveryRowHasKnownKeysOnly(t *testing.T) {
	t.Parallel()
	var file struct {
		Version   string
		Endpoints []reference.Endpoint
		Objects   map[string][]struct {
			reference.Attribute
			Confidence string // no code reads it
		}
		Enums map[string][]string
	}
	decoder := json.NewDecoder(bytes.NewReader(testdata.Reference))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&file), reference.File)
}

func TestEveryRowHasWhatItsReadersNeed(t *testing.T) {
	t.Parallel()
	for _, e := range reference.Read().Endpoints {
		for name, value := range map[string]string{"method": e.Method, "path": e.Path, "host": e.Host, "key": e.Key, "confidence": e.Confidence, "returns": e.Returns} {
			require.NotEmpty(t, value, "%s: %s has no %s", reference.File, e.Operation(), name)
		}
		for _, p := range e.Params {
			require.Contains(t, []string{"path", "header", "query", "form", "json", "multipart"}, p.In, "%s: %s: %s", reference.File, e.Operation(), p.Name)
			require.NotEmpty(t, p.Type, "%s: %s: %s has no type", reference.File, e.Operation(), p.Name)
		}
	}
	for name, attributes := range reference.Read().Objects {
		for _, a := range attributes {
			require.NotEmpty(t, a.Type, "%s: %s.%s has no type", reference.File, name, a.Name)
		}
	}
}

func TestUnnamedRemovesTheNamesOfAPath(t *testing.T) {
	t.Parallel()
	require.Equal(t, "GET /customers/{}/cards/{}", reference.Unnamed("GET /customers/{id}/cards/{card_id}"))
	require.Equal(t, "/charges", reference.Unnamed("/charges"))
}
