package omise

import (
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/omisekit/omise-go/internal/transport"
)

// A Client talks to the Omise API for one account. It is safe for concurrent use. It
// keeps a few facts about its calls in memory, such as the ids of recent objects and
// used idempotency keys. No printer shows its keys.
//
// Its fields are the services; the package comment lists them.
type Client struct {
	Account           *AccountService
	Balance           *BalanceService
	Capability        *CapabilityService
	Cards             *CardsService
	Chains            *ChainsService
	Charges           *ChargesService
	Consent           *ConsentService
	Customers         *CustomersService
	Disputes          *DisputesService
	Documents         *DocumentsService
	Events            *EventsService
	Forex             *ForexService
	LinkedAccounts    *LinkedAccountsService
	Links             *LinksService
	LinksPlus         *LinksPlusService
	MFAConfirmations  *MFAConfirmationsService
	Occurrences       *OccurrencesService
	Receipts          *ReceiptsService
	Recipients        *RecipientsService
	RecurringExports  *RecurringExportsService
	Refunds           *RefundsService
	RoutingGroupRules *RoutingGroupRulesService
	Schedules         *SchedulesService
	Search            *SearchService
	Sources           *SourcesService
	SubMerchants      *SubMerchantsService
	System            *SystemService
	Tokens            *TokensService
	Transactions      *TransactionsService
	Transfers         *TransfersService
	WebhookSecrets    *WebhookSecretsService

	config    config
	transport *transport.Transport
	hosts     [hostCount]*url.URL
	header    http.Header // headers of every request
	err       error       // why no request can be sent
}

// service is the common type of all services.
type service struct{ client *Client }

// NewClient returns a client for the account that secretKey belongs to.
//
// secretKey may be empty if a public key is given and the client is used only for
// tokens, sources and the capability, or if the key of Payment Links+ is given and the
// client is used only for these. NewClient returns a [*ParamError] for an invalid key,
// for a base URL that would send the key in clear text, and for any other invalid
// option. The error never shows the key.
//
// See https://docs.omise.co/api-authentication.
func NewClient(secretKey string, opts ...Option) (*Client, error) {
	cfg := defaultConfig()
	cfg.secretKey = transport.NewSecret(secretKey)
	cfg.apply(opts)
	if err := cfg.check(); err != nil {
		return nil, err
	}
	cfg.shared, cfg.budget = &shared{}, &transport.Budget{}
	return newClient(cfg, nil), nil
}

// With returns a copy of the client with other options: another account, a
// longer timeout. The copy shares the connections of c and leaves c as it is.
//
// One client must not mix the keys of two accounts. So a new secret key drops the other
// keys, unless they are given, too. If an option is invalid, every call of the copy
// returns that error before anything is sent.
func (c *Client) With(opts ...Option) *Client {
	cfg := c.config
	cfg.secretKey, cfg.publicKey, cfg.linksPlusKey = transport.Secret{}, transport.Secret{}, transport.Secret{}
	cfg.apply(opts)
	if !cfg.secretKey.IsZero() {
		cfg.shared, cfg.budget = &shared{}, &transport.Budget{}
	} else {
		cfg.secretKey = c.config.secretKey
		cfg.publicKey = cfg.publicKey.Or(c.config.publicKey)
		cfg.linksPlusKey = cfg.linksPlusKey.Or(c.config.linksPlusKey)
	}
	return newClient(cfg, cfg.check())
}

func newClient(cfg config, err error) *Client {
	c := &Client{config: cfg, err: err}
	for host, address := range [hostCount]string{hostAPI: cfg.api, hostVault: cfg.vault, hostLinksPlus: cfg.linksPlus} {
		c.hosts[host], _ = url.Parse(strings.TrimSuffix(address, "/")) // check has parsed it before
	}
	c.header = http.Header{
		"Accept":        {"application/json"},
		"Omise-Version": {cfg.apiVersion},
		"User-Agent":    {userAgent(cfg.userAgent)},
	}
	c.transport = &transport.Transport{
		HTTPClient:   cfg.httpClient,
		ReadRetries:  cfg.readRetries,
		WriteRetries: cfg.writeRetries,
		LongestWait:  cfg.maxRetryAfter,
		Budget:       cfg.budget,
		KeysHonoured: cfg.keys == KeysHonoured,
		KeysIgnored:  cfg.keys == KeysIgnored,
		Limiter:      cfg.limiter,
		Observers:    cfg.observers,
		IsAPIError:   isAPIError,
		IsRefusal:    isRefusal,
	}
	if cfg.log != nil {
		c.transport.Observers = append(slices.Clip(cfg.observers), cfg.log)
	}
	s := &service{client: c}
	c.Account = (*AccountService)(s)
	c.Balance = (*BalanceService)(s)
	c.Capability = (*CapabilityService)(s)
	c.Cards = (*CardsService)(s)
	c.Chains = (*ChainsService)(s)
	c.Charges = (*ChargesService)(s)
	c.Consent = (*ConsentService)(s)
	c.Customers = (*CustomersService)(s)
	c.Disputes = (*DisputesService)(s)
	c.Documents = (*DocumentsService)(s)
	c.Events = (*EventsService)(s)
	c.Forex = (*ForexService)(s)
	c.LinkedAccounts = (*LinkedAccountsService)(s)
	c.Links = (*LinksService)(s)
	c.LinksPlus = (*LinksPlusService)(s)
	c.MFAConfirmations = (*MFAConfirmationsService)(s)
	c.Occurrences = (*OccurrencesService)(s)
	c.Receipts = (*ReceiptsService)(s)
	c.Recipients = (*RecipientsService)(s)
	c.RecurringExports = (*RecurringExportsService)(s)
	c.Refunds = (*RefundsService)(s)
	c.RoutingGroupRules = (*RoutingGroupRulesService)(s)
	c.Schedules = (*SchedulesService)(s)
	c.Search = (*SearchService)(s)
	c.Sources = (*SourcesService)(s)
	c.SubMerchants = (*SubMerchantsService)(s)
	c.System = (*SystemService)(s)
	c.Tokens = (*TokensService)(s)
	c.Transactions = (*TransactionsService)(s)
	c.Transfers = (*TransfersService)(s)
	c.WebhookSecrets = (*WebhookSecretsService)(s)
	return c
}

// Livemode reports whether the key of the client is a live key. It makes no call.
// [Account.Livemode] is what the API says.
//
// See https://docs.omise.co/api-authentication.
func (c *Client) Livemode() bool { return c.config.livemode() }

// String returns the mode and the API version of the client.
func (c *Client) String() string {
	mode := "test"
	if c.Livemode() {
		mode = "live"
	}
	return "omise.Client(" + mode + ", " + c.config.apiVersion + ")"
}

// GoString returns String, so that %#v shows no key.
func (c *Client) GoString() string { return c.String() }

// LogValue returns String for structured loggers.
func (c *Client) LogValue() slog.Value { return slog.StringValue(c.String()) }

type host int

const (
	hostAPI host = iota
	hostVault
	hostLinksPlus
	hostCount
)
