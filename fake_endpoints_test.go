package omise_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

// The fake knows none of the objects that the calls name, so most answer that
// these are missing; a path that it does not know answers something else.
func TestTheFakeAnswersEveryEndpoint(t *testing.T) {
	t.Parallel()
	client := omisetest.NewServer(t).Client(omise.WithMaxRetries(0))
	for _, op := range apitest.Operations() {
		for _, params := range op.Params() {
			var e *omise.Error
			if err := op.Call(t, client, op.IDs(), params); errors.As(err, &e) {
				require.NotEmpty(t, e.Code, "%s: %v", op.Name, err)
				require.NotEqual(t, omise.ErrCodeServiceNotFound, e.Code, op.Name)
				require.Less(t, e.Status, 500, "%s: %v", op.Name, err)
			} else {
				require.NoError(t, err, op.Name)
			}
		}
	}
	t.Logf("%d methods", len(apitest.Operations()))
}
