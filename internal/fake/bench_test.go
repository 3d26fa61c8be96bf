package fake

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/omisekit/omise-go/internal/fake/network"
)

// benchmarked makes one call after another through RoundTrip, as a client in the same
// process does.
func benchmarked(b *testing.B, prepare func(*Server) func() *http.Request) {
	b.Helper()
	s := New(Options{})
	next := prepare(s)
	b.ReportAllocs()
	for b.Loop() {
		resp, err := s.RoundTrip(next())
		if err != nil || resp.StatusCode != http.StatusOK {
			b.Fatal(err, resp)
		}
	}
}

// call makes a request for a benchmark.
func call(b *testing.B, key, method, path, body string) *http.Request {
	b.Helper()
	hr, err := http.NewRequest(method, "https://api.omise.co"+path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	hr.SetBasicAuth(key, "")
	hr.Header.Set("Content-Type", "application/json")
	return hr
}

const (
	benchToken  = `{"card":{"name":"A","number":"4242424242424242","expiration_month":12,"expiration_year":2035}}`
	benchCharge = `{"amount":100000,"currency":"thb","description":"benchmark","customer":"`
)

// benchCustomer returns the id of a customer with a card.
func benchCustomer(b *testing.B, s *Server) string {
	b.Helper()
	token := s.benchID(b, call(b, s.PublicKey(), "POST", "/tokens", benchToken))
	return s.benchID(b, call(b, s.SecretKey(), "POST", "/customers", `{"card":"`+token+`"}`))
}

// benchID makes a call and returns the id in its answer.
func (s *Server) benchID(b *testing.B, hr *http.Request) string {
	b.Helper()
	w := &network.Memory{}
	s.ServeHTTP(w, hr)
	var created struct{ ID string }
	if err := json.Unmarshal(w.Body.Bytes(), &created); err != nil || created.ID == "" {
		b.Fatal(err, w.Body.String())
	}
	return created.ID
}

func BenchmarkGetCharge(b *testing.B) {
	benchmarked(b, func(s *Server) func() *http.Request {
		body := benchCharge + benchCustomer(b, s) + `"}`
		id := s.benchID(b, call(b, s.SecretKey(), "POST", "/charges", body))
		return func() *http.Request { return call(b, s.SecretKey(), "GET", "/charges/"+id, "") }
	})
}

func BenchmarkCreateCharge(b *testing.B) {
	benchmarked(b, func(s *Server) func() *http.Request {
		body := benchCharge + benchCustomer(b, s) + `"}`
		return func() *http.Request { return call(b, s.SecretKey(), "POST", "/charges", body) }
	})
}

func BenchmarkListCharges(b *testing.B) {
	benchmarked(b, func(s *Server) func() *http.Request {
		body := benchCharge + benchCustomer(b, s) + `"}`
		for range 100 {
			s.benchID(b, call(b, s.SecretKey(), "POST", "/charges", body))
		}
		return func() *http.Request { return call(b, s.SecretKey(), "GET", "/charges", "") }
	})
}

// BenchmarkMixedCalls mixes reading and writing on all cores.
func BenchmarkMixedCalls(b *testing.B) {
	s := New(Options{})
	body := benchCharge + benchCustomer(b, s) + `"}`
	id := s.benchID(b, call(b, s.SecretKey(), "POST", "/charges", body))
	b.RunParallel(func(pb *testing.PB) {
		for n := 0; pb.Next(); n++ {
			hr := call(b, s.SecretKey(), "GET", "/charges/"+id, "")
			switch n % 4 {
			case 0:
				hr = call(b, s.SecretKey(), "POST", "/charges", body)
			case 1:
				hr = call(b, s.SecretKey(), "GET", "/balance", "")
			}
			if resp, err := s.RoundTrip(hr); err != nil || resp.StatusCode != http.StatusOK {
				b.Error(err, resp)
			}
		}
	})
}

// BenchmarkYear lets a year pass in which a schedule charges every month.
func BenchmarkYear(b *testing.B) {
	for b.Loop() {
		s := New(Options{})
		body := `{"every":1,"period":"month","on":{"days_of_month":[6]},"end_date":"2026-12-31","charge":{"amount":100000,"customer":"` + benchCustomer(b, s) + `"}}`
		s.benchID(b, call(b, s.SecretKey(), "POST", "/schedules", body))
		s.Advance(365 * day)
		if n := len(s.charges.all); n != 12 {
			b.Fatal(n)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New(Options{})
	}
}
