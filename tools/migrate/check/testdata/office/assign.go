// Package office has uses of omise-go 1.7.2 that programs have beside those of package shop.
package office

import "github.com/omise/omise-go"

func currencies(charge *omise.Charge, code string) string {
	charge.Currency = "thb"
	charge.Currency = code
	return charge.Currency
}
