package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/fake"
)

// A trouble is a problem of the API or the network that lasts for the whole run, beside the
// faults of the plan. Troubles exist in memory only.
type trouble struct {
	name string

	twice    bool          // the network delivers a disturbed call twice
	lag      time.Duration // lag of lists
	ahead    time.Duration // by which the clock of the API is ahead of that of the client
	date     time.Duration // by which the Date header is ahead of the clock of the API
	late     time.Duration // slowest charge; a token is marked only when its charge is made
	pages    []int         // statuses of HTML pages that replace answers
	replaced bool          // a webhook handler replaces the metadata of every second object
}

var noTrouble = &troubles[0]

var troubles = []trouble{
	{name: "none"},
	{name: "all delivered twice", twice: true},
	{name: "lists lag 2 s", lag: 2 * time.Second},
	{name: "lists lag 10 s", lag: 10 * time.Second},
	{name: "clock 10 min ahead", ahead: 10 * time.Minute},
	{name: "clock 10 min behind", ahead: -10 * time.Minute},
	{name: "Date 10 min ahead", date: 10 * time.Minute},
	{name: "Date 10 min behind", date: -10 * time.Minute},
	{name: "token marked late", late: 3 * time.Second},
	{name: "4xx pages", pages: []int{403, 404, 408, 409, 460, 499}},
	{name: "metadata replaced", replaced: true},
}

// meets reports whether a run can have this trouble. Only some kinds pay with a token, and a
// token that is marked late breaks the promise that it is marked at arrival.
func (t *trouble) meets(r run) bool { return t.late == 0 || r.promise() == singleUse }

// server changes the options of a fake. Its time advances by before until the run starts.
func (t *trouble) server(o *fake.Options, before time.Duration) {
	o.ListLag, o.TokensMarkedLate = t.lag, t.late > 0
	if t.ahead != 0 {
		o.Start = time.Now().Add(t.ahead - before)
	}
}

// rules changes the faults of the plan.
func (t *trouble) rules(all []fake.Rule) []fake.Rule {
	for i := range all {
		all[i].Twice = t.twice
		if t.late > 0 && all[i].Effect == fake.Late {
			all[i].Delay = t.late
		}
	}
	for _, status := range t.pages {
		page := fake.Rule{Processed: true}
		page.AnswerHTML(status)
		all = append(all, page)
	}
	return all
}

// listen adds a webhook handler of the merchant that replaces metadata.
func (t *trouble) listen(f *fake.Server) {
	if !t.replaced {
		return
	}
	updates := map[string]string{"charge.create": "/charges/", "transfer.create": "/transfers/"}
	n := 0
	f.Listen(fake.InMemory(http.HandlerFunc(func(_ http.ResponseWriter, hr *http.Request) {
		var event struct {
			Key  string
			Data struct{ ID string }
		}
		path := ""
		if json.NewDecoder(hr.Body).Decode(&event) == nil {
			path = updates[event.Key]
		}
		if path == "" {
			return
		}
		if n++; n%2 == 0 {
			return
		}
		form := url.Values{"metadata[seen_by]": {"webhook"}}
		update, err := http.NewRequestWithContext(hr.Context(), http.MethodPatch, "https://api.omise.co"+path+event.Data.ID, strings.NewReader(form.Encode()))
		if err != nil {
			panic(err)
		}
		update.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		update.SetBasicAuth(f.SecretKey(), "")
		answer, err := f.RoundTrip(update)
		if err != nil || answer.StatusCode != http.StatusOK {
			panic("chaos: the webhook handler could not replace metadata")
		}
	})))
}
