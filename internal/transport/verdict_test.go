package transport

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// The numbers have the same meaning as in the verdict tests of package omise.

// A RoundTripper that tries again by itself may have sent the request before it fails
// to connect.
func TestVerdict02FailureToConnectAfterAnAnswerProvesNothing(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"a body": "amount=100", "no body": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			arrivals := 0
			srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { arrivals++ }))
			defer srv.Close()
			network := &http.Transport{}
			defer network.CloseIdleConnections()
			retries := roundTrip(func(hr *http.Request) (*http.Response, error) {
				answer, err := network.RoundTrip(hr)
				if err != nil {
					return nil, err
				}
				answer.Body.Close()
				again := hr.Clone(hr.Context())
				again.URL, again.Body = at("http://127.0.0.1:1"), http.NoBody
				return network.RoundTrip(again)
			})
			req := write(None)
			req.Host, req.Body = at(srv.URL), body
			_, failure := (&Transport{Budget: &Budget{}, HTTPClient: &http.Client{Transport: retries}}).Do(t.Context(), req)
			require.Equal(t, Unknown, failure.Outcome)
			require.Equal(t, 1, arrivals)
		})
	}
}

// An http.Transport leaves the requests of a registered protocol to another
// RoundTripper, such as one for HTTP/3.
func TestVerdict02RegisteredProtocolThatReportsNothingProvesNothing(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"a body": "amount=100", "no body": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			arrivals := 0
			network := &http.Transport{}
			network.RegisterProtocol("https", roundTrip(func(*http.Request) (*http.Response, error) {
				arrivals++
				return nil, errors.New("QUIC: connection closed")
			}))
			req := write(None)
			req.Host, req.Body = at("https://api.test"), body
			_, failure := (&Transport{Budget: &Budget{}, HTTPClient: &http.Client{Transport: network}}).Do(t.Context(), req)
			require.Equal(t, Unknown, failure.Outcome)
			require.Equal(t, 1, arrivals)
		})
	}
}

// An http.Transport leaves https to HTTP/3, which sends the request. HTTP/3 then falls
// back to TCP, and TCP cannot connect.
func TestVerdict02RegisteredProtocolThatFallsBackProvesNothing(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"a body": "amount=100", "no body": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			arrivals := 0
			tcp, network := &http.Transport{}, &http.Transport{}
			network.RegisterProtocol("https", roundTrip(func(hr *http.Request) (*http.Response, error) {
				arrivals++
				if hr.Body != nil {
					io.Copy(io.Discard, hr.Body)
				}
				again := hr.Clone(hr.Context())
				again.URL = at("http://127.0.0.1:1")
				return tcp.RoundTrip(again)
			}))
			req := write(StateMachine)
			req.Host, req.Body = at("https://api.test"), body
			_, failure := (&Transport{Budget: &Budget{}, HTTPClient: &http.Client{Transport: network}}).Do(t.Context(), req)
			require.Equal(t, Unknown, failure.Outcome)
			require.Equal(t, 1, arrivals)
		})
	}
}

// A RoundTripper of the caller may prefer ReadAt, because it leaves the body as it was
// for another attempt.
func TestVerdict02BodyIsNotReadWithoutARecord(t *testing.T) {
	t.Parallel()
	var arrivals atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		arrivals.Add(1)
		panic(http.ErrAbortHandler)
	}))
	defer srv.Close()
	network := &http.Transport{}
	defer network.CloseIdleConnections()
	retries := roundTrip(func(hr *http.Request) (*http.Response, error) {
		body := io.Reader(hr.Body)
		if whole, ok := body.(io.ReaderAt); ok {
			body = io.NewSectionReader(whole, 0, hr.ContentLength)
		}
		first, _ := http.NewRequest(hr.Method, srv.URL, body)
		if answer, err := network.RoundTrip(first); err == nil {
			return answer, nil
		}
		again := hr.Clone(hr.Context())
		again.URL = at("http://127.0.0.1:1")
		return network.RoundTrip(again)
	})
	req := write(None)
	req.Host, req.Body = at(srv.URL), "amount=100"
	_, failure := (&Transport{Budget: &Budget{}, HTTPClient: &http.Client{Transport: retries}}).Do(t.Context(), req)
	require.Equal(t, Unknown, failure.Outcome)
	require.EqualValues(t, 1, arrivals.Load())
}

func TestVerdict03OnlyAFewStatusesRefuseAWrite(t *testing.T) {
	t.Parallel()
	pages := []int{407, 411, 413, 414, 417, 421, 426, 429, 431} // a server gives these before it passes a request on
	doubtful := []int{408, 409, 425, 444, 460, 499}
	for status := 200; status < 1000; status++ {
		wantOfPage, wantOfError := Unknown, Unknown
		if slices.Contains(pages, status) {
			wantOfPage = Refused
		}
		if status >= 400 && status < 500 && !slices.Contains(doubtful, status) {
			wantOfError = Refused
		}
		require.Equal(t, wantOfPage, outcomeOf(status, false, true), "a page with %d", status)
		require.Equal(t, wantOfError, outcomeOf(status, true, true), "an error of the API with %d", status)
	}
}

func TestVerdict03UnguardedWriteIsSentOnceAfterA503(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peer := newPeer(answers(503, tooBusy))
		_, failure := patient(peer).Do(t.Context(), write(None))
		require.Equal(t, Unknown, failure.Outcome)
		require.Equal(t, 1, peer.dials)
	})
}

// forever writes first, and then text again and again.
func forever(first, text string, every time.Duration) step {
	return func(p *peer, conn net.Conn) {
		p.receive(bufio.NewReader(conn))
		_, err := io.WriteString(conn, first)
		for err == nil {
			time.Sleep(every)
			_, err = io.WriteString(conn, text)
		}
	}
}

func TestVerdict04TimeoutEndsWhatNeverAnswers(t *testing.T) {
	t.Parallel()
	for name, step := range map[string]step{
		"101 and silence": forever("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", "", time.Second),
		"101 and noise":   forever("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", "x", time.Millisecond),
		"103 for ever":    forever("", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 100*time.Millisecond),
		"a storm of 103":  forever("", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", time.Millisecond),
		"100 for ever":    forever("", "HTTP/1.1 100 Continue\r\n\r\n", 100*time.Millisecond),
		"silence":         hangs,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				peer := newPeer(step)
				start := time.Now()
				_, failure := patient(peer).Do(t.Context(), write(None))
				require.LessOrEqual(t, time.Since(start), time.Second, "the timeout is a second")
				require.Equal(t, Unknown, failure.Outcome)
				require.Equal(t, 1, peer.dials)
				time.Sleep(2 * time.Second) // until the server sees the end
			})
		})
	}
}

func TestVerdict04ConnectionsArePinged(t *testing.T) {
	t.Parallel()
	NewHTTPClient(func(network *http.Transport) {
		require.NotNil(t, network.HTTP2)
		require.Equal(t, 10*time.Second, network.HTTP2.SendPingTimeout)
		require.Equal(t, 5*time.Second, network.HTTP2.PingTimeout)
	})
}

// Many callers get a 429 again and again. The wait of each has a limit.
func TestVerdict05NoCallWaitsForEver(t *testing.T) {
	t.Parallel()
	for _, after := range []string{"", "Retry-After: 1", "Retry-After: 20"} {
		t.Run(after, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				header := []string{"X-Request-Id: req-9"}
				if after != "" {
					header = append(header, after)
				}
				transport := patient(newPeer(answers(429, tooBusy, header...)))
				ended := make(chan struct{})
				var others, calls sync.WaitGroup
				for range 5 { // these calls hold the client back
					others.Go(func() {
						for {
							select {
							case <-ended:
								return
							default:
								transport.Do(t.Context(), read())
								time.Sleep(time.Millisecond)
							}
						}
					})
				}
				time.Sleep(time.Second)
				start := time.Now()
				for _, req := range []*Request{write(None), write(StateMachine), write(BodyKey), read()} {
					calls.Go(func() {
						_, failure := transport.Do(t.Context(), req)
						if failure.Outcome != Refused && failure.Outcome != NotSent {
							t.Errorf("outcome %v", failure.Outcome)
						}
						if waited := time.Since(start); waited > 2*time.Minute {
							t.Errorf("waited for %v", waited)
						}
					})
				}
				calls.Wait()
				close(ended)
				others.Wait()
			})
		})
	}
}

func TestVerdict05WaitingCallsAreSentSpreadOverTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peer := newPeer(answers(429, tooBusy, "Retry-After: 7"), succeeds)
		transport := peer.transport()
		go transport.Do(t.Context(), read())
		synctest.Wait()
		for range 200 {
			go transport.Do(t.Context(), read())
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Len(t, peer.arrivals, 202)
		perSlice := map[int]int{} // of 100 ms
		for _, a := range peer.arrivals[1:] {
			perSlice[int(a.at.Sub(peer.arrivals[1].at)/(100*time.Millisecond))]++
		}
		require.Greater(t, len(perSlice), 10, fmt.Sprint(perSlice))
		for _, n := range perSlice {
			require.Less(t, n, 50)
		}
	})
}

// One in twenty answers holds all calls of the client for a second. The last of many
// calls must not be held back again by each of them.
func TestVerdict05WaitingCallIsHeldOnlyOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		script := make([]step, 1000)
		for i := range script {
			script[i] = succeeds
			if i%20 == 0 {
				script[i] = answers(429, tooBusy, "Retry-After: 1")
			}
		}
		peer := newPeer(script...)
		transport := patient(peer)
		transport.ReadRetries = 1000 // a call may meet several of the answers that hold
		start := time.Now()
		var calls sync.WaitGroup
		for range 400 {
			calls.Go(func() {
				if _, failure := transport.Do(t.Context(), read()); failure != nil {
					t.Error(failure.Cause)
				}
			})
			synctest.Wait()
		}
		calls.Wait()
		require.Less(t, time.Since(start), 10*time.Second)
	})
}
