package redact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/redact"
)

func TestRemoveReplacesASecretInBothSpellings(t *testing.T) {
	t.Parallel()
	wallet := redact.New(`{"data":"a b"}`)
	for text, want := range map[string]string{
		`the data {"data":"a b"} is old`:           "the data [redacted] is old",
		"data=%7B%22data%22%3A%22a+b%22%7D&method": "data=[redacted]&method",
		"no data": "no data",
	} {
		require.Equal(t, want, redact.Remove(text, redact.Text{}, wallet))
	}
}
