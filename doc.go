// Package omise is a client for the Omise payment API in Thailand, Japan,
// Singapore and Malaysia.
//
//	client, err := omise.NewClient(secretKey, omise.WithPublicKey(publicKey))
//	if err != nil {
//		return err
//	}
//	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
//		Amount:   100_000, // 1,000.00 baht
//		Currency: omise.THB,
//		Card:     tokenID,
//	}, omise.WithIntent("order-42/1"))
//	switch {
//	case errors.Is(err, omise.ErrOutcomeUnknown): // money may have moved: Resolve
//	case err != nil: // not charged
//	default:
//		switch charge.NextStep() {
//		case omise.NextStepPaid: // deliver
//		case omise.NextStepRedirect: // send the payer to charge.AuthorizeURI
//		case omise.NextStepFailed: // declined: charge.Failure
//		}
//	}
//
// # Services
//
// Each field of [Client] is a service: the field Charges is a [ChargesService].
//
//   - [AccountService], the account and its API version
//   - [BalanceService], the money of the account
//   - [CapabilityService], the payment methods and the limits of the account
//   - [CardsService], cards that a customer keeps
//   - [ChainsService], access to other accounts
//   - [ChargesService], payments
//   - [ConsentService], the policies that the account has agreed to
//   - [CustomersService], payers who come back, with their cards
//   - [DisputesService], chargebacks
//   - [DocumentsService], evidence for disputes
//   - [EventsService], the log of what happened on the account
//   - [ForexService], exchange rates
//   - [LinkedAccountsService], direct debit
//   - [LinksService], payment pages
//   - [LinksPlusService], payment pages of Payment Links+
//   - [MFAConfirmationsService], confirmations by e-mail
//   - [OccurrencesService], runs of schedules
//   - [ReceiptsService], fees of a day
//   - [RecipientsService], people and companies that are paid out
//   - [RecurringExportsService], jobs that make many schedules
//   - [RefundsService], money that is given back
//   - [RoutingGroupRulesService], rules that choose the provider of a payment
//   - [SchedulesService], charges and transfers that repeat
//   - [SearchService], searches for charges, customers and other objects
//   - [SourcesService], QR codes, wallets, banks, installments
//   - [SubMerchantsService], merchants of a platform
//   - [SystemService], the versions and the description of the API
//   - [TokensService], cards, whose numbers only the vault gets
//   - [TransactionsService], movements of the balance
//   - [TransfersService], money that is paid out
//   - [WebhookSecretsService], the secrets that sign webhooks
//
// docs/coverage.md lists every endpoint with its method. [Client.Do] calls an endpoint
// that has no method.
//
// The guides in the directory docs have a complete program for each job.
//
// # Conventions
//
// Methods are called Create, Get, Update, Delete, List and All. Resolve, ResolveIntent,
// Watch and Do are additions of this package. The other methods have the names that the
// API uses. A method of a nested object takes the id of the parent
// first. The package never changes params, so they may be shared. A required parameter
// is a plain value. An optional parameter whose zero value has a meaning is a pointer;
// on Go 1.26, new(false) makes one.
//
// Money is an int64 in the smallest unit of its [Currency]. Times are UTC. A value that
// the API may leave out is a pointer, an [Expandable] or an empty string. Enums are
// open: a value without a constant is passed on unchanged.
//
// # Errors
//
// A call that the API refuses, or that the network breaks, returns an [*Error]. A
// mistake that is found before anything is sent is a [*ParamError]. The text of both is
// one line without secrets.
//
// The client sends a call again only if that cannot charge twice. If money may have
// moved, errors.Is finds [ErrOutcomeUnknown] in the error. Check that before any error
// code, and do not simply call again. [ChargesService.Resolve] and the other Resolve
// methods find out what happened, also in another process, from the stored error (see
// [MarshalError]). [ChargesService.ResolveIntent] needs no error. Package outbox keeps
// payments in a database until they are done.
//
// # Webhooks
//
// Package webhook verifies the webhooks of Omise and handles each event once.
// [Event.Object] returns the charge, refund or other object that the event is about.
// [EventsService.Watch] reads all events, also those whose webhook did not arrive.
//
// # Testing
//
// Package omisetest has a fake Omise that keeps state. It needs no network, no key and
// no port.
package omise

// Version is the version of this module.
const Version = "0.1.0"
