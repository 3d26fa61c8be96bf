package main

import (
	"net/http/httptest"
	"testing"

	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/internal/mock"
)

// The fake is used in place of the API. Its description differs from the SDK in one point of
// each kind.
func TestOneDifferenceOfEachKindIsPrinted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(doc object)
		want   string
	}{
		"endpoint": {
			func(doc object) { doc["paths"].(object)["/tips"] = object{"get": object{}} },
			"New in the API, missing in the SDK:\n  endpoint    GET /tips\n\n1 differences\n",
		},
		"parameter": {
			func(doc object) {
				doc["paths"].(object)["/balance"].(object)["get"] = object{"parameters": []any{object{"name": "at", "in": "query"}}}
			},
			"New in the API, missing in the SDK:\n  parameter   GET /balance at\n\n1 differences\n",
		},
		"attribute": {
			func(doc object) { attributes(doc, "charge")["tip"] = object{"type": "integer"} },
			"New in the API, missing in the SDK:\n  attribute   charge.tip\n\n1 differences\n",
		},
		"enum value": {
			func(doc object) {
				status := attributes(doc, "refund")["status"].(object)
				status["enum"] = append(status["enum"].([]any), "tipped")
			},
			"New in the API, missing in the SDK:\n  enum value  refund.status tipped\n\n1 differences\n",
		},
		"type": {
			func(doc object) { attributes(doc, "charge")["amount"].(object)["type"] = "string" },
			"New in the API, missing in the SDK:\n  type        charge.amount string\n\n" +
				"In the SDK, not in the API's description:\n  type        charge.amount integer\n\n2 differences\n",
		},
		"null": {
			func(doc object) { attributes(doc, "charge")["amount"].(object)["nullable"] = true },
			"New in the API, missing in the SDK:\n  null        charge.amount can be null\n\n" +
				"In the SDK, not in the API's description:\n  null        charge.amount is never null\n\n2 differences\n",
		},
		"null, as OpenAPI 3.1 has it": {
			func(doc object) {
				doc["openapi"] = "3.1.0"
				attributes(doc, "charge")["amount"] = object{"type": []any{"integer", "null"}}
			},
			"New in the API, missing in the SDK:\n  null        charge.amount can be null\n\n" +
				"In the SDK, not in the API's description:\n  null        charge.amount is never null\n\n2 differences\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := openAPI(t)
			test.change(doc)
			host, err := mock.New(mock.Options{})
			if err != nil {
				t.Fatal(err)
			}
			err = host.First().Fake().Fault(fake.Rule{
				Operation: "GET /schema", Effect: fake.Answer, Status: 200, ContentType: "application/json", Body: encoded(t, doc),
			})
			if err != nil {
				t.Fatal(err)
			}
			port := httptest.NewServer(host)
			defer port.Close()
			if out, _ := printed(t, "", port.URL, host.First().Fake().SecretKey()); out != test.want {
				t.Errorf("got\n%s\nwant\n%s", out, test.want)
			}
		})
	}
}
