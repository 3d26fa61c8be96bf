package fake

import (
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/testcards"
)

// A scope is one kind of record that can be searched.
type scope struct {
	search  search
	filters map[string]filter
}

// scopes has the scopes by name. The filters are the published filters. Some of them
// match no record of the fake.
//
// Guess: the attributes that a query searches. A source tells them only for charges.
// Guess: events, transactions and log entries have no filters.
var scopes = map[string]scope{
	"audit": {
		search: rendered(func(s *Server) []*audit { return s.audits.all }, (*Server).auditView,
			"id", "actor_email", "auditable_uid", "description"),
		filters: map[string]filter{
			"actor_email":    exactly("actor_email"),
			"actor_type":     constant("user"),
			"auditable_type": exactly("auditable_type"),
			"auditable_uid":  exactly("auditable_uid"),
			"created":        moment("created_at"),
			"verb":           constant("rules_switched"),
		},
	},
	"charge": {
		search: searching(func(s *Server) []*charge { return s.charges.all },
			(*Server).chargeView, (*Server).chargeAttribute, (*Server).chargeContains),
		filters: map[string]filter{
			"acquirer_reference_number": exactly("acquirer_reference_number"),
			"amount":                    amount("amount"),
			"authorized":                isTrue("authorized"),
			"capture":                   isTrue("capture"),
			"capture_id":                exactly("capture_id"),
			"captured":                  isTrue("paid"),
			"card_last_digits":          exactly("card.last_digits"),
			"created":                   moment("created_at"),
			"currency":                  exactly("currency"),
			"customer_present":          isSet("customer"),
			"disputed":                  isSet("dispute"),
			"failure_code":              exactly("failure_code"),
			"installment_terms":         number("source.installment_term"),
			"is_installment":            whether(isInstallment),
			"refund_amount":             amount("refunded_amount"),
			"refunded":                  whether(isRefunded),
			"reversed":                  isTrue("reversed"),
			"safe":                      whether(passesFraudCheck),
			"scheduled":                 isSet("schedule"),
			"source_of_fund":            sourceOfFund,
			"source_type":               exactly("source.type"),
			"status":                    exactly("status"),
			"voided":                    isTrue("voided"),
		},
	},
	"charge_schedule": {
		search: rendered(func(s *Server) []*schedule { return s.schedulesThat(charges) }, (*Server).scheduleView,
			"id", "charge.description", "charge.customer.id", "charge.customer.email", "charge.metadata"),
		filters: map[string]filter{
			"active":           isTrue("active"),
			"amount":           amount("charge.amount"),
			"card_last_digits": exactly("charge.card.last_digits"),
			"created":          moment("created_at"),
			"status":           scheduleState,
		},
	},
	"customer": {
		search: rendered(func(s *Server) []*customer { return s.customers.all }, (*Server).customerView,
			"id", "email", "description", "metadata"),
		filters: map[string]filter{"created": moment("created_at")},
	},
	"dispute": {
		search: rendered(func(s *Server) []*dispute { return s.disputes.all }, (*Server).disputeView,
			"id", "charge.id", "message", "metadata", "reason_message"),
		filters: map[string]filter{
			"amount":            amount("amount"),
			"card_first_digits": prefix("charge.card.first_digits"),
			"card_last_digits":  exactly("charge.card.last_digits"),
			"charge_id":         exactly("charge.id"),
			"closed_at":         moment("closed_at"),
			"created":           moment("created_at"),
			"currency":          exactly("currency"),
			"delayed":           isTrue("delayed"),
			"status":            exactly("status"),
		},
	},
	"event": {
		search: rendered(func(s *Server) []*event { return s.events.all }, (*Server).eventView,
			"id", "key"),
	},
	"link": {
		search: rendered(func(s *Server) []*link { return s.links.all }, (*Server).linkView,
			"id", "title", "description"),
		filters: map[string]filter{
			"amount":   amount("amount"),
			"created":  moment("created_at"),
			"currency": exactly("currency"),
			"multiple": isTrue("multiple"),
			"pending":  whether(func(at attributes) bool { return at("used") == false }),
			"used":     isTrue("used"),
			"used_at":  moment("used_at"),
		},
	},
	"linked_account": {
		search: rendered(func(s *Server) []*linkedAccount { return s.linkedAccounts.all }, (*Server).linkedAccountView,
			"id", "type", "last_digits", "metadata"),
		filters: map[string]filter{
			"created": moment("created_at"),
			"status":  exactly("status"),
			"type":    exactly("type"),
		},
	},
	"log_entry": {
		search: func(*Server, []matcher, string) found { return found{} },
	},
	"receipt": {
		search: rendered(func(s *Server) []*receipt { return s.receipts.all }, (*Server).receiptView,
			"id", "number"),
		filters: map[string]filter{"created": moment("created_at")},
	},
	"recipient": {
		search: rendered(func(s *Server) []*recipient { return s.recipients.all }, (*Server).recipientView,
			"id", "name", "email", "description", "bank_account.name", "metadata"),
		filters: map[string]filter{
			"activated_at":     moment("activated_at"),
			"active":           isTrue("active"),
			"bank_last_digits": exactly("bank_account.last_digits"),
			"created":          moment("created_at"),
			"deleted":          isTrue("deleted"),
			"failure_code":     exactly("failure_code"),
			"type":             exactly("type"),
			"verified":         isTrue("verified"),
			"verified_at":      moment("verified_at"),
		},
	},
	"refund": {
		search: rendered(func(s *Server) []*refund { return s.refunds.all }, (*Server).refundView,
			"id", "charge.id", "charge.description", "metadata", "reason"),
		filters: map[string]filter{
			"acquirer_reference_number": exactly("acquirer_reference_number"),
			"amount":                    amount("amount"),
			"card_first_digits":         prefix("charge.card.first_digits"),
			"card_last_digits":          exactly("charge.card.last_digits"),
			"charge_id":                 exactly("charge.id"),
			"created":                   moment("created_at"),
			"status":                    exactly("status"),
			"voided":                    isTrue("voided"),
		},
	},
	"sub_merchant": {
		search: rendered(func(s *Server) []*subMerchant { return s.subMerchants.all }, (*Server).subMerchantView,
			"id", "name"),
		filters: map[string]filter{
			"agreement_accepted":  isTrue("agreement_accepted"),
			"created":             moment("created_at"),
			"live_activated":      whether(func(at attributes) bool { return at("live_account_status") == "accepted" }),
			"owner_uid":           exactly("owner_uid"),
			"registration_status": exactly("live_account_status"),
		},
	},
	"transaction": {
		search: rendered(func(s *Server) []*transaction { return s.transactions.all }, (*Server).transactionView,
			"id", "key", "origin"),
	},
	"transfer": {
		search: rendered(func(s *Server) []*transfer { return s.transfers.all }, (*Server).transferView,
			"id", "recipient.id", "recipient.name", "bank_account.name", "metadata"),
		filters: map[string]filter{
			"amount":   amount("amount"),
			"created":  moment("created_at"),
			"currency": exactly("currency"),
			"deleted":  isTrue("deleted"),
			"fee":      amount("fee"),
			"paid":     isTrue("paid"),
			"paid_at":  moment("paid_at"),
			"sent":     isTrue("sent"),
			"sent_at":  moment("sent_at"),
		},
	},
	"transfer_schedule": {
		search: rendered(func(s *Server) []*schedule { return s.schedulesThat(transfers) }, (*Server).scheduleView,
			"id", "transfer.recipient.id", "transfer.recipient.name"),
		filters: map[string]filter{
			"active":  isTrue("active"),
			"created": moment("created_at"),
			"status":  scheduleState,
		},
	},
}

func isInstallment(at attributes) bool {
	return strings.HasPrefix(params.Text(at("source.type")), "installment_")
}

func isRefunded(at attributes) bool { return at("refunded_amount") != int64(0) }

func passesFraudCheck(at attributes) bool {
	return at("failure_code") != string(testcards.FailedFraudCheck)
}

// sourceOfFund takes card, offsite or offline.
//
// Guess: offsite means every payment that sends the payer to another page.
func sourceOfFund(wanted string, _ time.Time) (matcher, bool) {
	return func(at attributes) bool {
		switch {
		case at("card") != nil:
			return wanted == "card"
		case at("source.flow") == offline:
			return wanted == "offline"
		}
		return wanted == "offsite"
	}, true
}
