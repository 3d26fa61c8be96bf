// Package rules has tables with the counterparts of omise-go 1.7.2, and the analyzer that
// rewrites programs by them.
package rules

// An Operation says how a call of package operations is written with this SDK.
type Operation struct {
	Call   string   // service and method
	IDs    []string // fields of the operation that become arguments, in their order
	Params string   // type of the params; "" if there are none
	Result string   // type of the answer
	Fields map[string]Field
	ByHand string // why the call is not rewritten

	MovesMoney bool // now or, by a schedule, later
}

// isParams reports whether the operation as a whole becomes params. It then has no ids, and
// its fields stay on one level.
func (o Operation) isParams() bool {
	return o.ByHand == "" && len(o.IDs) == 0 && o.Params != "" && o.Params != "ListParams" && o.Params != "TokenCardParams"
}

// A Field says how a field of an operation becomes a field of params. The zero value keeps
// the name and the value.
type Field struct {
	Name   string // new name, if it differs
	Kind   Kind
	Type   string // type that the value is converted to, or function that wraps it
	ByHand string // why the field is not rewritten
}

// A Kind is the change of a value.
type Kind int

const (
	Same    Kind = iota
	Convert      // to a named type, unless it is a constant
	Wrap         // by a function
	Pointer      // to a pointer
	Negated      // to a pointer to the opposite
	Deref        // from a pointer
	Money        // a currency
)

var (
	text         = Field{Kind: Pointer, Type: "string"}
	yes          = Field{Kind: Pointer, Type: "bool"}
	amount       = Field{Kind: Pointer, Type: "int64"}
	currencyCode = Field{Kind: Money}
	month        = Field{Kind: Convert, Type: "int"}
	bankAccount  = map[string]Field{"BankCode": {Kind: Convert, Type: "omise.BankCode"}, "Brand": {Kind: Convert, Type: "omise.BankCode"}}
)

// listOf returns an operation that reads a list.
func listOf(call, of string, ids ...string) Operation {
	return Operation{Call: call, IDs: ids, Params: "ListParams", Result: "List[omise." + of + "]"}
}

// Operations has every operation of omise-go 1.7.2.
var Operations = map[string]Operation{
	"RetrieveAccount":    {Call: "Account.Get", Result: "Account"},
	"RetrieveBalance":    {Call: "Balance.Get", Result: "Balance"},
	"RetrieveCapability": {Call: "Capability.Get", Result: "Capability"},

	"ListCards":    listOf("Cards.List", "Card", "CustomerID"),
	"RetrieveCard": {Call: "Cards.Get", IDs: []string{"CustomerID", "CardID"}, Result: "Card"},
	"UpdateCard": {Call: "Cards.Update", IDs: []string{"CustomerID", "CardID"}, Params: "CardUpdateParams", Result: "Card",
		Fields: map[string]Field{"City": text, "PostalCode": text, "ExpirationMonth": month}},
	"DestroyCard": {Call: "Cards.Delete", IDs: []string{"CustomerID", "CardID"}, Result: "Card"},

	"ListCharges": listOf("Charges.List", "Charge"),
	"CreateCharge": {Call: "Charges.Create", MovesMoney: true, Params: "ChargeCreateParams", Result: "Charge", Fields: map[string]Field{
		"Currency":             currencyCode,
		"DontCapture":          {Name: "Capture", Kind: Negated},
		"ExpiresAt":            {Kind: Deref},
		"AuthorizationType":    {Kind: Convert, Type: "omise.ChargeAuthorizationType"},
		"Ip":                   {Name: "IP"},
		"TransactionIndicator": {Kind: Convert, Type: "omise.ChargeTransactionIndicator"},
		"RecurringReason":      {Kind: Convert, Type: "omise.ChargeRecurringReason"},
		"Authentication":       {Kind: Convert, Type: "omise.ChargeAuthentication"},
		"PlatformFee":          {ByHand: "PlatformFee is *omise.PlatformFeeParams, with a Decimal for the percentage"},
	}},
	"UpdateCharge": {Call: "Charges.Update", IDs: []string{"ChargeID"}, Params: "ChargeUpdateParams", Result: "Charge",
		Fields: map[string]Field{"Description": text}},
	"RetrieveCharge": {Call: "Charges.Get", IDs: []string{"ChargeID"}, Result: "Charge"},
	"CaptureCharge": {Call: "Charges.Capture", MovesMoney: true, IDs: []string{"ChargeID"}, Params: "ChargeCaptureParams", Result: "Charge",
		Fields: map[string]Field{"CaptureAmount": amount}},
	"ReverseCharge": {Call: "Charges.Reverse", MovesMoney: true, IDs: []string{"ChargeID"}, Result: "Charge"},

	"ListCustomers":    listOf("Customers.List", "Customer"),
	"CreateCustomer":   {Call: "Customers.Create", Params: "CustomerCreateParams", Result: "Customer"},
	"RetrieveCustomer": {Call: "Customers.Get", IDs: []string{"CustomerID"}, Result: "Customer"},
	"UpdateCustomer": {Call: "Customers.Update", IDs: []string{"CustomerID"}, Params: "CustomerUpdateParams", Result: "Customer",
		Fields: map[string]Field{"Email": text, "Description": text}},
	"DestroyCustomer":             {Call: "Customers.Delete", IDs: []string{"CustomerID"}, Result: "Customer"},
	"ListCustomerChargeSchedules": listOf("Customers.ListSchedules", "Schedule", "CustomerID"),

	"ListDisputes": {Call: "Disputes.List", Params: "ListParams", Result: "List[omise.Dispute]", Fields: map[string]Field{
		"State": {ByHand: "Disputes.ListOpen, ListPending and ListClosed take the place of State"},
	}},
	"RetrieveDispute": {Call: "Disputes.Get", IDs: []string{"DisputeID"}, Result: "Dispute"},
	"UpdateDispute": {Call: "Disputes.Update", IDs: []string{"DisputeID"}, Params: "DisputeUpdateParams", Result: "Dispute",
		Fields: map[string]Field{"Message": text}},

	"ListEvents":    listOf("Events.List", "Event"),
	"RetrieveEvent": {Call: "Events.Get", IDs: []string{"EventID"}, Result: "Event"},

	"ListLinks": listOf("Links.List", "Link"),
	"CreateLink": {Call: "Links.Create", Params: "LinkCreateParams", Result: "Link",
		Fields: map[string]Field{"Currency": currencyCode, "Multiple": yes}},
	"RetrieveLink": {Call: "Links.Get", IDs: []string{"LinkID"}, Result: "Link"},

	"RetrieveOccurrence": {Call: "Occurrences.Get", IDs: []string{"OccurrenceID"}, Result: "Occurrence"},

	"ListReceipts":    listOf("Receipts.List", "Receipt"),
	"RetrieveReceipt": {Call: "Receipts.Get", IDs: []string{"ReceiptID"}, Result: "Receipt"},

	"ListRecipients":    listOf("Recipients.List", "Recipient"),
	"CreateRecipient":   {Call: "Recipients.Create", Params: "RecipientCreateParams", Result: "Recipient"},
	"RetrieveRecipient": {Call: "Recipients.Get", IDs: []string{"RecipientID"}, Result: "Recipient"},
	"UpdateRecipient": {Call: "Recipients.Update", IDs: []string{"RecipientID"}, Params: "RecipientUpdateParams", Result: "Recipient",
		Fields: map[string]Field{"Email": text, "Description": text, "TaxID": text}},
	"DestroyRecipient":               {Call: "Recipients.Delete", IDs: []string{"RecipientID"}, Result: "Recipient"},
	"ListRecipientTransferSchedules": listOf("Recipients.ListSchedules", "Schedule", "RecipientID"),

	"ListRefunds": listOf("Charges.ListRefunds", "Refund", "ChargeID"),
	"CreateRefund": {Call: "Refunds.Create", MovesMoney: true, IDs: []string{"ChargeID"}, Params: "RefundCreateParams", Result: "Refund",
		Fields: map[string]Field{"Void": yes}},
	"RetrieveRefund": {Call: "Refunds.Get", IDs: []string{"ChargeID", "RefundID"}, Result: "Refund"},

	"CreateChargeSchedule": {Call: "Schedules.Create", MovesMoney: true, Params: "ScheduleCreateParams", Result: "Schedule",
		ByHand: "the payment is in Charge, the days are in On, and dates are omise.Date"},
	"CreateTransferSchedule": {Call: "Schedules.Create", MovesMoney: true, Params: "ScheduleCreateParams", Result: "Schedule",
		ByHand: "the payment is in Transfer, the days are in On, and dates are omise.Date"},
	"ListSchedules":           listOf("Schedules.List", "Schedule"),
	"ListScheduleOccurrences": listOf("Schedules.ListOccurrences", "Occurrence", "ScheduleID"),
	"ListChargeSchedules":     listOf("Charges.ListSchedules", "Schedule"),
	"ListTransferSchedules":   listOf("Transfers.ListSchedules", "Schedule"),
	"RetrieveSchedule":        {Call: "Schedules.Get", IDs: []string{"ScheduleID"}, Result: "Schedule"},
	"DestroySchedule":         {Call: "Schedules.Delete", IDs: []string{"ScheduleID"}, Result: "Schedule"},

	"Search": {Call: "Search.Charges", Params: "SearchParams", Result: "SearchResult[omise.Charge]",
		ByHand: "each scope has a method and typed filters, such as Search.Charges with omise.ChargeFilters"},

	"CreateSource": {Call: "Sources.Create", Params: "SourceCreateParams", Result: "Source", Fields: map[string]Field{
		"Type":                     {Kind: Convert, Type: "omise.SourceType"},
		"Currency":                 currencyCode,
		"Bank":                     {Kind: Convert, Type: "omise.BankCode"},
		"InstallmentTerm":          {Kind: Pointer, Type: "int"},
		"ZeroInterestInstallments": yes,
		"PlatformType":             {Kind: Convert, Type: "omise.PlatformType"},
		"Ip":                       {Name: "IP"},
		"Billing":                  {ByHand: "Billing is *omise.SourceAddress"},
		"Shipping":                 {ByHand: "Shipping is *omise.SourceAddress"},
		"Items":                    {ByHand: "Items is omise.SourceItems; omise-go never sent it"},
	}},
	"RetrieveSource": {Call: "Sources.Get", IDs: []string{"SourceID"}, Result: "Source"},

	"CreateToken": {Call: "Tokens.Create", Params: "TokenCardParams", Result: "Token", Fields: map[string]Field{
		"Number":          {Kind: Wrap, Type: "omise.NewSensitive"},
		"SecurityCode":    {Kind: Wrap, Type: "omise.NewSensitive"},
		"ExpirationMonth": month,
	}},
	"RetrieveToken": {Call: "Tokens.Get", IDs: []string{"ID"}, Result: "Token"},

	"ListTransactions":    listOf("Transactions.List", "Transaction"),
	"RetrieveTransaction": {Call: "Transactions.Get", IDs: []string{"TransactionID"}, Result: "Transaction"},

	"ListTransfers": listOf("Transfers.List", "Transfer"),
	"CreateTransfer": {Call: "Transfers.Create", MovesMoney: true, Params: "TransferCreateParams", Result: "Transfer",
		Fields: map[string]Field{"Amount": amount, "FailFast": yes, "SplitTransfer": yes}},
	"RetrieveTransfer": {Call: "Transfers.Get", IDs: []string{"TransferID"}, Result: "Transfer"},
	"DestroyTransfer":  {Call: "Transfers.Delete", IDs: []string{"TransferID"}, Result: "Transfer"},
}
