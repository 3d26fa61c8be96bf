module github.com/omisekit/omise-go/tools

go 1.26

require (
	github.com/omisekit/omise-go v0.0.0
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/google/go-querystring v1.2.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)

replace github.com/omisekit/omise-go => ../
