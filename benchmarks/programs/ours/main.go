// Command ours gets a charge with this SDK.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/omisekit/omise-go"
)

func main() {
	client, err := omise.NewClient(os.Getenv("OMISE_SECRET_KEY"))
	if err != nil {
		panic(err)
	}
	charge, err := client.Charges.Get(context.Background(), os.Args[1])
	fmt.Println(charge, err)
}
