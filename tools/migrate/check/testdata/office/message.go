package office

import "github.com/omise/omise-go"

func describe(charge *omise.Charge, page *omise.ChargeList) (any, any, any) {
	return charge.Metadata["order"],
		charge.SourceOfFund,
		page.Base
}
