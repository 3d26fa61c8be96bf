package omise

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/google/go-querystring/query"
)

// SearchFilters limit a search: for example [ChargeFilters] for charges, or [Filters]
// for any scope.
type SearchFilters interface {
	query.Encoder
	scope() SearchScope
}

// Filters are filters by the names that the API gives them, for any scope.
type Filters map[string]string

func (Filters) scope() SearchScope { return "" }

// EncodeValues writes the filters as filters[name]=value.
func (f Filters) EncodeValues(key string, v *url.Values) error {
	for name, value := range f {
		v.Set(key+"["+name+"]", value)
	}
	return nil
}

// encodeFilters writes the fields of a struct as filters[name]=value, and those
// with several values as filters[name][]=value.
func encodeFilters(filters any, key string, v *url.Values) error {
	fields, err := query.Values(filters)
	if err != nil {
		return err
	}
	for name, values := range fields {
		name, several := strings.CutSuffix(name, "[]")
		name = key + "[" + name + "]"
		if several {
			name += "[]"
		}
		(*v)[name] = values
	}
	return nil
}

// SearchAmount is an amount or a range of amounts. Unlike everywhere else, a
// search counts in the main unit: 1,000 baht are "1000". [AmountFilter] and
// [AmountsFilter] write it.
type SearchAmount string

// EncodeValues writes the amount into a request. It refuses the text that
// [AmountFilter] returns for an unknown currency.
func (a SearchAmount) EncodeValues(key string, v *url.Values) error {
	if strings.Contains(string(a), " ") {
		return fmt.Errorf("%s: %q is no amount and no range such as 1000..2000", key, string(a))
	}
	v.Set(key, string(a))
	return nil
}

// AmountFilter finds an amount, given in the smallest unit of its currency.
func AmountFilter(currency Currency, amount int64) SearchAmount {
	return SearchAmount(currency.Format(amount))
}

// AmountsFilter finds a range of amounts with both its ends, given in the
// smallest unit of their currency.
func AmountsFilter(currency Currency, from, to int64) SearchAmount {
	return SearchAmount(currency.Format(from) + ".." + currency.Format(to))
}

// SearchDate is a day, a range of days, or a word for a day or a range. [DateFilter]
// and [DatesFilter] write it.
type SearchDate string

// The words for days.
const (
	SearchDateToday     SearchDate = "today"
	SearchDateYesterday SearchDate = "yesterday"
	SearchDateThisWeek  SearchDate = "this_week"
	SearchDateLastWeek  SearchDate = "last_week"
	SearchDateThisMonth SearchDate = "this_month"
	SearchDateLastMonth SearchDate = "last_month"
)

// DateFilter finds a day.
func DateFilter(day Date) SearchDate { return SearchDate(day.String()) }

// DatesFilter finds a range of days with both its ends.
func DatesFilter(from, to Date) SearchDate {
	return SearchDate(from.String() + ".." + to.String())
}

// SourceOfFund says how a charge was paid.
type SourceOfFund string

// The ways to pay, as searches tell them apart.
const (
	SourceOfFundCard    SourceOfFund = "card"
	SourceOfFundOffsite SourceOfFund = "offsite"
	SourceOfFundOffline SourceOfFund = "offline"
)

// ChargeFilters limit a search of charges. A field that is not set has no effect.
type ChargeFilters struct {
	Amount                  SearchAmount      `url:"amount,omitempty"`
	Authorized              *bool             `url:"authorized,omitempty"`
	Capture                 *bool             `url:"capture,omitempty"`    // captured at once
	CaptureID               string            `url:"capture_id,omitempty"` // id of the capture
	Captured                *bool             `url:"captured,omitempty"`   // paid
	CardLastDigits          string            `url:"card_last_digits,omitempty"`
	Created                 SearchDate        `url:"created,omitempty"`
	Currency                Currency          `url:"currency,omitempty"`
	CustomerPresent         *bool             `url:"customer_present,omitempty"` // has a customer
	Disputed                *bool             `url:"disputed,omitempty"`
	FailureCode             ChargeFailureCode `url:"failure_code,omitempty"`
	IsInstallment           *bool             `url:"is_installment,omitempty"`
	Refunded                string            `url:"refunded,omitempty"`
	RefundAmount            SearchAmount      `url:"refund_amount,omitempty"`
	Reversed                *bool             `url:"reversed,omitempty"`
	Safe                    *bool             `url:"safe,omitempty"`      // passed the fraud check
	Scheduled               *bool             `url:"scheduled,omitempty"` // made by a schedule
	SourceOfFund            SourceOfFund      `url:"source_of_fund,omitempty"`
	SourceType              SourceType        `url:"source_type,omitempty"`
	Status                  ChargeStatus      `url:"status,omitempty"`
	Voided                  *bool             `url:"voided,omitempty"`
	InstallmentTerms        string            `url:"installment_terms,omitempty"` // months
	AcquirerReferenceNumber string            `url:"acquirer_reference_number,omitempty"`
}

func (ChargeFilters) scope() SearchScope { return SearchScopeCharge }

// EncodeValues writes the filters as filters[name]=value.
func (f ChargeFilters) EncodeValues(key string, v *url.Values) error { return encodeFilters(f, key, v) }

// ChargeScheduleFilters limit a search of charge schedules. A field that is not set has
// no effect.
type ChargeScheduleFilters struct {
	Status         ScheduleStatus `url:"status,omitempty"`
	Active         *bool          `url:"active,omitempty"`
	Amount         SearchAmount   `url:"amount,omitempty"`
	Created        SearchDate     `url:"created,omitempty"`
	CardLastDigits string         `url:"card_last_digits,omitempty"`
}

func (ChargeScheduleFilters) scope() SearchScope { return SearchScopeChargeSchedule }

// EncodeValues writes the filters as filters[name]=value.
func (f ChargeScheduleFilters) EncodeValues(key string, v *url.Values) error {
	return encodeFilters(f, key, v)
}

// CustomerFilters limit a search of customers. A field that is not set has no effect.
type CustomerFilters struct {
	Created SearchDate `url:"created,omitempty"`
}

func (CustomerFilters) scope() SearchScope { return SearchScopeCustomer }

// EncodeValues writes the filters as filters[name]=value.
func (f CustomerFilters) EncodeValues(key string, v *url.Values) error {
	return encodeFilters(f, key, v)
}

// DisputeFilters limit a search of disputes. A field that is not set has no effect.
type DisputeFilters struct {
	Amount          SearchAmount  `url:"amount,omitempty"`
	CardFirstDigits string        `url:"card_first_digits,omitempty"`
	CardLastDigits  string        `url:"card_last_digits,omitempty"`
	ChargeID        string        `url:"charge_id,omitempty"`
	ClosedAt        SearchDate    `url:"closed_at,omitempty"`
	Created         SearchDate    `url:"created,omitempty"`
	Currency        Currency      `url:"currency,omitempty"`
	Delayed         *bool         `url:"delayed,omitempty"`
	Status          DisputeStatus `url:"status,omitempty"`
}

func (DisputeFilters) scope() SearchScope { return SearchScopeDispute }

// EncodeValues writes the filters as filters[name]=value.
func (f DisputeFilters) EncodeValues(key string, v *url.Values) error {
	return encodeFilters(f, key, v)
}

// LinkFilters limit a search of payment pages. A field that is not set has no effect.
type LinkFilters struct {
	Amount   SearchAmount `url:"amount,omitempty"`
	Created  SearchDate   `url:"created,omitempty"`
	Currency Currency     `url:"currency,omitempty"`
	Multiple *bool        `url:"multiple,omitempty"` // may be paid more than once
	Used     *bool        `url:"used,omitempty"`
	UsedAt   SearchDate   `url:"used_at,omitempty"`
	Pending  *bool        `url:"pending,omitempty"` // not paid yet
}

func (LinkFilters) scope() SearchScope { return SearchScopeLink }

// EncodeValues writes the filters as filters[name]=value.
func (f LinkFilters) EncodeValues(key string, v *url.Values) error { return encodeFilters(f, key, v) }

// LinkedAccountFilters limit a search of linked accounts. A field that is not set has
// no effect.
type LinkedAccountFilters struct {
	Created SearchDate          `url:"created,omitempty"`
	Status  LinkedAccountStatus `url:"status,omitempty"`
	Type    LinkedAccountType   `url:"type,omitempty"`
}

func (LinkedAccountFilters) scope() SearchScope { return SearchScopeLinkedAccount }

// EncodeValues writes the filters as filters[name]=value.
func (f LinkedAccountFilters) EncodeValues(key string, v *url.Values) error {
	return encodeFilters(f, key, v)
}

// ReceiptFilters limit a search of receipts. A field that is not set has no effect.
type ReceiptFilters struct {
	Created SearchDate `url:"created,omitempty"`
}

func (ReceiptFilters) scope() SearchScope { return SearchScopeReceipt }

// EncodeValues writes the filters as filters[name]=value.
func (f ReceiptFilters) EncodeValues(key string, v *url.Values) error {
	return encodeFilters(f, key, v)
}

// RecipientFilters limit a search of recipients. A field that is not set has no effect.
type RecipientFilters struct {
	Active         *bool                `url:"active,omitempty"`
	ActivatedAt    SearchDate           `url:"activated_at,omitempty"`
	BankLastDigits string               `url:"bank_last_digits,omitempty"`
	Created        SearchDate           `url:"created,omitempty"`
	Deleted        *bool                `url:"deleted,omitempty"`
	FailureCode    RecipientFailureCode `url:"failure_code,omitempty"`
	Type           RecipientType        `url:"type,omitempty"`
	Verified       *bool                `url:"verified,omitempty"`
	VerifiedAt     SearchDate           `url:"verified_at,omitempty"`
}

func (RecipientFilters) scope() SearchScope { return SearchScopeRecipient }

// EncodeValues writes the filters as filters[name]=value.
func (f RecipientFilters) EncodeValues(key string, v *url.Values) error {
	return encodeFilters(f, key, v)
}

// RefundFilters limit a search of refunds. A field that is not set has no effect.
type RefundFilters struct {
	Amount                  SearchAmount `url:"amount,omitempty"`
	CardFirstDigits         string       `url:"card_first_digits,omitempty"`
	CardLastDigits          string       `url:"card_last_digits,omitempty"`
	ChargeID                string       `url:"charge_id,omitempty"`
	Created                 SearchDate   `url:"created,omitempty"`
	Status                  RefundStatus `url:"status,omitempty"`
	Voided                  *bool        `url:"voided,omitempty"`
	AcquirerReferenceNumber string       `url:"acquirer_reference_number,omitempty"`
}

func (RefundFilters) scope() SearchScope { return SearchScopeRefund }

// EncodeValues writes the filters as filters[name]=value.
func (f RefundFilters) EncodeValues(key string, v *url.Values) error { return encodeFilters(f, key, v) }

// SubMerchantFilters limit a search of sub-merchants. A field that is not set has no
// effect.
type SubMerchantFilters struct {
	AgreementAccepted  string            `url:"agreement_accepted,omitempty"`
	Created            SearchDate        `url:"created,omitempty"`
	LiveActivated      *bool             `url:"live_activated,omitempty"` // has a live account
	OwnerUID           string            `url:"owner_uid,omitempty"`      // id of the user who owns it
	RegistrationStatus LiveAccountStatus `url:"registration_status,omitempty"`
}

func (SubMerchantFilters) scope() SearchScope { return SearchScopeSubMerchant }

// EncodeValues writes the filters as filters[name]=value.
func (f SubMerchantFilters) EncodeValues(key string, v *url.Values) error {
	return encodeFilters(f, key, v)
}

// TransferFilters limit a search of transfers. A field that is not set has no effect.
type TransferFilters struct {
	Amount   SearchAmount `url:"amount,omitempty"`
	Created  SearchDate   `url:"created,omitempty"`
	Currency Currency     `url:"currency,omitempty"`
	Deleted  *bool        `url:"deleted,omitempty"`
	Fee      SearchAmount `url:"fee,omitempty"`
	Paid     *bool        `url:"paid,omitempty"`
	PaidAt   SearchDate   `url:"paid_at,omitempty"`
	Sent     *bool        `url:"sent,omitempty"`
	SentAt   SearchDate   `url:"sent_at,omitempty"`
}

func (TransferFilters) scope() SearchScope { return SearchScopeTransfer }

// EncodeValues writes the filters as filters[name]=value.
func (f TransferFilters) EncodeValues(key string, v *url.Values) error {
	return encodeFilters(f, key, v)
}

// TransferScheduleFilters limit a search of transfer schedules. A field that is not set
// has no effect.
type TransferScheduleFilters struct {
	Status  ScheduleStatus `url:"status,omitempty"`
	Active  *bool          `url:"active,omitempty"`
	Created SearchDate     `url:"created,omitempty"`
}

func (TransferScheduleFilters) scope() SearchScope { return SearchScopeTransferSchedule }

// EncodeValues writes the filters as filters[name]=value.
func (f TransferScheduleFilters) EncodeValues(key string, v *url.Values) error {
	return encodeFilters(f, key, v)
}

// AuditFilters limit a search of the audit log. A field that is not set has no effect.
type AuditFilters struct {
	hidden
	Created       SearchDate     `url:"created,omitempty"`
	ActorEmail    []string       `url:"actor_email,omitempty,brackets"`
	ActorType     AuditActorType `url:"actor_type,omitempty"`
	AuditableType AuditableType  `url:"auditable_type,omitempty"`
	AuditableUID  string         `url:"auditable_uid,omitempty"` // id of what was acted on
	Verb          AuditVerb      `url:"verb,omitempty"`
}

func (AuditFilters) scope() SearchScope { return SearchScopeAudit }

// EncodeValues writes the filters as filters[name]=value.
func (f AuditFilters) EncodeValues(key string, v *url.Values) error { return encodeFilters(f, key, v) }
