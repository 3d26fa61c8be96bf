package fake

import (
	"path"
	"slices"
	"strings"
)

// A keyKind says which API keys may call a route.
type keyKind int

const (
	secretKey keyKind = iota
	publicKey
	eitherKey
	linksPlusKey
)

// A handler answers a call with an object or an error.
type handler func(*request) (any, *apiError)

// A route is one endpoint.
type route struct {
	pattern string // as http.ServeMux takes it
	key     keyKind
	handle  handler
}

func (s *Server) routes() []route {
	return slices.Concat(s.paymentRoutes(), s.platformRoutes(), s.searchRoutes())
}

func (s *Server) paymentRoutes() []route {
	return []route{
		{"GET /account", secretKey, s.getAccount},
		{"PATCH /account", secretKey, s.updateAccount},
		{"GET /account/api_versions", secretKey, s.listAPIVersions},
		{"PATCH /account/api_version", secretKey, s.updateAPIVersion},

		{"GET /balance", secretKey, s.getBalance},
		{"GET /capability", eitherKey, s.getCapability},
		{"GET /forex/{currency}", secretKey, s.getForex},

		{"POST /charges", secretKey, s.createCharge},
		{"GET /charges", secretKey, listAll(s, s.charges, s.chargeView)},
		{"GET /charges/schedules", secretKey, s.listSchedules(charges)},
		{"GET /charges/{id}", secretKey, retrieve(s.charges, s.chargeView)},
		{"PATCH /charges/{id}", secretKey, act(s.charges, s.updateCharge, s.chargeView)},
		{"POST /charges/{id}/capture", secretKey, act(s.charges, s.captureCharge, s.chargeView)},
		{"POST /charges/{id}/reverse", secretKey, act(s.charges, s.reverseCharge, s.chargeView)},
		{"POST /charges/{id}/expire", secretKey, act(s.charges, s.expireCharge, s.chargeView)},
		{"POST /charges/{id}/mark_as_paid", secretKey, act(s.charges, s.markChargeAsPaid, s.chargeView)},
		{"POST /charges/{id}/mark_as_failed", secretKey, act(s.charges, s.markChargeAsFailed, s.chargeView)},
		{"GET /charges/{id}/events", secretKey, listOf(s, s.charges, chargeEvents, s.shortEventView)},
		{"GET /charges/{id}/disputes", secretKey, listOf(s, s.charges, chargeDisputes, s.disputeView)},
		{"POST /charges/{id}/disputes", secretKey, s.createDispute},
		{"GET /charges/{id}/refunds", secretKey, listOf(s, s.charges, chargeRefunds, s.refundView)},
		{"POST /charges/{id}/refunds", secretKey, s.createRefund},
		{"GET /charges/{id}/refunds/{refund_id}", secretKey, s.getRefund},
		{"GET /refunds", secretKey, listAll(s, s.refunds, s.refundView)},

		{"POST /customers", secretKey, s.createCustomer},
		{"GET /customers", secretKey, listAll(s, s.customers, s.customerView)},
		{"GET /customers/{id}", secretKey, retrieve(s.customers, s.customerView)},
		{"PATCH /customers/{id}", secretKey, act(s.customers, s.updateCustomer, s.customerView)},
		{"DELETE /customers/{id}", secretKey, act(s.customers, s.deleteCustomer, s.customerView)},
		{"GET /customers/{id}/cards", secretKey, listOf(s, s.customers, customerCards, s.cardView)},
		{"GET /customers/{id}/cards/{card_id}", secretKey, s.onCard(s.readCard)},
		{"PATCH /customers/{id}/cards/{card_id}", secretKey, s.onCard(s.updateCard)},
		{"DELETE /customers/{id}/cards/{card_id}", secretKey, s.onCard(s.deleteCard)},
		{"GET /customers/{id}/schedules", secretKey, listOf(s, s.customers, customerSchedules, s.scheduleView)},

		{"GET /disputes", secretKey, listAll(s, s.disputes, s.disputeView)},
		{"GET /disputes/open", secretKey, s.listDisputes(disputeOpen)},
		{"GET /disputes/pending", secretKey, s.listDisputes(disputePending)},
		{"GET /disputes/closed", secretKey, s.listDisputes(disputeWon, disputeLost)},
		{"GET /disputes/{id}", secretKey, retrieve(s.disputes, s.disputeView)},
		{"PATCH /disputes/{id}", secretKey, act(s.disputes, s.updateDispute, s.disputeView)},
		{"PATCH /disputes/{id}/accept", secretKey, act(s.disputes, s.acceptDispute, s.disputeView)},
		{"PATCH /disputes/{id}/close", secretKey, act(s.disputes, s.closeDispute, s.disputeView)},
		{"GET /disputes/{id}/documents", secretKey, listOf(s, s.disputes, disputeDocuments, s.documentView)},
		{"POST /disputes/{id}/documents", secretKey, s.createDocument},
		{"GET /disputes/{id}/documents/{document_id}", secretKey, s.getDocument},
		{"DELETE /disputes/{id}/documents/{document_id}", secretKey, s.deleteDocument},

		{"GET /events", secretKey, listAll(s, s.events, s.eventView)},
		{"GET /events/{id}", secretKey, retrieve(s.events, s.eventView)},

		{"POST /links", secretKey, s.createLink},
		{"GET /links", secretKey, listAll(s, s.links, s.linkView)},
		{"GET /links/{id}", secretKey, retrieve(s.links, s.linkView)},
		{"PATCH /links/{id}", secretKey, act(s.links, s.updateLink, s.linkView)},
		{"DELETE /links/{id}", secretKey, act(s.links, s.deleteLink, s.linkView)},
		{"GET /links/{id}/charges", secretKey, listOf(s, s.links, linkCharges, s.chargeView)},

		{"POST /linked_accounts", secretKey, s.createLinkedAccount},
		{"GET /linked_accounts", secretKey, listAll(s, s.linkedAccounts, s.linkedAccountView)},
		{"GET /linked_accounts/{id}", secretKey, retrieve(s.linkedAccounts, s.linkedAccountView)},
		{"DELETE /linked_accounts/{id}", secretKey, act(s.linkedAccounts, s.deleteLinkedAccount, s.linkedAccountView)},

		{"GET /occurrences/{id}", secretKey, retrieve(s.occurrences, s.occurrenceView)},

		{"GET /receipts", secretKey, s.listReceipts},
		{"GET /receipts/{id}", secretKey, retrieve(s.receipts, s.receiptView)},

		{"POST /recipients", secretKey, s.createRecipient},
		{"GET /recipients", secretKey, listAll(s, s.recipients, s.recipientView)},
		{"GET /recipients/{id}", secretKey, retrieve(s.recipients, s.recipientView)},
		{"PATCH /recipients/{id}", secretKey, act(s.recipients, s.updateRecipient, s.recipientView)},
		{"PATCH /recipients/{id}/verify", secretKey, act(s.recipients, s.verifyRecipient, s.recipientView)},
		{"DELETE /recipients/{id}", secretKey, act(s.recipients, s.deleteRecipient, s.recipientView)},
		{"GET /recipients/{id}/schedules", secretKey, listOf(s, s.recipients, recipientSchedules, s.scheduleView)},

		{"POST /schedules", secretKey, s.createSchedule},
		{"GET /schedules", secretKey, listAll(s, s.schedules, s.scheduleView)},
		{"GET /schedules/{id}", secretKey, retrieve(s.schedules, s.scheduleView)},
		{"DELETE /schedules/{id}", secretKey, act(s.schedules, s.deleteSchedule, s.scheduleView)},
		{"GET /schedules/{id}/occurrences", secretKey, listOf(s, s.schedules, scheduleOccurrences, s.occurrenceView)},
		{"POST /schedules/upload", secretKey, s.uploadSchedules},
		{"PATCH /schedules/bulk_pause", secretKey, s.bulk(pauseSchedules(true))},
		{"PATCH /schedules/bulk_resume", secretKey, s.bulk(pauseSchedules(false))},
		{"DELETE /schedules/bulk_delete", secretKey, s.bulk(s.deleteSchedule)},
		{"GET /recurring_exports/{id}", secretKey, retrieve(s.batches, s.batchView)},
		{"GET /recurring_exports/{id}/download", secretKey, s.downloadReport},

		{"POST /sources", eitherKey, s.createSource},
		{"GET /sources/{id}", eitherKey, retrieve(s.sources, s.sourceView)},

		{"POST /tokens", publicKey, s.createToken},
		{"GET /tokens/{id}", publicKey, retrieve(s.tokens, s.tokenView)},

		{"GET /transactions", secretKey, listAll(s, s.transactions, s.transactionView)},
		{"GET /transactions/{id}", secretKey, retrieve(s.transactions, s.transactionView)},

		{"POST /transfers", secretKey, s.createTransfer},
		{"GET /transfers", secretKey, listAll(s, s.transfers, s.transferView)},
		{"GET /transfers/schedules", secretKey, s.listSchedules(transfers)},
		{"GET /transfers/{id}", secretKey, retrieve(s.transfers, s.transferView)},
		{"PATCH /transfers/{id}", secretKey, act(s.transfers, s.updateTransfer, s.transferView)},
		{"DELETE /transfers/{id}", secretKey, act(s.transfers, s.deleteTransfer, s.transferView)},
		{"POST /transfers/{id}/mark_as_sent", secretKey, act(s.transfers, s.markTransferAsSent, s.transferView)},
		{"POST /transfers/{id}/mark_as_paid", secretKey, act(s.transfers, s.markTransferAsPaid, s.transferView)},
	}
}

func (s *Server) platformRoutes() []route {
	return []route{
		{"GET /{$}", secretKey, s.getSystemInfo},
		{"GET /schema", eitherKey, s.getSchema},

		{"GET /chains", secretKey, listAll(s, s.chains, s.chainView)},
		{"GET /chains/{id}", secretKey, retrieve(s.chains, s.chainView)},
		{"POST /chains/{id}/revoke", secretKey, act(s.chains, s.revokeChain, s.chainView)},
		{"POST /chains/{id}/authorize", secretKey, act(s.chains, s.authorizeChain, s.chainView)},
		{"GET /chains/{id}/account", secretKey, retrieve(s.chains, s.chainAccountView)},
		{"GET /chains/{id}/keys", secretKey, listOf(s, s.chains, chainKeys, s.chainKeyView)},
		{"GET /chains/{id}/transfer", secretKey, s.getChainTransfer},

		{"GET /consent", secretKey, s.getConsent},
		{"PATCH /consent", secretKey, s.updateConsent},
		{"POST /mfa_confirmations", secretKey, s.createMFAConfirmation},

		{"POST /routing_group_rules", secretKey, s.createRoutingRule},
		{"GET /routing_group_rules", secretKey, listAll(s, s.routingRules, s.routingRuleView)},

		{"POST /sub_merchants", secretKey, s.createSubMerchant},
		{"GET /sub_merchants", secretKey, listAll(s, s.subMerchants, s.subMerchantView)},

		{"POST /webhooks/secrets", secretKey, s.createWebhookSecret},
		{"GET /webhooks/secrets", secretKey, listAll(s, s.webhookSecrets, s.webhookSecretView)},
		{"GET /webhooks/secrets/{id}", secretKey, retrieve(s.webhookSecrets, s.webhookSecretView)},
		{"DELETE /webhooks/secrets/{id}", secretKey, act(s.webhookSecrets, s.deleteWebhookSecret, s.webhookSecretView)},

		{"POST /external/links", linksPlusKey, s.createLinksPlusLink},
		{"GET /external/{first}/{second}", linksPlusKey, s.readLinksPlus},

		{"/", eitherKey, s.unknownPath},
	}
}

func (s *Server) unknownPath(r *request) (any, *apiError) {
	return nil, fail(serviceNotFound, "service %s was not found", r.location)
}

// normalPath removes slashes at the end and repeated slashes, because some clients send
// them. It changes every other path that the mux would redirect into an unknown path,
// because the API never redirects.
//
// Guess: the API ignores repeated slashes and slashes at the end.
func normalPath(p string) string {
	p = "/" + strings.Join(strings.FieldsFunc(p, func(r rune) bool { return r == '/' }), "/")
	if p != path.Clean(p) {
		return "/-"
	}
	return p
}

// retrieve answers with the record that the path names.
func retrieve[T record](st *store[T], render view[T]) handler {
	return func(r *request) (any, *apiError) {
		v, err := st.find(r.id("id"))
		if err != nil {
			return nil, err
		}
		return render(v, r.expand()), nil
	}
}

// act changes the record that the path names and answers with the record.
func act[T record](st *store[T], do func(*request, T) *apiError, render view[T]) handler {
	return func(r *request) (any, *apiError) {
		v, err := st.find(r.id("id"))
		if err != nil {
			return nil, err
		}
		if err := do(r, v); err != nil {
			return nil, err
		}
		return render(v, false), nil
	}
}

// listAll answers with a page of all records of one kind.
func listAll[T record](s *Server, st *store[T], render view[T]) handler {
	return func(r *request) (any, *apiError) {
		return answerList(s, r, st.all, render)
	}
}

// listOf answers with a page of the records that belong to the record in the path.
func listOf[P, T record](s *Server, st *store[P], items func(P) []T, render view[T]) handler {
	return func(r *request) (any, *apiError) {
		parent, err := st.find(r.id("id"))
		if err != nil {
			return nil, err
		}
		return answerList(s, r, items(parent), render)
	}
}

func answerList[T record](s *Server, r *request, items []T, render view[T]) (any, *apiError) {
	want, err := pageOf(r.params, s.clock.now())
	if err != nil {
		s.guess("an impossible page of a list is refused")
		return nil, err
	}
	if lag := s.options.ListLag; lag > 0 {
		items = slices.DeleteFunc(slices.Clone(items), func(v T) bool { return v.created().After(s.clock.time.Add(-lag)) })
	}
	expand := r.expand()
	return list(r.location, items, want, func(v T) object { return render(v, expand) }), nil
}
