package omisetest_test

import (
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

// threeDS makes a charge that waits for the payer.
func threeDS(t *testing.T, client *omise.Client) *omise.Charge {
	t.Helper()
	return charge(t, client, func(p *omise.ChargeCreateParams) { p.ReturnURI = "https://shop.example.com/back" })
}

// approve presses the button on the page of a charge and returns the address of the
// redirect.
func approve(t *testing.T, client http.Client, c *omise.Charge) string {
	t.Helper()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.PostForm(c.AuthorizeURI, url.Values{"answer": {"yes"}})
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.Header.Get("Location")
}

func TestThePayersPageInMemory(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t, omisetest.WithThreeDSecure())
	waiting := threeDS(t, srv.Client())
	require.Equal(t, waiting.ReturnURI, approve(t, *srv.HTTPClient(), waiting))
	srv.AssertCharged(1)
}

func TestThePayersPageOnAPort(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t, omisetest.WithThreeDSecure())
	early := threeDS(t, srv.Client())
	require.Contains(t, early.AuthorizeURI, "https://api.omise.co/")
	base := srv.URL()
	late, err := srv.Client().Charges.Get(t.Context(), early.ID)
	require.NoError(t, err)
	require.Contains(t, late.AuthorizeURI, base+"/")
	require.Equal(t, late.ReturnURI, approve(t, http.Client{}, late))
	srv.AssertCharged(1)
}

func TestTheDashboardOfAServer(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t)
	id := srv.SeedPaidCharges(1)[0]
	resp, err := http.Get(srv.URL() + "/_dashboard/" + srv.PublicKey() + "/")
	require.NoError(t, err)
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Contains(t, string(page), id)
}
