package omise_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// soundsPrivate matches names of fields that may hold a key, a secret, a card number, a
// security code or personal data.
var soundsPrivate = regexp.MustCompile(`(?i)key|secret|password|pin$|number|digits|barcode|code$|cvv|cvc|citizen|tax|name$|holder|mail|phone|street|city$|state$|postal|birth|token|card$|^ip$|body|raw|header|data$`)

// plainText matches the types of fields that hold any text.
var plainText = regexp.MustCompile(`^(\[\]|\*)*(string|byte|json\.RawMessage|http\.Header|any)$`)

// guardedText matches the types that no printer shows.
var guardedText = regexp.MustCompile(`^(\[\]|\*|map\[string\])*(Sensitive|secret|redact\.Text|transport\.Secret)$`)

// The reasons to show personal data. SECURITY.md names these types.
const (
	answersShow   = "The API answers so. Programs store answers as JSON and read them again."
	partOfAnswers = "It is part of an answer as well."
	stored        = "Package outbox stores the params of charges as JSON."
)

// shown has the fields that sound private but that printers may show, by the reason.
var shown = map[string][]string{
	answersShow: {
		"Account: Email", "Audit: ActorEmail", "Card: City Email FirstDigits LastDigits Name PhoneNumber PostalCode State Street1 Street2",
		"Chain: Email", "Charge: IP", "Customer: Email",
		"BankAccount: AccountNumber BranchCode LastDigits Name", "Event: Data", "LinkedAccount: LastDigits", "MFAConfirmation: Email",
		"Receipt: CompanyName CompanyTaxID CustomerEmail CustomerName CustomerStatementName CustomerTaxID Number",
		"Recipient: Email Name TaxID", "Source: Barcode Email IP MobileNumber Name PhoneNumber",
		"SourceProviderReferences: BuyerName", "UnknownObject: Raw",
	},
	"It is a code or a number of a payment.": {
		"Barcode: RawData", "Charge: AcquirerReferenceNumber ApprovalCode MerchantAdviceCode", "ChargeFailure: AdviceCode",
		"LinkedAccount: FailureCode", "Refund: AcquirerReferenceNumber ApprovalCode", "Source: PromotionCode",
		"SourceProviderReferences: ReferenceNumber1 ReferenceNumber2",
		"SourceReferences: Barcode OmiseTaxID PaymentCode ReferenceNumber1 ReferenceNumber2 VACode", "UnmanagedPayment: AuthorizationCode",
	},
	partOfAnswers: {
		"SourceAddress: City PostalCode State Street1 Street2",
	},
	stored: {
		"ChargeCreateParams: IP",
	},
	"It is the id of a token or of a saved card, which needs the secret key.": {
		"ChargeCreateParams: Card", "ScheduleChargeParams: Card",
	},
	"It narrows a search down to many cards or bank accounts.": {
		"ChargeFilters: AcquirerReferenceNumber CardLastDigits", "ChargeScheduleFilters: CardLastDigits",
		"DisputeFilters: CardFirstDigits CardLastDigits", "RecipientFilters: BankLastDigits",
		"RefundFilters: AcquirerReferenceNumber CardFirstDigits CardLastDigits",
	},
	"It names a merchant, a thing or a kind of thing.": {
		"APIVersionInfo: Name", "BatchRecurring: Name", "Charge: MerchantName", "Dispute: MerchantName", "Document: Filename",
		"DocumentUploadParams: Filename", "Event: ObjectName", "Export: Name", "Link: MerchantName", "LinksPlusLink: Name State",
		"LinksPlusLinkCreateParams: Name", "LinksPlusTemplate: Name", "PaymentMethod: Name", "PaymentMethodBank: Name",
		"Refund: MerchantName", "RoutingGroupRuleCreateParams: Name", "Schedule: MerchantName", "ScheduleBulkCreateParams: Filename",
		"Source: StoreName", "SourceItem: Name", "SubMerchant: Name", "SubMerchantCreateParams: Name", "Transfer: MerchantName",
		"UnmanagedPayment: BackendName", "outbox.Entry: Code",
		"omisetest.Call: ErrorCode", "omisetest.Delivery: Key",
	},
	"It makes a write unique and gives no access.": {
		"Error: IdempotencyKey", "TransferCreateParams: IdempKey", "omisetest.Call: IdempotencyKey",
	},
	"It never leaves the client, and TestNoPrinterShowsASecret checks the client.": {
		"Client: header",
	},
}

// A privateField is a field of a struct that may hold something private.
type privateField struct {
	owner, name string
	guarded     bool // no printer shows it, or the struct hides itself
}

// privateFields returns the private fields of all exported structs of the packages that
// programs import, and the guarded fields of other structs.
func privateFields(t *testing.T) (fields []privateField) {
	t.Helper()
	for _, dir := range []string{".", "omisetest", "outbox", "webhook", "webhook/sqlstore"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") {
				fields = append(fields, privateFieldsIn(t, file)...)
			}
		}
	}
	return fields
}

func privateFieldsIn(t *testing.T, file string) (fields []privateField) {
	t.Helper()
	source, err := os.ReadFile(file)
	require.NoError(t, err)
	parsed, err := parser.ParseFile(token.NewFileSet(), file, source, 0)
	require.NoError(t, err)
	scope := ""
	if parsed.Name.Name != "omise" {
		scope = parsed.Name.Name + "."
	}
	ast.Inspect(parsed, func(node ast.Node) bool {
		spec, ok := node.(*ast.TypeSpec)
		if !ok {
			return true
		}
		if body, ok := spec.Type.(*ast.StructType); ok {
			fields = append(fields, privateFieldsOf(scope+spec.Name.Name, spec.Name.IsExported(), body)...)
		}
		return true
	})
	return fields
}

func privateFieldsOf(owner string, isExported bool, body *ast.StructType) (fields []privateField) {
	hides := slices.ContainsFunc(body.Fields.List, func(f *ast.Field) bool {
		return len(f.Names) == 0 && types.ExprString(f.Type) == "hidden"
	})
	for _, f := range body.Fields.List {
		kind := types.ExprString(f.Type)
		isGuarded := guardedText.MatchString(kind)
		for _, name := range f.Names {
			if isGuarded || isExported && soundsPrivate.MatchString(name.Name) && plainText.MatchString(kind) {
				fields = append(fields, privateField{owner, name.Name, hides || isGuarded})
			}
		}
	}
	return fields
}

// A new field that sounds private fails this test. Give it the type Sensitive, or
// embed hidden in its struct, or say in shown why printers may show it.
func TestEveryPrivateFieldIsGuardedOrShownForAReason(t *testing.T) {
	t.Parallel()
	isShown := map[string]bool{}
	for _, lines := range shown {
		for _, line := range lines {
			owner, names, _ := strings.Cut(line, ": ")
			for name := range strings.FieldsSeq(names) {
				isShown[owner+"."+name] = true
			}
		}
	}
	guarded := 0
	for _, f := range privateFields(t) {
		full := f.owner + "." + f.name
		switch {
		case f.guarded && isShown[full]:
			t.Errorf("%s is guarded: remove it from shown", full)
		case f.guarded:
			guarded++
		case !isShown[full]:
			t.Errorf("%s sounds private: make it Sensitive, embed hidden in its struct, or add it to shown with a reason", full)
		}
		delete(isShown, full)
	}
	require.Empty(t, isShown, "shown names fields that do not exist")
	require.Greater(t, guarded, 40)
	t.Log(guarded, "guarded fields")
}

// This shows that the test above sees a new field.
func TestPrivateFieldsAreFound(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "new.go")
	require.NoError(t, os.WriteFile(file, []byte(`package omise
		type Payer struct { CitizenID string; Phones []string; PhoneNumbers []string; Age int; Note string }
		type Payee struct { hidden; Email *string }
		type payer struct { name string; pin Sensitive }`), 0o600))
	require.Equal(t, []privateField{
		{"Payer", "CitizenID", false}, {"Payer", "Phones", false}, {"Payer", "PhoneNumbers", false}, {"Payee", "Email", true}, {"payer", "pin", true},
	}, privateFieldsIn(t, file))
}

var testName = regexp.MustCompile("`(Test[A-Z]\\w+)`")

// SECURITY.md names the test of each promise, and the answers that show a person.
func TestTheSecurityPageNamesTestsAndAnswers(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("SECURITY.md")
	require.NoError(t, err)
	tests := ""
	for _, pattern := range []string{"*_test.go", "*/*_test.go", "*/*/*_test.go"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			tests += string(source)
		}
	}
	names := testName.FindAllStringSubmatch(string(page), -1)
	require.NotEmpty(t, names)
	for _, name := range names {
		require.Contains(t, tests, "func "+name[1]+"(t *testing.T)")
	}
	for _, reason := range []string{answersShow, partOfAnswers, stored} {
		for _, line := range shown[reason] {
			owner, _, _ := strings.Cut(line, ": ")
			require.Contains(t, string(page), "`"+owner+"`", "SECURITY.md does not name what shows a person")
		}
	}
}
