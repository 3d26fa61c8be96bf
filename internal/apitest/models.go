package apitest

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/reference"
)

// Models has the model of each object of the reference, by the reference's name
// for it.
var Models = map[string]reflect.Type{
	"account":             reflect.TypeFor[omise.Account](),
	"address":             reflect.TypeFor[omise.SourceAddress](),
	"api_version":         reflect.TypeFor[omise.APIVersionInfo](),
	"audit":               reflect.TypeFor[omise.Audit](),
	"balance":             reflect.TypeFor[omise.Balance](),
	"bank_account":        reflect.TypeFor[omise.BankAccount](),
	"barcode":             reflect.TypeFor[omise.Barcode](),
	"batch_recurring":     reflect.TypeFor[omise.BatchRecurring](),
	"bulk":                reflect.TypeFor[omise.Bulk](),
	"capability":          reflect.TypeFor[omise.Capability](),
	"capability_limits":   reflect.TypeFor[omise.CapabilityLimits](),
	"card":                reflect.TypeFor[omise.Card](),
	"chain":               reflect.TypeFor[omise.Chain](),
	"charge":              reflect.TypeFor[omise.Charge](),
	"consent":             reflect.TypeFor[omise.Consent](),
	"customer":            reflect.TypeFor[omise.Customer](),
	"dispute":             reflect.TypeFor[omise.Dispute](),
	"document":            reflect.TypeFor[omise.Document](),
	"document_qr":         reflect.TypeFor[omise.Document](), // a second shape
	"event":               reflect.TypeFor[omise.Event](),
	"export":              reflect.TypeFor[omise.Export](),
	"forex":               reflect.TypeFor[omise.Forex](),
	"item":                reflect.TypeFor[omise.SourceItem](),
	"link":                reflect.TypeFor[omise.Link](),
	"linked_account":      reflect.TypeFor[omise.LinkedAccount](),
	"links_plus_link":     reflect.TypeFor[omise.LinksPlusLink](),
	"links_plus_template": reflect.TypeFor[omise.LinksPlusTemplate](),
	"list":                reflect.TypeFor[omise.List[omise.Charge]](),
	"mfa_confirmation":    reflect.TypeFor[omise.MFAConfirmation](),
	"occurrence":          reflect.TypeFor[omise.Occurrence](),
	"payment_method":      reflect.TypeFor[omise.PaymentMethod](),
	"payment_method_bank": reflect.TypeFor[omise.PaymentMethodBank](),
	"platform_fee":        reflect.TypeFor[omise.PlatformFee](),
	"provider_references": reflect.TypeFor[omise.SourceProviderReferences](),
	"qr_settings":         reflect.TypeFor[omise.QRSettings](),
	"receipt":             reflect.TypeFor[omise.Receipt](),
	"recipient":           reflect.TypeFor[omise.Recipient](),
	"references":          reflect.TypeFor[omise.SourceReferences](),
	"refund":              reflect.TypeFor[omise.Refund](),
	"routing_group_rule":  reflect.TypeFor[omise.RoutingGroupRule](),
	"schedule":            reflect.TypeFor[omise.Schedule](),
	"schedule_on":         reflect.TypeFor[omise.ScheduleOn](),
	"scheduled_charge":    reflect.TypeFor[omise.ScheduledCharge](),
	"scheduled_transfer":  reflect.TypeFor[omise.ScheduledTransfer](),
	"search":              reflect.TypeFor[omise.SearchResult[omise.Charge]](),
	"source":              reflect.TypeFor[omise.Source](),
	"sub_merchant":        reflect.TypeFor[omise.SubMerchant](),
	"system_info":         reflect.TypeFor[omise.SystemInfo](),
	"token":               reflect.TypeFor[omise.Token](),
	"transaction":         reflect.TypeFor[omise.Transaction](),
	"transaction_fees":    reflect.TypeFor[omise.TransactionFees](),
	"transfer":            reflect.TypeFor[omise.Transfer](),
	"transfer_config":     reflect.TypeFor[omise.TransferConfig](),
	"webhook_delivery":    reflect.TypeFor[omise.WebhookDelivery](),
	"webhook_secret":      reflect.TypeFor[omise.WebhookSecret](),
}

// NotModelled has the objects of the reference that no endpoint returns and no
// other object holds.
var NotModelled = []string{"tokenization_certificate"}

// Modelled returns the objects of the reference that have a model.
func Modelled() map[string][]reference.Attribute {
	objects := maps.Clone(reference.Read().Objects)
	maps.DeleteFunc(objects, func(name string, _ []reference.Attribute) bool { return slices.Contains(NotModelled, name) })
	return objects
}

// RecordOf returns the type of the records of a list or a search, nil for any other
// model.
func RecordOf(model reflect.Type) reflect.Type {
	if model.Kind() != reflect.Struct || !strings.Contains(model.Name(), "[") {
		return nil
	}
	if data, ok := model.FieldByName("Data"); ok {
		return data.Type.Elem().Elem()
	}
	return nil
}

// FieldsOf returns the fields of a model by their names in JSON.
func FieldsOf(model reflect.Type) map[string]reflect.StructField {
	fields := map[string]reflect.StructField{}
	for field := range model.Fields() {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
			fields[name] = field
		}
	}
	return fields
}
