// Command omisego gets a charge with omise-go.
package main

import (
	"fmt"
	"os"

	"github.com/omise/omise-go"
	"github.com/omise/omise-go/operations"
)

func main() {
	client, err := omise.NewClient("", os.Getenv("OMISE_SECRET_KEY"))
	if err != nil {
		panic(err)
	}
	charge := new(omise.Charge)
	err = client.Do(charge, &operations.RetrieveCharge{ChargeID: os.Args[1]})
	fmt.Println(charge, err)
}
