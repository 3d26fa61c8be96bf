package omise_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

// The fake does not have the objects that the calls name, so most calls fail with
// not_found. TestEveryOperationIsDocumented of internal/fake finds a path without a
// route.
func TestTheFakeAnswersEveryEndpoint(t *testing.T) {
	t.Parallel()
	client := omisetest.NewServer(t).Client(omise.WithMaxRetries(0))
	for _, op := range apitest.Operations() {
		for _, params := range op.Params() {
			var e *omise.Error
			err := op.Call(t, client, op.IDs(), params)
			switch {
			case !errors.As(err, &e):
				require.NoError(t, err, op.Name)
			case e.Code != omise.ErrCodeServiceNotFound:
				require.NotEmpty(t, e.Code, "%s: %v", op.Name, err)
				require.Less(t, e.Status, 500, "%s: %v", op.Name, err)
			}
		}
	}
	t.Logf("%d methods", len(apitest.Operations()))
}
