module github.com/omisekit/omise-go/tools/compat

go 1.26

require github.com/omise/omise-go v1.7.2
