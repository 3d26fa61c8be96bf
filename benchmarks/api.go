package main

import (
	"bytes"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// An api answers as Omise and as Stripe, in memory or on a port.
type api struct {
	docs  *documents
	total int           // number of charges in a list
	delay time.Duration // delay of a page

	created atomic.Int64
	pages   map[string][]byte // requested pages in memory, so that each is made once
}

// answer returns the body of the answer to a request.
func (a *api) answer(hr *http.Request) []byte {
	path, isStripe := strings.CutPrefix(hr.URL.Path, "/v1")
	charges := a.docs.omise
	if isStripe {
		charges = a.docs.stripe
	}
	id, one := strings.CutPrefix(path, "/charges/")
	switch {
	case one:
		return charges[number(id)%distinct]
	case hr.Method == http.MethodPost:
		return charges[int(a.created.Add(1)-1)%distinct]
	case isStripe:
		offset := 0
		if id := hr.URL.Query().Get("starting_after"); id != "" {
			offset = number(id) + 1
		}
		return a.docs.stripePage(offset, a.total)
	}
	offset, _ := strconv.Atoi(hr.URL.Query().Get("offset"))
	return a.docs.omisePage(offset, a.total)
}

// number returns the number at the end of an id.
func number(id string) int {
	n, _ := strconv.Atoi(id[len(id)-8:])
	return n
}

// RoundTrip answers in memory.
func (a *api) RoundTrip(hr *http.Request) (*http.Response, error) {
	if hr.Body != nil {
		io.Copy(io.Discard, hr.Body)
		hr.Body.Close()
	}
	body, ok := a.pages[hr.URL.RequestURI()]
	if !ok {
		body = a.answer(hr)
	}
	if !ok && a.pages != nil && len(body) > 10_000 {
		a.pages[hr.URL.RequestURI()] = body
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: hr,
		Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)),
	}, nil
}

// ServeHTTP answers on a port.
func (a *api) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	io.Copy(io.Discard, hr.Body)
	if a.delay > 0 {
		time.Sleep(a.delay)
	}
	body := a.answer(hr)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body)
}

// listen serves a on this machine, with TLS and HTTP/2 if tls is true, and counts the
// connections.
func (a *api) listen(tls bool) (*httptest.Server, *atomic.Int64) {
	connections := new(atomic.Int64)
	server := httptest.NewUnstartedServer(a)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it would report unused connections of clients
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	if tls {
		server.EnableHTTP2 = true // as both real APIs do
		server.StartTLS()
	} else {
		server.Start()
	}
	return server, connections
}
