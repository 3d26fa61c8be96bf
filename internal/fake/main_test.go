package fake

import (
	"os"
	"testing"

	"github.com/omisekit/omise-go/internal/contract"
)

// TestMain compares all answers in the tests with the reference.
func TestMain(m *testing.M) { os.Exit(contract.Run(m, Observe)) }
