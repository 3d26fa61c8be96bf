package chromium

import (
	"context"
	"errors"
	"testing"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// failing returns an action that fails with these errors, one after another, and then
// succeeds.
func failing(took *int, errs ...error) Action {
	return chromedp.Func(func(context.Context, *chromedp.Target) error {
		*took++
		if *took > len(errs) {
			return nil
		}
		return errs[*took-1]
	})
}

func TestAnActionOnAReplacedPageIsTakenAgain(t *testing.T) {
	took := 0
	gone := &cdproto.Error{Code: -32000, Message: "Could not find node with given id"}
	_, err := onThePageOfNow(failing(&took, gone, gone))(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, 3, took)
}

func TestAnotherFailureOfAnActionIsNotHidden(t *testing.T) {
	for _, failure := range []error{
		errors.New("net::ERR_CONNECTION_REFUSED"),
		&cdproto.Error{Code: -32000, Message: "DOM Error while querying"},
		chromedp.ErrInvalidDimensions,
	} {
		took := 0
		_, err := onThePageOfNow(failing(&took, failure))(t.Context(), nil)
		require.Equal(t, failure, err)
		require.Equal(t, 1, took)
	}
}
