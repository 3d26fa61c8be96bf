package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/tools/chaos/job"
)

// lists are where the API shows what was made.
var lists = map[job.Kind]string{
	job.Charge:   "/charges",
	job.Refund:   "/refunds",
	job.Transfer: "/transfers",
}

// ledger reads what the fake has made, by the name of the intent. It asks the
// fake itself, not the SDK: that one is under test.
func ledger(f *fake.Server, kind job.Kind) (map[string][]job.Receipt, error) {
	made := map[string][]job.Receipt{}
	for offset := 0; ; {
		page, err := read(f, fmt.Sprintf("%s?limit=100&offset=%d", lists[kind], offset))
		if err != nil {
			return nil, err
		}
		for _, o := range page.Data {
			if kind != job.Charge || o.Paid {
				made[o.Metadata[job.OrderKey]] = append(made[o.Metadata[job.OrderKey]], o.Receipt)
			}
		}
		if offset += len(page.Data); len(page.Data) == 0 || offset >= page.Total {
			delete(made, "") // what the intents were to work on
			return made, nil
		}
	}
}

type page struct {
	Total int
	Data  []struct {
		job.Receipt
		Paid     bool
		Metadata map[string]string
	}
}

func read(f *fake.Server, path string) (*page, error) {
	hr, err := http.NewRequest(http.MethodGet, "https://api.omise.co"+path, nil)
	if err != nil {
		return nil, err
	}
	hr.SetBasicAuth(f.SecretKey(), "")
	answer, err := f.RoundTrip(hr)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the ledger answers %d: %w", answer.StatusCode, err)
	}
	p := new(page)
	return p, json.Unmarshal(body, p)
}

// arrivals counts the calls that were to make something for an intent.
func arrivals(f *fake.Server, kind job.Kind) (n int) {
	for _, c := range f.Calls() {
		if c.Is(writes[kind]) && orderOf(&c) != "" {
			n++
		}
	}
	return n
}
