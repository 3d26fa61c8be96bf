package rules

// An Attribute says how a field of a model has changed.
type Attribute struct {
	To     string // new name, such as Customer.ID; "" keeps the name
	Named  bool   // the new type is a named string
	Nilled bool   // a *string before, a string now: "" takes the place of nil
	ByHand string // what the field is now; a use of it is listed
}

var (
	named    = Attribute{Named: true}
	optional = Attribute{Nilled: true}
	metadata = Attribute{ByHand: "an omise.Metadata, whose numbers are json.Number, not float64"}
)

// Attributes has the fields of omise-go 1.7.2 whose name or type has changed.
var Attributes = map[string]Attribute{
	"Base.Live":     {To: "Livemode"},
	"Base.Location": optional,

	"Balance.Currency": named,

	"BankAccount.BankCode": named,

	"Capability.Banks":          {ByHand: "a slice of omise.BankCode"},
	"Capability.PaymentMethods": {ByHand: "a slice of pointers"},
	"PaymentMethod.Currencies":  {ByHand: "a slice of omise.Currency"},
	"PaymentMethod.CardBrands":  {ByHand: "a slice of omise.CardBrand"},
	"PaymentMethod.Banks":       {ByHand: "a slice of *omise.PaymentMethodBank"},

	"Card.Financing":       named,
	"Card.Brand":           named,
	"Card.ExpirationMonth": {ByHand: "an int, not a time.Month"},

	"Charge.AuthorizationType": {},
	"Charge.AuthorizedAmount":  {ByHand: "a pointer, nil in answers that leave it out"},
	"Charge.CapturedAmount":    {ByHand: "a pointer, nil in answers that leave it out"},
	"Charge.Currency":          named,
	"Charge.Description":       optional,
	"Charge.Transaction":       {To: "Transaction.ID"},
	"Charge.Refunds":           {ByHand: "a value, not a pointer"},
	"Charge.FailureCode":       {Named: true, Nilled: true},
	"Charge.FailureMessage":    optional,
	"Charge.CustomerID":        {To: "Customer.ID"},
	"Charge.IP":                optional,
	"Charge.SourceOfFund":      {ByHand: "gone: Card or Source is set in its place"},
	"Charge.Metadata":          metadata,
	"Charge.ExpiresAt":         {ByHand: "a pointer, nil if there is no such time"},
	"Charge.Missing3DSFields":  {ByHand: "a slice of omise.ThreeDSField"},
	"Charge.AuthenticatedBy":   {ByHand: "a value: \"\" takes the place of nil"},
	"PlatformFee.Fixed":        {ByHand: "a *int64"},
	"PlatformFee.Percentage":   {ByHand: "an omise.Decimal"},
	"PlatformFee.Amount":       {ByHand: "only in omise.PlatformFeeParams"},

	"Customer.DefaultCard": {To: "DefaultCard.ID"},
	"Customer.Cards":       {ByHand: "a value, not a pointer"},
	"Customer.Metadata":    metadata,

	"Dispute.Currency": named,
	"Dispute.Charge":   {To: "Charge.ID"},
	"Dispute.Metadata": metadata,

	"Error.StatusCode": {To: "Status"},
	"Error.Code":       named,

	"Event.Key":  named,
	"Event.Data": {ByHand: "json.RawMessage; event.Object() returns the charge, refund or other object"},

	"Link.Currency": named,
	"Link.Charges":  {},

	"List.Base":  {ByHand: "gone: the list itself has Object and Location, and lists have no other field of Base"},
	"List.From":  {ByHand: "a time.Time"},
	"List.To":    {ByHand: "a time.Time"},
	"List.Order": {},

	"Occurrence.Schedule":     {To: "Schedule.ID"},
	"Occurrence.ScheduleDate": {ByHand: "ScheduledOn, an omise.Date with year, month and day"},
	"Occurrence.RetryDate":    {ByHand: "RetryOn, an omise.Date with year, month and day"},
	"Occurrence.ProcessedAt":  {ByHand: "a pointer, nil if there is no such time"},
	"Occurrence.Result":       {To: "Result.ID"},
	"Occurrence.Status":       {ByHand: "an omise.OccurrenceStatus; package schedule is gone"},

	"Receipt.Date":     {ByHand: "IssuedOn, an omise.Date with year, month and day"},
	"Receipt.SubTotal": {To: "Subtotal"},
	"Receipt.Currency": named,

	"Recipient.Description": optional,
	"Recipient.TaxID":       optional,
	"Recipient.BankAccount": {ByHand: "a value, not a pointer"},
	"Recipient.FailureCode": {Named: true, Nilled: true},
	"Recipient.Metadata":    metadata,

	"Refund.Status":          named,
	"Refund.Currency":        named,
	"Refund.FundingCurrency": named,
	"Refund.Charge":          {To: "Charge.ID"},
	"Refund.Transaction":     {To: "Transaction.ID"},
	"Refund.Metadata":        metadata,

	"Schedule.Status":          {ByHand: "an omise.ScheduleStatus; package schedule is gone"},
	"Schedule.Period":          {ByHand: "an omise.SchedulePeriod; package schedule is gone"},
	"Schedule.On":              {ByHand: "an omise.ScheduleOn; package schedule is gone"},
	"Schedule.StartDate":       {ByHand: "StartOn, an omise.Date with year, month and day"},
	"Schedule.EndDate":         {ByHand: "EndOn, an omise.Date with year, month and day"},
	"Schedule.Charge":          {ByHand: "an *omise.ScheduledCharge; package schedule is gone"},
	"Schedule.Transfer":        {ByHand: "an *omise.ScheduledTransfer; package schedule is gone"},
	"Schedule.Occurrences":     {},
	"Schedule.NextOccurrences": {ByHand: "NextOccurrencesOn, a slice of omise.Date with year, month and day"},

	"SearchResult.Filters": {ByHand: "omise.Metadata"},
	"SearchResult.Order":   {},

	"Source.Type":                     named,
	"Source.Flow":                     named,
	"Source.Currency":                 named,
	"Source.ScannableCode":            {},
	"Source.References":               {ByHand: "an *omise.SourceReferences; its ExpiresAt is a pointer"},
	"Source.ZeroInterestInstallments": {ByHand: "a *bool"},
	"Source.PlatformType":             named,
	"Source.Ip":                       {To: "IP"},

	"Transaction.Source":       {To: "Origin.ID"},
	"Transaction.Type":         {To: "Direction"},
	"Transaction.Currency":     named,
	"Transaction.Transferable": {To: "TransferableAt"},

	"Transfer.Recipient":      {To: "Recipient.ID"},
	"Transfer.BankAccount":    {ByHand: "a value, not a pointer"},
	"Transfer.Currency":       named,
	"Transfer.FailureCode":    {Named: true, Nilled: true},
	"Transfer.FailureMessage": optional,
	"Transfer.Transaction":    {ByHand: "Transactions, a slice of *omise.Transaction"},
	"Transfer.Metadata":       metadata,
}

// Renamed has the types and constants that have another name. List[T] replaces each ...List
// and is not in the table.
var Renamed = map[string]string{
	"AuthenticationType":   "ChargeAuthentication",
	"AuthorizationType":    "ChargeAuthorizationType",
	"BankAccountRequest":   "BankAccountParams",
	"Deletion":             "DeletedObject",
	"Items":                "SourceItem",
	"BillingShipping":      "SourceAddress",
	"Ordering":             "Order",
	"RecurringReason":      "ChargeRecurringReason",
	"References":           "SourceReferences",
	"ScannableCode":        "Barcode",
	"TransactionIndicator": "ChargeTransactionIndicator",
	"TransactionType":      "TransactionDirection",

	"ChargeFailed":         "ChargeStatusFailed",
	"ChargePending":        "ChargeStatusPending",
	"ChargeReversed":       "ChargeStatusReversed",
	"ChargeSuccessful":     "ChargeStatusSuccessful",
	"OccurrenceSkip":       "OccurrenceStatusSkipped",
	"OccurrenceFailed":     "OccurrenceStatusFailed",
	"OccurrenceSuccessful": "OccurrenceStatusSuccessful",
	"Open":                 "DisputeStatusOpen",
	"Pending":              "DisputeStatusPending",
	"Won":                  "DisputeStatusWon",
	"Lost":                 "DisputeStatusLost",
	"Individual":           "RecipientTypeIndividual",
	"Corporation":          "RecipientTypeCorporation",
	"Normal":               "BankAccountTypeNormal",
	"Current":              "BankAccountTypeCurrent",
	"PreAuth":              "ChargeAuthorizationTypePreAuth",
	"FinalAuth":            "ChargeAuthorizationTypeFinalAuth",
	"ThreeDS":              "ChargeAuthentication3DS",
	"Passkey":              "ChargeAuthenticationPasskey",
	"MIT":                  "ChargeTransactionIndicatorMIT",
	"CIT":                  "ChargeTransactionIndicatorCIT",
	"Blank":                "ChargeRecurringReasonNone",
	"Unscheduled":          "ChargeRecurringReasonUnscheduled",
	"StandingOrder":        "ChargeRecurringReasonStandingOrder",
	"Subscription":         "ChargeRecurringReasonSubscription",
	"Installment":          "ChargeRecurringReasonInstallment",
	"PartialShipment":      "ChargeRecurringReasonPartialShipment",
	"DelayedCharge":        "ChargeRecurringReasonDelayedCharge",
	"NoShow":               "ChargeRecurringReasonNoShow",
	"Resubmission":         "ChargeRecurringReasonResubmission",
	"Credit":               "TransactionDirectionCredit",
	"Debit":                "TransactionDirectionDebit",
	"Chronological":        "Chronological",
	"ReverseChronological": "ReverseChronological",
	"ChargeScope":          "SearchScopeCharge",
	"CustomerScope":        "SearchScopeCustomer",
	"DisputeScope":         "SearchScopeDispute",
	"LinkScope":            "SearchScopeLink",
	"RecipientScope":       "SearchScopeRecipient",
	"RefundScope":          "SearchScopeRefund",
	"TransferScope":        "SearchScopeTransfer",
}

// Gone has the names without a counterpart, with advice.
var Gone = map[string]string{
	"Alipay":                "use omise.SourceTypeAlipay",
	"Bank":                  "use omise.PaymentMethodBank",
	"Base":                  "each model has the fields itself",
	"ChargeSearchResult":    "use omise.SearchResult[omise.Charge]",
	"Closed":                "use Disputes.ListClosed",
	"CustomerSearchResult":  "use omise.SearchResult[omise.Customer]",
	"Date":                  "a struct of year, month and day; omise.DateOf and omise.ParseDate make one",
	"DisputeSearchResult":   "use omise.SearchResult[omise.Dispute]",
	"ErrInternal":           "what was ErrInternal is an *omise.ParamError",
	"ErrInvalidKey":         "NewClient returns an *omise.ParamError that names the key",
	"ErrTransport":          "all errors of a call are *omise.Error; Page has the body that was no JSON",
	"EventHandler":          "use webhook.NewHandler, which needs the webhook secret",
	"EventHandlerFunc":      "use webhook.NewHandler, which needs the webhook secret",
	"FromCard":              "Charge.Card tells it",
	"FromOffsite":           "Charge.Source tells it",
	"LinkSearchResult":      "use omise.SearchResult[omise.Link]",
	"OffsiteTypes":          "use omise.SourceType",
	"PlatformFee":           "in params it is *omise.PlatformFeeParams",
	"RecipientSearchResult": "use omise.SearchResult[omise.Recipient]",
	"RefundSearchResult":    "use omise.SearchResult[omise.Refund]",
	"SearchResult":          "it has a type parameter: omise.SearchResult[T]",
	"SourceOfFunds":         "Charge.Card or Charge.Source tells it",
	"TransferSearchResult":  "use omise.SearchResult[omise.Transfer]",
	"UnspecifiedOrder":      "leave Order out",
	"UnspecifiedScope":      "leave the scope out",
	"WebhookHTTPHandler":    "use webhook.NewHandler, which needs the webhook secret",

	"Client.Do":                "the operation must be a literal in the call, and the result of its type",
	"Client.Request":           "client.Do makes a call of what has no method",
	"Client.SetDebug":          "omise.WithLogger logs a line an attempt, never a body",
	"Client.WithCustomHeaders": "an http.RoundTripper in omise.WithHTTPClient sets headers",
	"Client.WithContext":       "each method takes a context",
	"Client.WithUserAgent":     "omise.WithUserAgent is an option of NewClient",
	"Client.Endpoints":         "omise.WithBaseURL and omise.WithVaultURL are options of NewClient",
	"Client.GoVersion":         "the client names the release itself",
	"Client.Timeout":           "omise.WithTimeout, or the http.Client of omise.WithHTTPClient",
	"Client.Transport":         "the http.Client of omise.WithHTTPClient has the transport",
	"Client.Client":            "omise.WithHTTPClient is an option of NewClient",
	"Find":                     "a loop over Data, or the method Get, finds an object by its id",
}
