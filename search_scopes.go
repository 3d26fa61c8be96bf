package omise

import (
	"context"
	"iter"
)

// Charges returns one page of the charges that are found.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) Charges(ctx context.Context, params *SearchParams, opts ...RequestOption) (*SearchResult[Charge], error) {
	return search[Charge](ctx, s.client, searchCharges, SearchScopeCharge, params, opts)
}

// AllCharges goes through all charges that are found, page by page.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) AllCharges(ctx context.Context, params *SearchParams, opts ...RequestOption) iter.Seq2[*Charge, error] {
	return searchAll[Charge](ctx, s.client, searchCharges, SearchScopeCharge, params, opts)
}

// ChargeSchedules returns one page of the charge schedules that are found.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) ChargeSchedules(ctx context.Context, params *SearchParams, opts ...RequestOption) (*SearchResult[Schedule], error) {
	return search[Schedule](ctx, s.client, searchChargeSchedules, SearchScopeChargeSchedule, params, opts)
}

// AllChargeSchedules goes through all charge schedules that are found, page by page.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) AllChargeSchedules(ctx context.Context, params *SearchParams, opts ...RequestOption) iter.Seq2[*Schedule, error] {
	return searchAll[Schedule](ctx, s.client, searchChargeSchedules, SearchScopeChargeSchedule, params, opts)
}

// Customers returns one page of the customers that are found.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) Customers(ctx context.Context, params *SearchParams, opts ...RequestOption) (*SearchResult[Customer], error) {
	return search[Customer](ctx, s.client, searchCustomers, SearchScopeCustomer, params, opts)
}

// AllCustomers goes through all customers that are found, page by page.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) AllCustomers(ctx context.Context, params *SearchParams, opts ...RequestOption) iter.Seq2[*Customer, error] {
	return searchAll[Customer](ctx, s.client, searchCustomers, SearchScopeCustomer, params, opts)
}

// Disputes returns one page of the disputes that are found.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) Disputes(ctx context.Context, params *SearchParams, opts ...RequestOption) (*SearchResult[Dispute], error) {
	return search[Dispute](ctx, s.client, searchDisputes, SearchScopeDispute, params, opts)
}

// AllDisputes goes through all disputes that are found, page by page.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) AllDisputes(ctx context.Context, params *SearchParams, opts ...RequestOption) iter.Seq2[*Dispute, error] {
	return searchAll[Dispute](ctx, s.client, searchDisputes, SearchScopeDispute, params, opts)
}

// Links returns one page of the payment pages that are found.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) Links(ctx context.Context, params *SearchParams, opts ...RequestOption) (*SearchResult[Link], error) {
	return search[Link](ctx, s.client, searchLinks, SearchScopeLink, params, opts)
}

// AllLinks goes through all payment pages that are found, page by page.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) AllLinks(ctx context.Context, params *SearchParams, opts ...RequestOption) iter.Seq2[*Link, error] {
	return searchAll[Link](ctx, s.client, searchLinks, SearchScopeLink, params, opts)
}

// LinkedAccounts returns one page of the linked accounts that are found.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) LinkedAccounts(ctx context.Context, params *SearchParams, opts ...RequestOption) (*SearchResult[LinkedAccount], error) {
	return search[LinkedAccount](ctx, s.client, searchLinkedAccounts, SearchScopeLinkedAccount, params, opts)
}

// AllLinkedAccounts goes through all linked accounts that are found, page by page.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) AllLinkedAccounts(ctx context.Context, params *SearchParams, opts ...RequestOption) iter.Seq2[*LinkedAccount, error] {
	return searchAll[LinkedAccount](ctx, s.client, searchLinkedAccounts, SearchScopeLinkedAccount, params, opts)
}

// Receipts returns one page of the receipts that are found.
//
// Doubt: the API's description has the word receipts twice in the path of this call.
// The call is sent to that path.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) Receipts(ctx context.Context, params *SearchParams, opts ...RequestOption) (*SearchResult[Receipt], error) {
	return search[Receipt](ctx, s.client, searchReceipts, SearchScopeReceipt, params, opts)
}

// AllReceipts goes through all receipts that are found, page by page.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) AllReceipts(ctx context.Context, params *SearchParams, opts ...RequestOption) iter.Seq2[*Receipt, error] {
	return searchAll[Receipt](ctx, s.client, searchReceipts, SearchScopeReceipt, params, opts)
}

// Recipients returns one page of the recipients that are found.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) Recipients(ctx context.Context, params *SearchParams, opts ...RequestOption) (*SearchResult[Recipient], error) {
	return search[Recipient](ctx, s.client, searchRecipients, SearchScopeRecipient, params, opts)
}

// AllRecipients goes through all recipients that are found, page by page.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) AllRecipients(ctx context.Context, params *SearchParams, opts ...RequestOption) iter.Seq2[*Recipient, error] {
	return searchAll[Recipient](ctx, s.client, searchRecipients, SearchScopeRecipient, params, opts)
}

// Refunds returns one page of the refunds that are found.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) Refunds(ctx context.Context, params *SearchParams, opts ...RequestOption) (*SearchResult[Refund], error) {
	return search[Refund](ctx, s.client, searchRefunds, SearchScopeRefund, params, opts)
}

// AllRefunds goes through all refunds that are found, page by page.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) AllRefunds(ctx context.Context, params *SearchParams, opts ...RequestOption) iter.Seq2[*Refund, error] {
	return searchAll[Refund](ctx, s.client, searchRefunds, SearchScopeRefund, params, opts)
}

// SubMerchants returns one page of the sub-merchants that are found.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) SubMerchants(ctx context.Context, params *SearchParams, opts ...RequestOption) (*SearchResult[SubMerchant], error) {
	return search[SubMerchant](ctx, s.client, searchSubMerchants, SearchScopeSubMerchant, params, opts)
}

// AllSubMerchants goes through all sub-merchants that are found, page by page.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) AllSubMerchants(ctx context.Context, params *SearchParams, opts ...RequestOption) iter.Seq2[*SubMerchant, error] {
	return searchAll[SubMerchant](ctx, s.client, searchSubMerchants, SearchScopeSubMerchant, params, opts)
}

// Transfers returns one page of the transfers that are found.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) Transfers(ctx context.Context, params *SearchParams, opts ...RequestOption) (*SearchResult[Transfer], error) {
	return search[Transfer](ctx, s.client, searchTransfers, SearchScopeTransfer, params, opts)
}

// AllTransfers goes through all transfers that are found, page by page.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) AllTransfers(ctx context.Context, params *SearchParams, opts ...RequestOption) iter.Seq2[*Transfer, error] {
	return searchAll[Transfer](ctx, s.client, searchTransfers, SearchScopeTransfer, params, opts)
}

// TransferSchedules returns one page of the transfer schedules that are found.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) TransferSchedules(ctx context.Context, params *SearchParams, opts ...RequestOption) (*SearchResult[Schedule], error) {
	return search[Schedule](ctx, s.client, searchTransferSchedules, SearchScopeTransferSchedule, params, opts)
}

// AllTransferSchedules goes through all transfer schedules that are found, page by
// page.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) AllTransferSchedules(ctx context.Context, params *SearchParams, opts ...RequestOption) iter.Seq2[*Schedule, error] {
	return searchAll[Schedule](ctx, s.client, searchTransferSchedules, SearchScopeTransferSchedule, params, opts)
}

// Audits returns one page of the entries of the audit log that are found.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) Audits(ctx context.Context, params *SearchParams, opts ...RequestOption) (*SearchResult[Audit], error) {
	return search[Audit](ctx, s.client, searchAudits, SearchScopeAudit, params, opts)
}

// AllAudits goes through all entries of the audit log that are found, page by page.
//
// See https://docs.omise.co/search-api.
func (s *SearchService) AllAudits(ctx context.Context, params *SearchParams, opts ...RequestOption) iter.Seq2[*Audit, error] {
	return searchAll[Audit](ctx, s.client, searchAudits, SearchScopeAudit, params, opts)
}
