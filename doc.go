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
//   - [BalanceService], what the account holds
//   - [CapabilityService], what it can accept
//   - [CardsService], cards that a customer keeps
//   - [ChainsService], access to other accounts
//   - [ChargesService], payments
//   - [ConsentService], what the account has agreed to
//   - [CustomersService], payers who come back, with their cards
//   - [DisputesService], chargebacks
//   - [DocumentsService], evidence for disputes
//   - [EventsService], what happened
//   - [ForexService], exchange rates
//   - [LinkedAccountsService], direct debit
//   - [LinksService], payment pages
//   - [LinksPlusService], payment pages of Payment Links+
//   - [MFAConfirmationsService], confirmations by e-mail
//   - [OccurrencesService], runs of schedules
//   - [ReceiptsService], fees of a day
//   - [RecipientsService], who is paid out
//   - [RecurringExportsService], jobs that make many schedules
//   - [RefundsService], money given back
//   - [RoutingGroupRulesService], which provider takes a payment
//   - [SchedulesService], charges and transfers by the calendar
//   - [SearchService], searches in all of these
//   - [SourcesService], QR codes, wallets, banks, installments
//   - [SubMerchantsService], merchants of a platform
//   - [SystemService], the API about itself
//   - [TokensService], cards, which the vault alone sees
//   - [TransactionsService], movements of the balance
//   - [TransfersService], money paid out
//   - [WebhookSecretsService], what webhooks are signed with
//
// docs/coverage.md has every endpoint with its method. [Client.Do] is for endpoints that
// have none.
//
// The guides in the directory docs have a complete program for each job.
//
// # Conventions
//
// Methods are called Create, Get, Update, Delete, List and All, or by the API's
// own word for what they do. A nested object takes the id of its parent first.
// Params are never written to and may be shared. Required ones are plain
// values; an optional one whose zero value means something is a pointer, which
// new(false) makes on Go 1.26.
//
// Money is an int64 in the smallest unit of its [Currency]. Times are UTC. What
// the API may leave out is a pointer, an [Expandable] or an empty string. Enums
// are open: a value that has no constant is passed on as it is.
//
// # Errors
//
// What the API or the network refuses is an [*Error]. What is wrong before anything is
// sent is a [*ParamError]. Both are one line without secrets.
//
// A call is sent again only where that cannot charge twice. Where money may have
// moved, errors.Is finds [ErrOutcomeUnknown]: ask for it before any code, and do not
// simply call again. [ChargesService.Resolve] and the methods like it find out, also
// from the stored error (see [MarshalError]) in another process;
// [ChargesService.ResolveIntent] does so where no error is left. Package outbox keeps
// payments in a database until they are done.
//
// # Webhooks
//
// Package webhook verifies what Omise posts and hands on each event once;
// [Event.Object] is the charge, refund or other object that it is about.
// [EventsService.Watch] reads the events that no webhook brought.
//
// # Testing
//
// Package omisetest holds a fake Omise that keeps state. It needs no network,
// no key and no port.
package omise

// Version is the version of this module.
const Version = "0.1.0"
