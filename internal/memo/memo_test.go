package memo_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/memo"
)

func TestWhatIsKnownIsNotAskedForAgain(t *testing.T) {
	t.Parallel()
	var m memo.Memo
	require.Equal(t, 1, m.Get("a", func() any { return 1 }))
	require.Equal(t, 2, m.Get("b", func() any { return 2 }))
	require.Equal(t, 1, m.Get("a", func() any { return 3 }))
}

func TestCallsAtTheSameTimeLoseNothing(t *testing.T) {
	t.Parallel()
	var m memo.Memo
	var calls sync.WaitGroup
	for i := range 100 {
		calls.Go(func() { m.Get(i, func() any { return i }) })
	}
	calls.Wait()
	for i := range 100 {
		require.Equal(t, i, m.Get(i, func() any { return "forgotten" }))
	}
}
