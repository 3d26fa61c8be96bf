package office

import (
	"net/http"
	"time"

	"github.com/omise/omise-go"
)

type gateway struct{ *omise.Client }

func newGateway(client *omise.Client) *gateway {
	client.Timeout = 20 * time.Second
	g := &gateway{client}
	g.Transport = http.DefaultTransport
	defer g.CloseIdleConnections()
	return g
}

func bases(charge *omise.Charge, page *omise.ChargeList) (string, bool) {
	base := charge.Base
	return charge.Base.ID + base.ID + page.Base.Object, charge.Base.Live
}
