package main

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// A job runs in a separate process, so that its time and memory are those of the SDK and not
// of the API.
type job struct {
	Kind     string // "all", "get", "create", "crowd"
	SDK      string
	Base     string
	N        int // number of charges in the list, or of calls
	Prefetch int
}

// A result is the cost of a job.
type result struct {
	Seconds float64
	CPU     time.Duration
	Heap    uint64 // peak, without the heap before the job
}

// inChild runs a job in a separate process. The process trusts the server's certificate, if
// there is one, because SSL_CERT_FILE names it.
func inChild(j job, server *httptest.Server) (r result, err error) {
	j.Base = server.URL
	task, err := json.Marshal(j)
	if err != nil {
		return r, err
	}
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	cmd := exec.Command(self, "-job", string(task))
	cmd.Env = append(os.Environ(), "NO_PROXY=127.0.0.1")
	cmd.Stderr = os.Stderr
	if cert := server.Certificate(); cert != nil {
		dir, err := os.MkdirTemp("", "benchmarks")
		if err != nil {
			return r, err
		}
		defer os.RemoveAll(dir)
		file := filepath.Join(dir, "cert.pem")
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}), 0o600); err != nil {
			return r, err
		}
		cmd.Env = append(cmd.Env, "SSL_CERT_FILE="+file)
	}
	out, err := cmd.Output()
	if err != nil {
		return r, fmt.Errorf("%s with %s: %w", j.Kind, j.SDK, err)
	}
	return r, json.Unmarshal(out, &r)
}

// runJob runs a job in the child.
func runJob(task string) error {
	var j job
	if err := json.Unmarshal([]byte(task), &j); err != nil {
		return err
	}
	s, err := sdkNamed(j.SDK)
	if err != nil {
		return err
	}
	c, err := s.connect(j.Base, nil)
	if err != nil {
		return err
	}
	orders := []order{}
	if j.Kind == "create" {
		docs, err := newDocuments()
		if err != nil {
			return err
		}
		orders = docs.orders
	}
	if j.Kind != "crowd" && j.Kind != "create" { // crowd counts connections, and create numbers charges
		if err := c.get(context.Background(), 0); err != nil {
			return err
		}
	}
	stop, start, used := peakHeap(), time.Now(), cpuTime()
	if err := j.do(c, orders); err != nil {
		return err
	}
	r := result{Seconds: time.Since(start).Seconds(), CPU: cpuTime() - used, Heap: stop()}
	return json.NewEncoder(os.Stdout).Encode(r)
}

func (j job) do(c *client, orders []order) error {
	ctx := context.Background()
	switch j.Kind {
	case "all":
		n, err := c.all(ctx, j.Prefetch)
		if err == nil && n != j.N {
			err = fmt.Errorf("%d charges, not %d", n, j.N)
		}
		return err
	case "crowd":
		return crowd(j.N, func(i int) error { return c.get(ctx, i%distinct) })
	}
	for i := range j.N {
		err := error(nil)
		if j.Kind == "create" {
			err = c.create(ctx, i%distinct, orders[i%distinct])
		} else {
			err = c.get(ctx, i%distinct)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// callers is the number of goroutines of a crowd.
const callers = 64

// crowd makes n calls from many goroutines at the same time.
func crowd(n int, call func(i int) error) error {
	var calls sync.WaitGroup
	failed := make([]error, callers)
	for g := range callers {
		calls.Go(func() {
			for i := g; i < n && failed[g] == nil; i += callers {
				failed[g] = call(i)
			}
		})
	}
	calls.Wait()
	return errors.Join(failed...)
}
