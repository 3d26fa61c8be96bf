package omise_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

// The fake knows none of the objects that the calls name, so most answer that
// these are missing; a path that it does not know answers something else.
func TestTheFakeAnswersEveryEndpoint(t *testing.T) {
	t.Parallel()
	client := omisetest.NewServer(t).Client(omise.WithMaxRetries(0))
	for _, op := range operations(t) {
		for _, params := range op.params() {
			var e *omise.Error
			if err := op.call(t, client, op.ids(t), params); errors.As(err, &e) {
				require.NotEmpty(t, e.Code, "%s: %v", op.name, err)
				require.NotEqual(t, omise.ErrCodeServiceNotFound, e.Code, op.name)
				require.Less(t, e.Status, 500, "%s: %v", op.name, err)
			} else {
				require.NoError(t, err, op.name)
			}
		}
	}
	t.Logf("%d methods", len(operations(t)))
}
