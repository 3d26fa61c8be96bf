package outbox

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/form"
)

func TestAnIntentThatIsUnderWayIsTriedAgain(t *testing.T) {
	t.Parallel()
	require.Equal(t, tryAgain, classifyFailure(&omise.ParamError{Field: "intent", Rule: form.IntentUnderWay}, 1))
}

func TestAnInvalidIntentIsRefused(t *testing.T) {
	t.Parallel()
	require.Equal(t, refused, classifyFailure(&omise.ParamError{Field: "intent", Rule: "must be printable ASCII"}, 1))
}
