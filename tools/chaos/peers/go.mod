module github.com/omisekit/omise-go/tools/chaos/peers

go 1.26.0

require (
	github.com/omise/omise-go v1.7.2
	github.com/omisekit/omise-go/tools v0.0.0
	github.com/stripe/stripe-go/v85 v85.0.0
)

replace (
	github.com/omisekit/omise-go => ../../../
	github.com/omisekit/omise-go/tools => ../../
)
