package fake

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
)

// A Reach says to which addresses webhooks over the network may go. A call can name an
// address. Without a limit, a client with a test key could reach addresses that only
// this machine can reach.
type Reach int

const (
	// ReachLocal is every address except link-local addresses and addresses where
	// clouds offer credentials.
	ReachLocal Reach = iota
	// ReachPublic is the public addresses. The host of Hooks.URI is allowed as in
	// ReachLocal.
	ReachPublic
	// ReachAll is every address.
	ReachAll
)

var (
	errLinkLocal = errors.New("webhooks do not go to link-local addresses or to those of cloud credentials")
	errNotPublic = errors.New("webhooks named by calls go to public addresses only")
)

// credentials are addresses where machines in a cloud get their credentials and that
// are not link-local.
var credentials = []netip.Addr{
	netip.MustParseAddr("fd00:ec2::254"),   // Amazon
	netip.MustParseAddr("fd20:ce::254"),    // Google
	netip.MustParseAddr("100.100.100.200"), // Alibaba
	netip.MustParseAddr("192.0.0.192"),     // Oracle
}

// check returns an error if webhooks may not go to an address.
func (r Reach) check(address netip.Addr) error {
	address = address.Unmap().WithZone("")
	if v4, ok := embedded(address); ok {
		address = v4
	}
	switch {
	case r == ReachAll:
		return nil
	case address.IsLinkLocalUnicast(), address.IsMulticast():
		return errLinkLocal
	}
	for _, other := range credentials {
		if address == other {
			return errLinkLocal
		}
	}
	if r == ReachPublic && !isPublic(address) {
		return errNotPublic
	}
	return nil
}

// shared are the addresses that providers use within their networks.
var shared = netip.MustParsePrefix("100.64.0.0/10")

func isPublic(address netip.Addr) bool {
	return address.IsGlobalUnicast() && !address.IsPrivate() && !shared.Contains(address)
}

// nat64 is the prefix of IPv6 addresses that stand for IPv4 addresses.
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

func embedded(address netip.Addr) (v4 netip.Addr, ok bool) {
	if !nat64.Contains(address) {
		return address, false
	}
	bytes := address.As16()
	return netip.AddrFrom4([4]byte(bytes[12:])), true
}

// webhookTransport returns a transport that connects only within reach. It checks the
// address after the name is resolved, so that a name cannot hide an address. It uses no
// proxy, because a proxy would connect in its place.
func webhookTransport(uri string, reach Reach) *http.Transport {
	configured := ""
	if u, err := url.Parse(uri); err == nil {
		configured = u.Hostname()
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil
	transport.DisableKeepAlives = true // many worlds would keep many connections
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		reach := reach
		if host, _, err := net.SplitHostPort(address); err == nil && host == configured && reach == ReachPublic {
			reach = ReachLocal
		}
		dialer := net.Dialer{Control: func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil {
				return err
			}
			return reach.check(to.Addr())
		}}
		return dialer.DialContext(ctx, network, address)
	}
	return transport
}
