package check

import (
	"slices"
	"strings"
	"sync"
	"testing"
)

var officeOnce struct {
	sync.Once
	files map[string]*rewritten
}

// office returns a rewritten file of testdata/office. All tests share one load.
func office(t *testing.T, name string) *rewritten {
	t.Helper()
	officeOnce.Do(func() { officeOnce.files = migrate(t, "./testdata/office") })
	r := officeOnce.files[name]
	if r == nil {
		t.Fatalf("%s was not rewritten", name)
	}
	return r
}

// mustHave checks that the rewritten file has a text.
func (r *rewritten) mustHave(t *testing.T, text string) {
	t.Helper()
	if !strings.Contains(r.text, text) {
		t.Errorf("there is no %q in\n%s", text, r.text)
	}
}

// mustList checks that a message is in the list, with the number of its line.
func (r *rewritten) mustList(t *testing.T, message string) {
	t.Helper()
	if !slices.Contains(r.listed, message) {
		t.Errorf("%q is not in the list\n%s", message, strings.Join(r.listed, "\n"))
	}
}

func TestTheLeftSideOfAnAssignmentIsNotConverted(t *testing.T) {
	t.Parallel()
	office(t, "assign.go").mustHave(t, `charge.Currency = "thb"`)
}

func TestAnAssignmentOfAVariableIsListed(t *testing.T) {
	t.Parallel()
	office(t, "assign.go").mustList(t, "8: by hand: Charge.Currency has a named string type now: convert the value to it")
}
