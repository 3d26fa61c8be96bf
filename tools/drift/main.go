// Command drift compares the API's own description, an OpenAPI document, with the reference
// of this SDK.
//
//	go -C tools run ./drift -schema openapi.json
//	OMISE_SECRET_KEY=skey_test_... go -C tools run ./drift
//
// The second form reads the document from the API, or from the address in -api. drift prints
// the endpoints, parameters, attributes and enum values that one side lacks, and the
// attributes that have another type or can be null on one side only. It exits with 1 if there
// are differences, and with 2 if it could not compare.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/omisekit/omise-go"
)

func main() {
	schema := flag.String("schema", "", "OpenAPI document (JSON); without it the document is read from the API, with OMISE_SECRET_KEY")
	api := flag.String("api", "https://api.omise.co", "address of the API")
	flag.Parse()
	var differences int
	document, err := load(*schema, *api, os.Getenv("OMISE_SECRET_KEY"))
	if err == nil {
		differences, err = run(document, os.Stdout)
	}
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "drift:", err)
		os.Exit(2)
	case differences > 0:
		os.Exit(1)
	}
}

// run prints the differences and counts them.
func run(document []byte, out io.Writer) (int, error) {
	api, err := parseOpenAPI(document)
	if err != nil {
		return 0, err
	}
	report := compare(api, sdkSurface())
	report.print(out)
	return len(report), nil
}

// load returns the document in a file or, without a file, the document of the API.
func load(path, api, key string) ([]byte, error) {
	if path != "" {
		return os.ReadFile(path)
	}
	if key == "" {
		return nil, fmt.Errorf("give -schema FILE, or set OMISE_SECRET_KEY to ask the API")
	}
	client, err := omise.NewClient(key, omise.WithBaseURL(api))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return client.System.GetSchema(ctx, nil)
}
