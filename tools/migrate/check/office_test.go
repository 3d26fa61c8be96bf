package check

import (
	"regexp"
	"slices"
	"strconv"
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

func TestTheNameOfAnImportIsKept(t *testing.T) {
	t.Parallel()
	r := office(t, "alias.go")
	r.mustHave(t, `omisego "github.com/omisekit/omise-go"`)
	r.mustHave(t, `Currency: omisego.Currency(currency), Capture: omisego.Ptr(false)`)
	if other := regexp.MustCompile(`\bomise\.`); other.MatchString(r.text) {
		t.Errorf("omise has no import in\n%s", r.text)
	}
}

func TestAFieldOfTheEmbeddedHTTPClientIsListed(t *testing.T) {
	t.Parallel()
	r := office(t, "client.go")
	r.mustList(t, "13: by hand: Client.Timeout: omise.WithTimeout, or the http.Client of omise.WithHTTPClient")
	r.mustList(t, "15: by hand: Client.Transport: the http.Client of omise.WithHTTPClient has the transport")
	r.mustList(t, "16: by hand: Client.CloseIdleConnections: omise.WithHTTPClient is an option of NewClient")
}

func TestTheBaseOfAModelIsLeftOut(t *testing.T) {
	t.Parallel()
	office(t, "client.go").mustHave(t, "return charge.ID + ")
	office(t, "client.go").mustHave(t, ", charge.Livemode")
}

func TestABaseAsAValueIsListed(t *testing.T) {
	t.Parallel()
	office(t, "client.go").mustList(t, "21: by hand: Charge.Base: each model has the fields itself")
}

func TestAnOperationWithAnIDOutsideOfTheCallIsListed(t *testing.T) {
	t.Parallel()
	r := office(t, "operation.go")
	r.mustList(t, "11: by hand: operations.CreateRefund: give its values to Refunds.Create where the call is")
	r.mustList(t, "12: by hand: operations.CreateRefund is Refunds.Create: write the operation in the call, or call the method yourself")
}

func TestAListOfAnotherFunctionIsListedWithItsParams(t *testing.T) {
	t.Parallel()
	office(t, "operation.go").mustList(t, "17: by hand: Charges.List takes an *omise.ListParams: build an omise.ListParams in place of operations.List")
}

func TestAMessageAboutAFieldIsASentence(t *testing.T) {
	t.Parallel()
	r := office(t, "message.go")
	r.mustList(t, "6: by hand: Charge.Metadata is now an omise.Metadata, whose numbers are json.Number, not float64")
	r.mustList(t, "7: by hand: Charge.SourceOfFund is now gone: Card or Source is set in its place")
	r.mustList(t, "8: by hand: List.Base is now gone: the list itself has Object and Location, and lists have no other field of Base")
}

func TestACallThatMovesMoneyIsListed(t *testing.T) {
	t.Parallel()
	office(t, "outcome.go").mustList(t, "12: by hand: operations.CreateTransfer moves money: check errors.Is(err, omise.ErrOutcomeUnknown) first")
}

func TestACheckForARefusalIsListed(t *testing.T) {
	t.Parallel()
	r := office(t, "outcome.go")
	r.mustList(t, "13: by hand: an *omise.Error is no longer always a refusal: check errors.Is(err, omise.ErrOutcomeUnknown) first")
	r.mustList(t, "14: by hand: Error.Status is 0 if there was no answer: check errors.Is(err, omise.ErrOutcomeUnknown) first")
	r.mustList(t, "17: by hand: an *omise.Error is no longer always a refusal: check errors.Is(err, omise.ErrOutcomeUnknown) first")
}

func TestErrorsAsOfARefusalIsListed(t *testing.T) {
	t.Parallel()
	office(t, "outcome.go").mustList(t, "25: by hand: an *omise.Error is no longer always a refusal: check errors.Is(err, omise.ErrOutcomeUnknown) first")
}

func TestTheListIsInTheOrderOfTheLines(t *testing.T) {
	t.Parallel()
	last := 0
	for _, message := range office(t, "outcome.go").listed {
		line, err := strconv.Atoi(strings.Split(message, ":")[0])
		if err != nil || line < last {
			t.Errorf("%q is after line %d (%v)", message, last, err)
		}
		last = line
	}
}

func TestContextIsImportedWithTheStandardLibrary(t *testing.T) {
	t.Parallel()
	office(t, "outcome.go").mustHave(t, "import (\n\t\"context\"\n\t\"errors\"\n\t\"log\"\n\n\t\"github.com/omisekit/omise-go\"\n)")
}

func TestContextIsImportedBesideASingleImport(t *testing.T) {
	t.Parallel()
	office(t, "single.go").mustHave(t, "import \"context\"\nimport \"github.com/omisekit/omise-go\"")
}

func TestContextIsImportedInAGroupOfItsOwn(t *testing.T) {
	t.Parallel()
	office(t, "alias.go").mustHave(t, "import (\n\t\"context\"\n\n\tomisego \"github.com/omisekit/omise-go\"\n)")
}
