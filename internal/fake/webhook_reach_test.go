package fake

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWebhooksDoNotGoToAddressesOfCredentials(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%eth0", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
		"fd00:ec2::254", "100.100.100.200", "224.0.0.1",
	} {
		ip := netip.MustParseAddr(address)
		require.ErrorIs(t, ReachLocal.check(ip), errLinkLocal, address)
		require.ErrorIs(t, ReachPublic.check(ip), errLinkLocal, address)
		require.NoError(t, ReachAll.check(ip), address)
	}
}

func TestWebhooksNamedByCallsGoToPublicAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1", "::1", "10.0.0.1", "172.17.0.2", "192.168.1.1", "fd12::1", "0.0.0.0", "100.64.0.1"} {
		ip := netip.MustParseAddr(address)
		require.ErrorIs(t, ReachPublic.check(ip), errNotPublic, address)
		require.NoError(t, ReachLocal.check(ip), address)
	}
	for _, address := range []string{"8.8.8.8", "2001:4860:4860::8888"} {
		require.NoError(t, ReachPublic.check(netip.MustParseAddr(address)), address)
	}
}

// TestACallReachesOnlyWhatWebhooksMay has a receiver on this machine that a call names.
// Every client with a test key can make such a call.
func TestACallReachesOnlyWhatWebhooksMay(t *testing.T) {
	t.Parallel()
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer receiver.Close()
	named := strings.Replace(receiver.URL, "127.0.0.1", "localhost", 1)
	for reach, arrives := range map[Reach]bool{ReachPublic: false, ReachLocal: true} {
		w := newWorld(t, Options{})
		hooks, err := OverHTTP(receiver.URL, reach)
		require.NoError(t, err)
		w.Listen(hooks)
		w.post("/customers", nil)
		require.True(t, w.Deliveries()[0].Arrived(), "the configured host")
		w.patch("/account", object{"webhook_uri": named})
		w.post("/customers", nil)
		last := w.Deliveries()[len(w.Deliveries())-1]
		require.Equal(t, arrives, last.Arrived(), last.Error)
		require.Equal(t, !arrives, strings.Contains(last.Error, errNotPublic.Error()))
	}
}
