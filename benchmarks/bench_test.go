package main

import "testing"

// The same work as in the table, for benchstat:
//
//	go test -run '^$' -bench . -count 10
func BenchmarkMemory(b *testing.B) {
	docs := newTestDocuments(b)
	for _, w := range works(docs) {
		for _, s := range sdks {
			b.Run(w.name+"/"+s.name, func(b *testing.B) {
				c, err := inMemory(s, docs)
				if err != nil {
					b.Fatal(err)
				}
				bench(b, w.bytes, w.do(c))
			})
		}
	}
}

func BenchmarkWebhook(b *testing.B) {
	docs := newTestDocuments(b)
	for name, object := range map[string]bool{"event": false, "event and charge": true} {
		works, err := webhookWorks(docs, object)
		if err != nil {
			b.Fatal(err)
		}
		for i, work := range works {
			b.Run(name+"/"+webhookNames[i], func(b *testing.B) { bench(b, len(eventAbout(docs.omise[0])), work) })
		}
	}
}

func bench(b *testing.B, size int, work func(i int) error) {
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := work(i); err != nil {
			b.Fatal(err)
		}
	}
}

func newTestDocuments(tb testing.TB) *documents {
	tb.Helper()
	docs, err := newDocuments()
	if err != nil {
		tb.Fatal(err)
	}
	return docs
}
