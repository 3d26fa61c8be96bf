// Command stripego gets a charge with stripe-go.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/stripe/stripe-go/v85"
)

func main() {
	client := stripe.NewClient(os.Getenv("STRIPE_KEY"))
	charge, err := client.V1Charges.Retrieve(context.Background(), os.Args[1], nil)
	fmt.Println(charge, err)
}
