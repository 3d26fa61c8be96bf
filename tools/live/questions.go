package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// questions has the questions in their order. Together they make six charges of 100.00 and
// some objects without money. The last question uses up the rate limit.
var questions = []question{
	{"Is a repeated Idempotency-Key replayed?", keyReplayed},
	{"And with other parameters?", keyWithOtherParameters},
	{"When is a token refused that two charges want at once?", tokenTwice},
	{"Is new metadata merged with the old one?", metadataKept},
	{"Which booleans does a form take?", booleans},
	{"Do week days take capitals?", weekdays},
	{"Is a blank parameter of an update left out?", blanks},
	{"What does a slash too many do?", slashes},
	{"What does an unknown Omise-Version get?", versions},
	{"What does a page out of range get?", pages},
	{"How are amounts out of range refused?", amounts},
	{"Does a search find an id?", ids},
	{"What is the object of GET /receipts?", receipts},
	{"What does a deleted customer answer?", deleted},
	{"What comes with 429?", rateLimit},
}

func keyReplayed(p *player) string {
	customer := p.call("POST /customers", nil, "card="+p.token(goodCard).text("id")).text("id")
	key := fmt.Sprint("ask-", time.Now().UnixNano())
	twice := func(operation string, values ...string) string {
		p.header = map[string]string{"Idempotency-Key": key + operation}
		first, second := p.call(operation, nil, values...), p.call(operation, nil, values...)
		p.header = nil
		switch {
		case second.text("id") == "":
			return p.outcome()
		case first.text("id") == second.text("id"):
			return "yes"
		}
		return "no, there are two"
	}
	return fmt.Sprintf("Customers: %s. Charges: %s. Transfers: %s.", twice("POST /customers", "description=asked"),
		twice("POST /charges", "amount=10000", "currency=thb", "customer="+customer), twice("POST /transfers", "amount=5000"))
}

func keyWithOtherParameters(p *player) string {
	p.header = map[string]string{"Idempotency-Key": fmt.Sprint("ask-", time.Now().UnixNano())}
	first, second := p.call("POST /customers", nil, "description=one"), p.call("POST /customers", nil, "description=two")
	switch {
	case second.text("id") == "":
		return "It is refused: " + p.outcome() + "."
	case first.text("id") == second.text("id"):
		return "The first answer comes again."
	}
	return "There are two."
}

// tokenTwice makes two charges at the same time, of which one has to fail.
func tokenTwice(p *player) string {
	token := p.token(goodCard).text("id")
	var racers [2]struct {
		player
		took time.Duration
	}
	var wg sync.WaitGroup
	for i := range racers {
		racers[i].side = p.side
		wg.Go(func() {
			began := time.Now()
			racers[i].call("POST /charges", nil, "amount=10000", "currency=thb", "card="+token)
			racers[i].took = time.Since(began)
		})
	}
	wg.Wait()
	for _, r := range racers {
		if r.err != nil {
			p.err = r.err
			return ""
		}
	}
	first, second := &racers[0], &racers[1]
	if first.took > second.took {
		first, second = second, first
	}
	return fmt.Sprintf("After %v: %s. After %v: %s.", first.took.Round(time.Millisecond), first.outcome(),
		second.took.Round(time.Millisecond), second.outcome())
}

func metadataKept(p *player) string {
	id := p.call("POST /customers", nil, "metadata[old]=1").text("id")
	after, _ := p.call("PATCH /customers/{id}", []string{id}, "metadata[new]=2")["metadata"].(map[string]any)
	return fmt.Sprintf("Of old and new there is then: %s.", strings.Join(slices.Sorted(maps.Keys(after)), ", "))
}

func booleans(p *player) string {
	var read []string
	for _, word := range []string{"true", "false", "1", "0", "True", "False", "on", "off"} {
		link := p.call("POST /links", nil, "amount=10000", "currency=thb", "title=Asked", "description=Asked", "multiple="+word)
		what := p.outcome()
		if id := link.text("id"); id != "" {
			what = fmt.Sprint(link["multiple"])
			p.call("DELETE /links/{id}", []string{id})
		}
		read = append(read, word+" is "+what)
	}
	return strings.Join(read, ", ") + "."
}

func weekdays(p *player) string {
	customer := p.call("POST /customers", nil, "card="+p.token(goodCard).text("id")).text("id")
	day := func(n int) string { return time.Now().AddDate(0, 0, n).Format(time.DateOnly) }
	schedule := p.call("POST /schedules", nil, "every=1", "period=week", "on[weekdays][]=Monday", "start_date="+day(40),
		"end_date="+day(80), "charge[customer]="+customer, "charge[amount]=10000").text("id")
	what := p.outcome()
	p.call("DELETE /schedules/{id}", []string{schedule})
	return "Monday gets " + what + "."
}

func blanks(p *player) string {
	id := []string{p.call("POST /recipients", nil, "name=Malee", "type=individual", "bank_account[brand]=bbl",
		"bank_account[number]=1234567890", "bank_account[name]=Malee").text("id")}
	after := p.call("PATCH /recipients/{id}", id, "name=", "type=", "description=asked", "bank_account[number]=", "bank_account[name]=")
	what := fmt.Sprintf("%s, and the name is then %q", p.outcome(), after.text("name"))
	p.call("DELETE /recipients/{id}", id)
	return "A blank name and bank account get " + what + "."
}

func slashes(p *player) string {
	p.call("GET //account", nil)
	twice := p.outcome()
	p.call("GET /account/", nil)
	return fmt.Sprintf("//account gets %s, /account/ gets %s.", twice, p.outcome())
}

func versions(p *player) string {
	var got []string
	for _, version := range []string{"2014-07-27", "2031-01-01", "junk"} {
		p.header = map[string]string{"Omise-Version": version}
		p.call("GET /balance", nil)
		got = append(got, version+" gets "+p.outcome())
	}
	return strings.Join(got, ", ") + "."
}

func pages(p *player) string {
	var got []string
	for _, query := range []string{"limit=101", "limit=0", "offset=-1", "order=odd"} {
		page := p.call("GET /charges", nil, query)
		what := query + " gets " + p.outcome()
		if page["limit"] != nil {
			what += fmt.Sprintf(" and a limit of %v", page["limit"])
		}
		got = append(got, what)
	}
	return strings.Join(got, ", ") + "."
}

func amounts(p *player) string {
	p.call("POST /charges", nil, "amount=1", "currency=thb", "card="+p.token(goodCard).text("id"))
	small := p.outcome()
	id := []string{p.pay(goodCard).text("id")}
	p.call("POST /charges/{id}/refunds", id, "amount=10001")
	refund := p.outcome()
	p.call("POST /charges/{id}/reverse", id)
	return fmt.Sprintf("A charge of 0.01 gets %s, a refund above the charge %s, reversing what is paid %s.", small, refund, p.outcome())
}

func ids(p *player) string {
	id := p.pay(goodCard).text("id")
	found := p.call("GET /search", nil, "scope=charge", "query="+id)["total"]
	named := p.call("GET /search", nil, "scope=charge", "query=id:"+id)["total"]
	return fmt.Sprintf("The id alone finds %v, id: and the id %v. A new charge may take a moment to be found.", found, named)
}

func receipts(p *player) string {
	return p.call("GET /receipts", nil).text("object") + "."
}

func deleted(p *player) string {
	id := []string{p.call("POST /customers", nil, "description=asked").text("id")}
	p.call("DELETE /customers/{id}", id)
	p.call("GET /customers/{id}", id)
	return p.outcome() + "."
}

// rateLimit makes calls until a call is refused, at most 1,500 calls.
func rateLimit(p *player) string {
	for n := range 1500 {
		p.call("GET /account", nil)
		if p.err != nil {
			break
		}
		if last := p.steps[len(p.steps)-1]; last.status == 429 {
			headers := []string{}
			for name, value := range last.headers {
				if strings.HasPrefix(name, "X-Rate") || strings.HasPrefix(name, "Ratelimit") || name == "Retry-After" {
					headers = append(headers, name+": "+strings.Join(value, ", "))
				}
			}
			slices.Sort(headers)
			return fmt.Sprintf("After %d calls: %s, with %q.", n, p.outcome(), headers)
		}
	}
	return "1,500 calls were not enough to know."
}
