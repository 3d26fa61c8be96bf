package office

import (
	omisego "github.com/omise/omise-go"
	"github.com/omise/omise-go/operations"
)

func pay(secret, currency string) (*omisego.ChargeList, error) {
	client, err := omisego.NewClient("", secret)
	if err != nil {
		return nil, err
	}
	charge := &omisego.Charge{}
	if err := client.Do(charge, &operations.CreateCharge{Amount: 1000, Currency: currency, DontCapture: true}); err != nil {
		return nil, err
	}
	charges := &omisego.ChargeList{}
	return charges, client.DoWithKeys(charges, "", secret, &operations.ListCharges{List: operations.List{Limit: 100}})
}
