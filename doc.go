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
//	})
//	switch {
//	case err != nil: // refused, or unknown: see ErrOutcomeUnknown
//	case charge.Failure() != nil: // declined
//	case charge.Paid: // done
//	}
//
// # Services
//
// Each field of [Client] is a service, in a file of its name:
//
//	Account            account.go           the account and its API version
//	Balance            balance.go           what the account holds
//	Capability         capability.go        what it can accept
//	Cards              card.go              cards that a customer keeps
//	Chains             chain.go             acting for other accounts
//	Charges            charge.go            payments
//	Consent            consent.go           what the account has agreed to
//	Customers          customer.go          payers who come back
//	Disputes           dispute.go           chargebacks
//	Documents          document.go          evidence for disputes
//	Events             event.go             what happened
//	Forex              forex.go             exchange rates
//	LinkedAccounts     linkedaccount.go     direct debit
//	Links              link.go              payment pages
//	LinksPlus          linksplus.go         payment pages of Payment Links+
//	MFAConfirmations   mfa.go               confirmations by e-mail
//	Occurrences        occurrence.go        runs of schedules
//	Receipts           receipt.go           fees of a day
//	Recipients         recipient.go         who is paid out
//	RecurringExports   schedule_bulk.go     jobs that make many schedules
//	Refunds            refund.go            money given back
//	RoutingGroupRules  routing.go           which provider takes a payment
//	Schedules          schedule_service.go  charges and transfers again and again
//	Search             search.go            finding any of these
//	Sources            source.go            QR codes, wallets, banks, installments
//	SubMerchants       submerchant.go       merchants of a platform
//	System             system.go            the API about itself
//	Tokens             token.go             cards, seen by the vault alone
//	Transactions       transaction.go       movements of the balance
//	Transfers          transfer.go          money paid out
//	WebhookSecrets     webhooksecret.go     what webhooks are signed with
//
// docs/coverage.md has every endpoint with its method.
// [Client.Do] reaches whatever has no method.
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
// Whatever the API or the network refuses is an [*Error]; what is wrong before
// anything is sent is a [*ParamError]. Both are one line without secrets.
//
// A call is tried again only where that cannot charge twice. Where it may have
// been processed and nobody knows, errors.Is finds [ErrOutcomeUnknown];
// [ChargesService.Resolve] and its like find out what became of it, and
// [ChargesService.ResolveIntent] does where no error is left.
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
