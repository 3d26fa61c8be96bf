package compat

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

const page = "../../docs/omise-mock.md"

// TestEveryLineOfTheDocs runs each curl line in docs/omise-mock.md. Every operation has to
// have a line.
func TestEveryLineOfTheDocs(t *testing.T) {
	shop := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer shop.Close()
	mock := start(t)
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	undocumented := operations(t, mock)
	lines := regexp.MustCompile(`(?m)^curl .*$`).FindAllString(string(text), -1)
	for _, line := range lines {
		delete(undocumented, operationOf(line))
		run(t, mock, strings.ReplaceAll(line, "http://127.0.0.1:3000/webhooks/omise", shop.URL))
	}
	if len(undocumented) > 0 {
		t.Errorf("%s has no example of %v", page, undocumented)
	}
	t.Logf("%d lines", len(lines))
}

// operations returns the operations of the admin API.
func operations(t *testing.T, mock string) map[string]bool {
	t.Helper()
	resp, err := http.Get(mock + "/_admin/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct{ Operations []string }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, operation := range answer.Operations {
		all[operation] = true
	}
	if len(all) == 0 {
		t.Fatal("there are no operations")
	}
	return all
}

// operationOf returns the operation that a line of curl calls.
func operationOf(line string) string {
	method := "GET"
	if strings.Contains(line, " -d ") {
		method = "POST"
	}
	if named := regexp.MustCompile(`-X (\w+)`).FindStringSubmatch(line); named != nil {
		method = named[1]
	}
	path := regexp.MustCompile(`/_admin/[^ "?]+`).FindString(line)
	path = regexp.MustCompile(`\$\w+`).ReplaceAllString(path, "{id}")
	return method + " " + strings.Replace(path, "/snapshots/monday", "/snapshots/{name}", 1)
}

// objects makes the objects that the lines need, in a world without faults.
const objects = `
set -eu
curl() { command curl --silent --show-error --fail-with-body "$@"; }
api() { curl -u "$KEY:" "$@"; }
first() { grep -o "$1_test_[0-9a-z]*" | head -n 1; }
curl -X DELETE $MOCK/_admin/faults >/dev/null
KEY=$(curl $MOCK/_admin/world | first skey)
case $LINE in
*CHARGE*)
	SOURCE=$(api $MOCK/sources -d type=rabbit_linepay -d amount=50000 -d currency=thb | first src)
	CHARGE=$(api $MOCK/charges -d amount=50000 -d currency=thb -d source=$SOURCE -d return_uri=https://shop.example.com | first chrg) ;;
*PAID*) PAID=$(curl $MOCK/_admin/seed -d '{"paid_charges":1}' | first chrg) ;;
*LINK*) LINK=$(api $MOCK/links -d amount=50000 -d currency=thb -d title=Beans -d description=Beans | first link) ;;
*ACCOUNT*) ACCOUNT=$(api $MOCK/linked_accounts -d type=direct_debit_scb -d return_uri=https://shop.example.com | first lnac) ;;
*EVENT*) # with webhooks that are shuffled, one may wait for the next
	while EVENT=$(curl $MOCK/_admin/events | first whdl) && test -z "$EVENT"; do
		api $MOCK/customers -X POST >/dev/null
	done ;;
esac
`

func run(t *testing.T, mock, line string) {
	t.Helper()
	command := exec.Command("sh", "-c", objects+line)
	command.Env = append(withoutProxies(os.Environ()), "MOCK="+mock, "LINE="+line)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", line, err, out)
	}
	if !json.Valid(out) {
		t.Errorf("%s answers %s", line, out)
	}
}
