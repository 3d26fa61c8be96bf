package mock_test

import (
	"os"
	"testing"

	"github.com/omisekit/omise-go/internal/contract"
	"github.com/omisekit/omise-go/internal/fake"
)

// TestMain compares all answers in the tests with the reference.
func TestMain(m *testing.M) { os.Exit(contract.Run(m, fake.Observe)) }
