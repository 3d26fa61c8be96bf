package omise

// SourceType is a way to pay. The API often adds types; any string is accepted. The
// comment at each constant lists the countries that offer the type and what the source
// needs beside its amount and currency, as far as that is published.
//
// See https://docs.omise.co/sources-api.
type SourceType string

// Wallets and pay-later services, mostly on their own page or in their own app.
const (
	SourceTypeAlipay           SourceType = "alipay"    // TH
	SourceTypeAlipayCN         SourceType = "alipay_cn" // TH, SG; takes PlatformType
	SourceTypeAlipayHK         SourceType = "alipay_hk" // TH, SG; takes PlatformType
	SourceTypeAtome            SourceType = "atome"     // TH, SG, MY; needs PhoneNumber, Shipping and Items
	SourceTypeBKash            SourceType = "bkash"
	SourceTypeBoost            SourceType = "boost" // MY
	SourceTypeDANA             SourceType = "dana"  // SG; takes PlatformType
	SourceTypeEasyPaisa        SourceType = "easypaisa"
	SourceTypeGCash            SourceType = "gcash"             // SG, MY; takes PlatformType
	SourceTypeGrabPay          SourceType = "grabpay"           // SG, MY, TH
	SourceTypeKakaoPay         SourceType = "kakaopay"          // TH, SG; takes PlatformType
	SourceTypePayPay           SourceType = "paypay"            // JP
	SourceTypeRabbitLinePay    SourceType = "rabbit_linepay"    // TH
	SourceTypeShopeePay        SourceType = "shopeepay"         // TH, SG, MY
	SourceTypeShopeePayJumpApp SourceType = "shopeepay_jumpapp" // TH, SG, MY; takes PlatformType
	SourceTypeTouchNGo         SourceType = "touch_n_go"        // MY, SG, TH; takes PlatformType
	SourceTypeTrueMoney        SourceType = "truemoney"         // TH; needs PhoneNumber
	SourceTypeTrueMoneyJumpApp SourceType = "truemoney_jumpapp" // TH; takes PlatformType
	SourceTypeWeChatPay        SourceType = "wechat_pay"        // TH; takes IP
)

// Codes that the payer scans or shows, and payments at a counter.
const (
	SourceTypeAlipayPlusMPM SourceType = "alipayplus_mpm" // TH, SG, MY
	SourceTypeAlipayPlusUPM SourceType = "alipayplus_upm" // TH, SG, MY; needs Barcode
	SourceTypeAtomeQR       SourceType = "atome_qr"       // TH
	SourceTypeDuitNowQR     SourceType = "duitnow_qr"     // MY
	SourceTypeEContext      SourceType = "econtext"       // JP; needs Name, Email and PhoneNumber
	SourceTypeMaybankQR     SourceType = "maybank_qr"     // MY
	SourceTypePayNow        SourceType = "paynow"         // SG
	SourceTypePromptPay     SourceType = "promptpay"      // TH
	SourceTypeQRCodeUPI     SourceType = "qr_code_upi"    // TH
	SourceTypeTrueMoneyQR   SourceType = "truemoney_qr"   // TH
	SourceTypeWeChatPayMPM  SourceType = "wechat_pay_mpm" // TH
	SourceTypeWeChatPayUPM  SourceType = "wechat_pay_upm" // TH; needs Barcode
)

// The payer's bank, on its page or in its app.
const (
	SourceTypeDuitNowOBW         SourceType = "duitnow_obw"          // MY; needs Bank
	SourceTypeFPX                SourceType = "fpx"                  // MY; needs Bank
	SourceTypeInternetBankingBAY SourceType = "internet_banking_bay" // TH
	SourceTypeInternetBankingBBL SourceType = "internet_banking_bbl" // TH
	SourceTypeMobileBankingOCBC  SourceType = "mobile_banking_ocbc"  // SG; takes PlatformType
	SourceTypeMobileBankingSCB   SourceType = "mobile_banking_scb"   // TH; takes PlatformType
	SourceTypeMobileBankingKBank SourceType = "mobile_banking_kbank" // TH; takes PlatformType
	SourceTypeMobileBankingBBL   SourceType = "mobile_banking_bbl"   // TH; takes PlatformType
	SourceTypeMobileBankingBAY   SourceType = "mobile_banking_bay"   // TH; takes PlatformType
	SourceTypeMobileBankingKTB   SourceType = "mobile_banking_ktb"   // TH; takes PlatformType
)

// Installments on a card. The WLB types run on the merchant's own page and are charged
// together with a card token.
const (
	SourceTypeInstallmentBAY                 SourceType = "installment_bay"                   // TH; needs InstallmentTerm
	SourceTypeInstallmentBBL                 SourceType = "installment_bbl"                   // TH; needs InstallmentTerm
	SourceTypeInstallmentFirstChoice         SourceType = "installment_first_choice"          // TH; needs InstallmentTerm
	SourceTypeInstallmentKBank               SourceType = "installment_kbank"                 // TH; needs InstallmentTerm
	SourceTypeInstallmentKTC                 SourceType = "installment_ktc"                   // TH; needs InstallmentTerm
	SourceTypeInstallmentMBB                 SourceType = "installment_mbb"                   // MY; needs InstallmentTerm
	SourceTypeInstallmentPayNextExtraJumpApp SourceType = "installment_paynext_extra_jumpapp" // TH; needs InstallmentTerm
	SourceTypeInstallmentPayNextExtraQR      SourceType = "installment_paynext_extra_qr"      // TH; needs InstallmentTerm
	SourceTypeInstallmentSCB                 SourceType = "installment_scb"                   // TH; needs InstallmentTerm
	SourceTypeInstallmentTTB                 SourceType = "installment_ttb"                   // TH; needs InstallmentTerm
	SourceTypeInstallmentUOB                 SourceType = "installment_uob"                   // TH; needs InstallmentTerm
	SourceTypeInstallmentWLBBAY              SourceType = "installment_wlb_bay"               // TH; needs InstallmentTerm
	SourceTypeInstallmentWLBBBL              SourceType = "installment_wlb_bbl"               // TH; needs InstallmentTerm
	SourceTypeInstallmentWLBFirstChoice      SourceType = "installment_wlb_first_choice"      // TH; needs InstallmentTerm
	SourceTypeInstallmentWLBKBank            SourceType = "installment_wlb_kbank"             // TH; needs InstallmentTerm
	SourceTypeInstallmentWLBKTC              SourceType = "installment_wlb_ktc"               // TH; needs InstallmentTerm
	SourceTypeInstallmentWLBSCB              SourceType = "installment_wlb_scb"               // TH; needs InstallmentTerm
	SourceTypeInstallmentWLBTTB              SourceType = "installment_wlb_ttb"               // TH; needs InstallmentTerm
	SourceTypeInstallmentWLBUOB              SourceType = "installment_wlb_uob"               // TH; needs InstallmentTerm
)

// Types that are not offered to new accounts any more.
const (
	SourceTypeBarcodeAlipay         SourceType = "barcode_alipay"           // TH; needs Barcode
	SourceTypeBarcodeWeChat         SourceType = "barcode_wechat"           // TH
	SourceTypeBillPaymentTescoLotus SourceType = "bill_payment_tesco_lotus" // TH
	SourceTypeInternetBankingKTB    SourceType = "internet_banking_ktb"     // TH
	SourceTypeInternetBankingSCB    SourceType = "internet_banking_scb"     // TH
	SourceTypeMobileBankingOCBCPAO  SourceType = "mobile_banking_ocbc_pao"  // SG
	SourceTypePointsCiti            SourceType = "points_citi"              // TH
	SourceTypeInstallmentCiti       SourceType = "installment_citi"         // TH
	SourceTypeVirtualAccount        SourceType = "virtual_account"
)

// SourceFlow says what the payer has to do next. The API may add values.
type SourceFlow string

// The flows of sources.
const (
	SourceFlowRedirect    SourceFlow = "redirect"     // go to the charge's AuthorizeURI
	SourceFlowAppRedirect SourceFlow = "app_redirect" // open an app by the charge's AuthorizeURI
	SourceFlowOffline     SourceFlow = "offline"      // scan or show a code, or pay at a counter
)

// PlatformType is the platform of the payer's device.
type PlatformType string

// The platforms of payers.
const (
	PlatformTypeWeb     PlatformType = "WEB"
	PlatformTypeIOS     PlatformType = "IOS"
	PlatformTypeAndroid PlatformType = "ANDROID"
)

// AbsorptionType says who pays the interest of an installment plan.
type AbsorptionType string

// Who may pay the interest.
const (
	AbsorptionTypeCustomer AbsorptionType = "customer"
	AbsorptionTypeMerchant AbsorptionType = "merchant"
)
