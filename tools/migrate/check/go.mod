module github.com/omisekit/omise-go/tools/migrate/check

go 1.26

require (
	github.com/omise/omise-go v1.7.2
	github.com/omisekit/omise-go v0.0.0
	github.com/omisekit/omise-go/tools/migrate v0.0.0
	golang.org/x/tools v0.40.0
)

require (
	github.com/google/go-querystring v1.2.0 // indirect
	golang.org/x/mod v0.31.0 // indirect
	golang.org/x/sync v0.19.0 // indirect
)

replace (
	github.com/omisekit/omise-go => ../../..
	github.com/omisekit/omise-go/tools/migrate => ..
)
