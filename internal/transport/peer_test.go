package transport

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// An arrival is a request as the server saw it.
type arrival struct {
	header http.Header
	body   string
	at     time.Time
}

// A peer is the server end of every connection of a client, in memory. For each
// connection it runs one step of its script, and repeats the last step.
type peer struct {
	script []step

	mu       sync.Mutex
	dials    int
	arrivals []arrival
}

// A step handles one connection. With a nil step the connection fails.
type step func(p *peer, conn net.Conn)

func newPeer(script ...step) *peer { return &peer{script: script} }

func (p *peer) DialContext(context.Context, string, string) (net.Conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := p.script[min(p.dials, len(p.script)-1)]
	p.dials++
	if next == nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	}
	near, far := net.Pipe()
	go func() {
		defer far.Close()
		next(p, far)
	}()
	return near, nil
}

// receive reads one request to its end.
func (p *peer) receive(r *bufio.Reader) {
	hr, err := http.ReadRequest(r)
	if err != nil {
		return
	}
	body, _ := io.ReadAll(hr.Body)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.arrivals = append(p.arrivals, arrival{hr.Header, string(body), time.Now()})
}

// transport returns a transport to the peer, with two retries and a new connection for
// every attempt.
func (p *peer) transport() *Transport {
	return &Transport{
		HTTPClient:  &http.Client{Transport: &http.Transport{DialContext: p.DialContext, DisableKeepAlives: true}},
		ReadRetries: 2, WriteRetries: 2, LongestWait: 30 * time.Second, Budget: &Budget{},
		IsAPIError: func(body []byte) bool {
			var e struct{ Object, Code string }
			return json.Unmarshal(body, &e) == nil && e.Object == "error" && e.Code != ""
		},
		IsRefusal: func(body []byte) bool { return string(body) == usedCard },
	}
}

// says answers a request with raw bytes and closes the connection.
func says(lines ...string) step {
	return func(p *peer, conn net.Conn) {
		p.receive(bufio.NewReader(conn))
		io.WriteString(conn, strings.Join(lines, "\r\n"))
	}
}

// answers answers a request with a well-formed response.
func answers(status int, body string, header ...string) step {
	lines := append([]string{fmt.Sprintf("HTTP/1.1 %d %s", status, http.StatusText(status))}, header...)
	return says(append(lines, fmt.Sprintf("Content-Length: %d", len(body)), "", body)...)
}

var (
	succeeds = answers(200, charge)

	resetsEarly = func(_ *peer, conn net.Conn) { conn.Read(make([]byte, 1)) }
	resetsLate  = says("")
	hangs       = func(p *peer, conn net.Conn) {
		r := bufio.NewReader(conn)
		p.receive(r)
		r.ReadByte() // until the client gives up
	}
)
