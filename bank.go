package omise

// BankCode is the short name of a bank. In Japan it is a number. Any string is
// accepted: the capability of the account lists the banks that it can use.
//
// See https://docs.omise.co/capability-api.
type BankCode string

// Banks of recipients in Thailand.
const (
	BankCodeTest  BankCode = "test"  // of test accounts
	BankCodeBAAC  BankCode = "baac"  // Bank for Agriculture and Agricultural Cooperatives
	BankCodeBAY   BankCode = "bay"   // Bank of Ayudhya (Krungsri)
	BankCodeBBL   BankCode = "bbl"   // Bangkok Bank
	BankCodeBNP   BankCode = "bnp"   // BNP Paribas
	BankCodeBOA   BankCode = "boa"   // Bank of America
	BankCodeCACIB BankCode = "cacib" // Crédit Agricole
	BankCodeCIMB  BankCode = "cimb"  // CIMB, also in Malaysia
	BankCodeCiti  BankCode = "citi"  // Citibank
	BankCodeDB    BankCode = "db"    // Deutsche Bank
	BankCodeGHB   BankCode = "ghb"   // Government Housing Bank
	BankCodeGSB   BankCode = "gsb"   // Government Savings Bank
	BankCodeHSBC  BankCode = "hsbc"  // HSBC, also in Malaysia
	BankCodeIBank BankCode = "ibank" // Islamic Bank of Thailand
	BankCodeICBC  BankCode = "icbc"  // ICBC
	BankCodeJPM   BankCode = "jpm"   // J.P. Morgan
	BankCodeKBank BankCode = "kbank" // Kasikornbank
	BankCodeKK    BankCode = "kk"    // Kiatnakin Phatra
	BankCodeKTB   BankCode = "ktb"   // Krungthai Bank
	BankCodeLHB   BankCode = "lhb"   // Land and Houses Bank
	BankCodeMB    BankCode = "mb"    // Mizuho Bank
	BankCodeMega  BankCode = "mega"  // Mega International Commercial Bank
	BankCodeMUFG  BankCode = "mufg"  // MUFG Bank
	BankCodeRBS   BankCode = "rbs"   // Royal Bank of Scotland
	BankCodeSC    BankCode = "sc"    // Standard Chartered, also in Malaysia
	BankCodeSCB   BankCode = "scb"   // Siam Commercial Bank
	BankCodeSMBC  BankCode = "smbc"  // Sumitomo Mitsui
	BankCodeTCRB  BankCode = "tcrb"  // Thai Credit
	BankCodeTisco BankCode = "tisco" // Tisco Bank
	BankCodeTTB   BankCode = "ttb"   // TMBThanachart
	BankCodeUOB   BankCode = "uob"   // United Overseas Bank, also in Malaysia

	BankCodeTMB   BankCode = "tmb"   // now ttb
	BankCodeTBank BankCode = "tbank" // now ttb
)

// Banks of payers in Malaysia, for the sources fpx and duitnow_obw.
const (
	BankCodeAffin     BankCode = "affin"     // Affin Bank
	BankCodeAgro      BankCode = "agro"      // Agrobank
	BankCodeAlliance  BankCode = "alliance"  // Alliance Bank
	BankCodeAmBank    BankCode = "ambank"    // AmBank
	BankCodeBOCM      BankCode = "bocm"      // Bank of China (Malaysia), fpx only
	BankCodeBSN       BankCode = "bsn"       // Bank Simpanan Nasional
	BankCodeHongLeong BankCode = "hongleong" // Hong Leong Bank
	BankCodeIslam     BankCode = "islam"     // Bank Islam
	BankCodeKFH       BankCode = "kfh"       // Kuwait Finance House
	BankCodeMaybank2E BankCode = "maybank2e" // Maybank for companies, fpx only
	BankCodeMaybank2U BankCode = "maybank2u" // Maybank
	BankCodeMuamalat  BankCode = "muamalat"  // Bank Muamalat
	BankCodeOCBC      BankCode = "ocbc"      // OCBC Bank
	BankCodePublic    BankCode = "public"    // Public Bank
	BankCodeRakyat    BankCode = "rakyat"    // Bank Rakyat
	BankCodeRHB       BankCode = "rhb"       // RHB Bank
)
