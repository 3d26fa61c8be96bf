module github.com/omisekit/omise-go/benchmarks

go 1.26

require (
	github.com/omise/omise-go v1.7.2
	github.com/omisekit/omise-go v0.0.0
	github.com/stripe/stripe-go/v85 v85.0.0
)

require github.com/google/go-querystring v1.2.0 // indirect

replace github.com/omisekit/omise-go => ../
