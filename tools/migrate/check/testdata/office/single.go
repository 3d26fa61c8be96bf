package office

import "github.com/omise/omise-go"
import "github.com/omise/omise-go/operations"

func reverse(client *omise.Client, charge *omise.Charge) error {
	return client.Do(charge, &operations.ReverseCharge{ChargeID: charge.ID})
}
