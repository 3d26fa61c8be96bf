package omise_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/webhook"
)

// The texts in the specimens. They have only letters that no encoding changes.
const (
	secretCanary = "SecretCanaryXq7"
	personCanary = "PersonCanaryXq7"
)

// A placed is a specimen at a place inside another value.
type placed struct {
	place     string
	reachable bool // Go can call the methods of the specimen there
	value     any
}

// A specimen is a value that holds a secret or personal data, at every place.
type specimen struct {
	name   string
	places []placed
}

type (
	field[T any]    struct{ Value T }
	behind[T any]   struct{ value T } // behind an unexported field
	embedded[T any] struct{ field[T] }
)

func specimenOf[T any](name string, value T) specimen {
	return specimen{name, []placed{
		{"value", true, value},
		{"pointer", true, &value},
		{"field", true, field[T]{value}},
		{"pointer to field", true, &field[T]{value}},
		{"field of any", true, field[any]{value}},
		{"slice", true, []T{value}},
		{"slice of pointers", true, []*T{&value}},
		{"array", true, [1]T{value}},
		{"map", true, map[string]T{"key": value}},
		{"map of any", true, map[string]any{"key": value}},
		{"slice of any", true, []any{value, &value}},
		{"unexported field", false, behind[T]{value}},
		{"pointer to unexported field", false, &behind[T]{value}},
		{"unexported field of any", false, behind[any]{value}},
		{"unexported pointer", false, behind[*T]{&value}},
		{"unexported slice", false, behind[[]T]{[]T{value}}},
		{"unexported map", false, behind[map[string]T]{map[string]T{"key": value}}},
		{"slice of unexported fields", false, []behind[T]{{value}}},
		{"embedded unexported struct", false, embedded[T]{field[T]{value}}},
	}}
}

// planted returns a T with a canary in each text: the secret canary in each Sensitive,
// and the person canary in the other texts if T hides itself.
func planted[T any]() T {
	var value T
	plant(reflect.ValueOf(&value).Elem(), false)
	return value
}

func plant(v reflect.Value, person bool) {
	switch v.Interface().(type) {
	case omise.Sensitive:
		v.Set(reflect.ValueOf(omise.NewSensitive(secretCanary)))
		return
	case omise.Metadata, time.Time:
		return
	}
	switch v.Kind() {
	case reflect.String:
		if person {
			v.SetString(personCanary)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		plant(v.Elem(), person)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		plant(v.Index(0), person)
	case reflect.Struct:
		_, hides := v.Type().FieldByName("hidden")
		for field, value := range v.Fields() {
			if field.IsExported() {
				plant(value, person || hides)
			}
		}
	}
}

// specimens returns a value of every type with a guarded field, and values that hold
// such a type in an unexported field.
func specimens(t *testing.T) []specimen {
	t.Helper()
	const key = "test_" + secretCanary
	client, err := omise.NewClient("skey_"+key, omise.WithPublicKey("pkey_"+key), omise.WithLinksPlusKey(key))
	require.NoError(t, err)
	echoing := apitest.Fail(errors.New("Authorization: skey_" + key))
	_, refusal := client.With(echoing.Option(), omise.WithMaxRetries(0)).Charges.Create(t.Context(), newCharge())
	failed := *failure(t, refusal)
	failed.Page = omise.NewSensitive(secretCanary)

	secret := base64.StdEncoding.EncodeToString([]byte(secretCanary + "-signing"))
	verifier, err := webhook.NewVerifier([]string{secret})
	require.NoError(t, err)
	handler := webhook.NewHandler([]string{secret}, func(context.Context, *omise.Event) error { return nil }, webhook.VerifyByFetch(client))

	return []specimen{
		specimenOf("AuditFilters", planted[omise.AuditFilters]()),
		specimenOf("BankAccountParams", planted[omise.BankAccountParams]()),
		specimenOf("CardUpdateParams", planted[omise.CardUpdateParams]()),
		specimenOf("Chain", planted[omise.Chain]()),
		specimenOf("ChainKey", omise.ChainKey{"secret": omise.NewSensitive(secretCanary)}),
		specimenOf("Client", *client),
		specimenOf("CustomerCreateParams", planted[omise.CustomerCreateParams]()),
		specimenOf("CustomerUpdateParams", planted[omise.CustomerUpdateParams]()),
		specimenOf("Error", failed),
		specimenOf("LinkedAccountCreateParams", planted[omise.LinkedAccountCreateParams]()),
		specimenOf("List of Chain", omise.List[omise.Chain]{Data: []*omise.Chain{new(planted[omise.Chain]())}}),
		specimenOf("RecipientCreateParams", planted[omise.RecipientCreateParams]()),
		specimenOf("RecipientUpdateParams", planted[omise.RecipientUpdateParams]()),
		specimenOf("Response", omise.Response{Body: []byte(personCanary), Header: http.Header{"X-Payer": {personCanary}}}),
		specimenOf("Sensitive", omise.NewSensitive(secretCanary)),
		specimenOf("SourceCreateParams", planted[omise.SourceCreateParams]()),
		specimenOf("TokenCardParams", planted[omise.TokenCardParams]()),
		specimenOf("TokenCreateParams", planted[omise.TokenCreateParams]()),
		specimenOf("TokenTokenizationParams", planted[omise.TokenTokenizationParams]()),
		specimenOf("WebhookSecret", planted[omise.WebhookSecret]()),
		specimenOf("service", client.Tokens),
		specimenOf("webhook.Verifier", *verifier),
		specimenOf("webhook.handler", handler),
	}
}

// forms are the forms in which printers write a canary.
func forms(canary string) []string {
	bytes := fmt.Sprint([]byte(canary))
	all := []string{canary, hex.EncodeToString([]byte(canary)), strings.ToUpper(hex.EncodeToString([]byte(canary))), bytes[1 : len(bytes)-1]}
	for _, before := range []string{"", "a", "aa"} {
		encoded := base64.RawStdEncoding.EncodeToString([]byte(before + canary))
		all = append(all, encoded[4:len(encoded)-2])
	}
	return all
}

func holds(text, canary string) bool {
	return slices.ContainsFunc(forms(canary), func(form string) bool { return strings.Contains(text, form) })
}

func TestNoPrinterShowsASecret(t *testing.T) {
	t.Parallel()
	all := specimens(t)
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			for _, at := range s.places {
				for _, p := range printers {
					text := p.print(at.value)
					require.False(t, holds(text, secretCanary), "%s shows the secret of a %s", p.name, at.place)
					if p.methods && at.reachable {
						require.False(t, holds(text, personCanary), "%s shows the person of a %s", p.name, at.place)
					}
				}
			}
		})
	}
	t.Logf("%d types x %d places x %d printers", len(all), len(all[0].places), len(printers))
}

// A type with a guarded field fails this test until it is among the specimens.
func TestEveryGuardedTypeIsPrinted(t *testing.T) {
	t.Parallel()
	printed := map[string]bool{"config": true} // it is part of the client
	for _, s := range specimens(t) {
		printed[s.name] = true
	}
	for _, f := range privateFields(t) {
		require.True(t, printed[f.owner] || !f.guarded, "%s has %s: add it to the specimens", f.owner, f.name)
	}
}

// This shows that the test above can find a secret: all printers show plain text, and
// most of them show personal data if they cannot call a method.
func TestPrintersShowTextThatIsNotGuarded(t *testing.T) {
	t.Parallel()
	plain := specimenOf("text", field[string]{secretCanary})
	for _, p := range printers {
		require.True(t, slices.ContainsFunc(plain.places, func(at placed) bool { return holds(p.print(at.value), secretCanary) }), p.name)
	}
}

// SECURITY.md says where personal data in params is shown.
func TestPersonalDataIsShownWhereGoCallsNoMethods(t *testing.T) {
	t.Parallel()
	params := planted[omise.TokenCardParams]()
	for _, text := range []string{
		fmt.Sprintf("%+v", behind[omise.TokenCardParams]{params}),
		printerNamed("%p").print(params), printerNamed("%w").print(params), printDiff(params),
	} {
		require.Contains(t, text, personCanary)
		require.NotContains(t, text, secretCanary)
	}
}

func printerNamed(name string) printer {
	return printers[slices.IndexFunc(printers, func(p printer) bool { return p.name == name })]
}
