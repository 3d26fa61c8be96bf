package fake

import (
	"slices"

	"github.com/omisekit/omise-go/internal/fake/money"
)

const (
	redirect    = "redirect"
	offline     = "offline"
	appRedirect = "app_redirect"
)

// A payCode is the kind of code that a charged source shows the payer.
type payCode int

const (
	noCode payCode = iota
	scannableCode
	billReferences
	paymentCode
)

// A sourceType is one payment method other than a plain card.
type sourceType struct {
	name       string
	currencies []string // each implies its country
	flow       string
	required   []string // required parameters
	terms      []int64  // installment terms
	banks      []string
	amount     money.Limits // zero for the limits of the country
	shows      payCode
	withCard   bool // charged together with a card token
	noFees     bool // no fees, refunds and disputes
	oneDay     bool // the payer has one day to pay instead of a week
}

var (
	thailand  = []string{"THB"}
	singapore = []string{"SGD"}
	malaysia  = []string{"MYR"}
	japan     = []string{"JPY"}

	thaiSingapore         = []string{"THB", "SGD"}
	thaiSingaporeMalaysia = []string{"THB", "SGD", "MYR"}

	term = []string{"installment_term"}

	duitnowBanks = []string{
		"affin", "alliance", "agro", "ambank", "islam", "muamalat", "rakyat", "bsn", "cimb",
		"hongleong", "hsbc", "kfh", "maybank2u", "ocbc", "public", "rhb", "sc", "uob",
	}
	fpxBanks = []string{
		"affin", "alliance", "agro", "ambank", "islam", "muamalat", "rakyat", "bocm", "bsn", "cimb",
		"hongleong", "hsbc", "kfh", "maybank2e", "maybank2u", "ocbc", "public", "rhb", "sc", "uob",
	}

	termsBAY   = []int64{3, 4, 6, 9, 10}
	termsBBL   = []int64{3, 4, 5, 6, 7, 8, 9, 10}
	termsFirst = []int64{3, 4, 6, 9, 10, 12, 18, 24, 36}
	termsKBank = []int64{3, 4, 6, 10}
)

// sourceTypes has the types in the order in which the capability shows them.
//
// Guess: payers see a QR code for the *_mpm, *_qr and qr_code_upi types.
// Guess: no account has bkash, easypaisa and virtual_account.
var sourceTypes = []sourceType{
	{name: "alipay", currencies: thailand, flow: redirect},
	{name: "alipay_cn", currencies: thaiSingapore, flow: appRedirect},
	{name: "alipay_hk", currencies: thaiSingapore, flow: appRedirect},
	{name: "dana", currencies: singapore, flow: appRedirect},
	{name: "gcash", currencies: []string{"SGD", "MYR"}, flow: appRedirect},
	{name: "kakaopay", currencies: thaiSingapore, flow: appRedirect},
	{name: "touch_n_go", currencies: thaiSingaporeMalaysia, flow: redirect},
	{name: "alipayplus_mpm", currencies: thaiSingaporeMalaysia, flow: offline, shows: scannableCode},
	{name: "alipayplus_upm", currencies: thaiSingaporeMalaysia, flow: offline, required: []string{"barcode"}},
	{name: "wechat_pay", currencies: thailand, flow: redirect, noFees: true},
	{name: "wechat_pay_mpm", currencies: thailand, flow: offline, shows: scannableCode},
	{name: "wechat_pay_upm", currencies: thailand, flow: offline, required: []string{"barcode"}},
	{name: "promptpay", currencies: thailand, flow: offline, shows: scannableCode},
	{name: "paynow", currencies: singapore, flow: offline, shows: scannableCode},
	{name: "truemoney", currencies: thailand, flow: redirect, required: []string{"phone_number"}},
	{name: "truemoney_jumpapp", currencies: thailand, flow: appRedirect},
	{name: "truemoney_qr", currencies: thailand, flow: offline, shows: scannableCode},
	{name: "rabbit_linepay", currencies: thailand, flow: redirect},
	{name: "shopeepay", currencies: thaiSingaporeMalaysia, flow: redirect},
	{name: "shopeepay_jumpapp", currencies: thaiSingaporeMalaysia, flow: appRedirect},
	{name: "grabpay", currencies: thaiSingaporeMalaysia, flow: redirect},
	{name: "boost", currencies: malaysia, flow: redirect},
	{name: "duitnow_qr", currencies: malaysia, flow: offline, shows: scannableCode},
	{name: "duitnow_obw", currencies: malaysia, flow: redirect, required: []string{"bank"}, banks: duitnowBanks},
	{name: "maybank_qr", currencies: malaysia, flow: offline, shows: scannableCode},
	{name: "fpx", currencies: malaysia, flow: redirect, required: []string{"bank"}, banks: fpxBanks},
	{name: "atome", currencies: thaiSingaporeMalaysia, flow: redirect, required: []string{"phone_number", "shipping", "items"}},
	{name: "atome_qr", currencies: thailand, flow: offline, shows: scannableCode},
	{name: "econtext", currencies: japan, flow: offline, required: []string{"name", "email", "phone_number"}, amount: money.Limits{Min: 150, Max: 49_999}, shows: paymentCode},
	{name: "paypay", currencies: japan, flow: redirect},
	{name: "mobile_banking_bay", currencies: thailand, flow: appRedirect},
	{name: "mobile_banking_bbl", currencies: thailand, flow: appRedirect},
	{name: "mobile_banking_kbank", currencies: thailand, flow: appRedirect},
	{name: "mobile_banking_ktb", currencies: thailand, flow: appRedirect},
	{name: "mobile_banking_scb", currencies: thailand, flow: appRedirect},
	{name: "mobile_banking_ocbc", currencies: singapore, flow: appRedirect},
	{name: "internet_banking_bay", currencies: thailand, flow: redirect},
	{name: "internet_banking_bbl", currencies: thailand, flow: redirect},
	{name: "qr_code_upi", currencies: thailand, flow: offline, shows: scannableCode},

	{name: "installment_bay", currencies: thailand, flow: redirect, required: term, terms: termsBAY},
	{name: "installment_bbl", currencies: thailand, flow: redirect, required: term, terms: termsBBL},
	{name: "installment_first_choice", currencies: thailand, flow: redirect, required: term, terms: termsFirst},
	{name: "installment_kbank", currencies: thailand, flow: redirect, required: term, terms: termsKBank},
	{name: "installment_ktc", currencies: thailand, flow: redirect, required: term, terms: termsBBL},
	{name: "installment_scb", currencies: thailand, flow: redirect, required: term, terms: termsBAY},
	{name: "installment_ttb", currencies: thailand, flow: redirect, required: term, terms: termsKBank},
	{name: "installment_uob", currencies: thailand, flow: redirect, required: term, terms: termsKBank},
	{name: "installment_wlb_bay", currencies: thailand, flow: redirect, required: term, terms: termsBAY, withCard: true},
	{name: "installment_wlb_bbl", currencies: thailand, flow: redirect, required: term, terms: termsBBL, withCard: true},
	{name: "installment_wlb_first_choice", currencies: thailand, flow: redirect, required: term, terms: termsFirst, withCard: true},
	{name: "installment_wlb_kbank", currencies: thailand, flow: redirect, required: term, terms: termsKBank, withCard: true},
	{name: "installment_wlb_ktc", currencies: thailand, flow: redirect, required: term, terms: termsBBL, withCard: true},
	{name: "installment_wlb_scb", currencies: thailand, flow: redirect, required: term, terms: termsBAY, withCard: true},
	{name: "installment_wlb_ttb", currencies: thailand, flow: redirect, required: term, terms: termsKBank, withCard: true},
	{name: "installment_wlb_uob", currencies: thailand, flow: redirect, required: term, terms: termsKBank, withCard: true},
	{name: "installment_mbb", currencies: malaysia, flow: redirect, required: term, terms: []int64{6, 12, 18, 24}},
	// Guess: the two installment_paynext types have the terms of Krungsri.
	{name: "installment_paynext_extra_jumpapp", currencies: thailand, flow: appRedirect, required: term, terms: termsBAY},
	{name: "installment_paynext_extra_qr", currencies: thailand, flow: offline, required: term, terms: termsBAY, shows: scannableCode},

	{name: "barcode_alipay", currencies: thailand, flow: offline, required: []string{"barcode"}},
	{name: "barcode_wechat", currencies: thailand, flow: offline},
	{name: "bill_payment_tesco_lotus", currencies: thailand, flow: offline, shows: billReferences, oneDay: true},
	{name: "internet_banking_ktb", currencies: thailand, flow: redirect},
	{name: "internet_banking_scb", currencies: thailand, flow: redirect},
	{name: "mobile_banking_ocbc_pao", currencies: singapore, flow: appRedirect},
	{name: "points_citi", currencies: thailand, flow: redirect},
	{name: "installment_citi", currencies: thailand, flow: redirect, terms: termsKBank},
}

// sourceType finds a type that is available in the account's country.
func (s *Server) sourceType(name string) (sourceType, bool) {
	i := slices.IndexFunc(sourceTypes, func(t sourceType) bool { return t.name == name })
	if i < 0 || !slices.Contains(sourceTypes[i].currencies, s.country.Currency) {
		return sourceType{}, false
	}
	return sourceTypes[i], true
}

// limits returns the smallest and largest amount of a source of this type.
func (t sourceType) limits(home money.Country) money.Limits {
	switch {
	case t.amount != money.Limits{}:
		return t.amount
	case t.terms != nil:
		return money.Limits{Min: max(home.InstallmentMin, home.Charge.Min), Max: home.Charge.Max}
	}
	return home.Charge
}
