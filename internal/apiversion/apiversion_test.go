package apiversion_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/apiversion"
	"github.com/omisekit/omise-go/testdata"
)

// An object of the newest version is the same after the change to the older names and back.
func TestAgeAndModernizeAreOpposites(t *testing.T) {
	t.Parallel()
	files, err := testdata.Objects.ReadDir("objects")
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasPrefix(file.Name(), "links_plus") {
			continue // this service has no versions and writes small letters
		}
		t.Run(file.Name(), func(t *testing.T) {
			t.Parallel()
			data, err := testdata.Objects.ReadFile("objects/" + file.Name())
			require.NoError(t, err)
			var want, got any
			require.NoError(t, json.Unmarshal(data, &want))
			require.NoError(t, json.Unmarshal(data, &got))
			apiversion.Age(got)
			apiversion.Modernize(got)
			require.Equal(t, want, got)
		})
	}
}

func TestMetadataAndTheDataOfAnEventKeepTheirNames(t *testing.T) {
	t.Parallel()
	const event = `{"object":"event","created_at":"x","data":{"object":"charge","paid":true,"created_at":"x"}}`
	const charge = `{"object":"charge","metadata":{"object":"charge","paid":true,"currency":"THB"},"currency":"THB","paid":true}`
	for text, want := range map[string]string{
		event:  `{"object":"event","created":"x","data":{"object":"charge","paid":true,"created_at":"x"}}`,
		charge: `{"object":"charge","metadata":{"object":"charge","paid":true,"currency":"THB"},"currency":"thb","captured":true}`,
	} {
		var value any
		require.NoError(t, json.Unmarshal([]byte(text), &value))
		apiversion.Age(value)
		got, err := json.Marshal(value)
		require.NoError(t, err)
		require.JSONEq(t, want, string(got))
	}
}
