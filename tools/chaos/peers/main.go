// Command peers runs the other clients of the chaos test: omise-go and stripe-go. It reads a
// job from standard input and writes the results to standard output.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/omisekit/omise-go/tools/chaos/job"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run() error {
	var j job.Job
	if err := json.NewDecoder(os.Stdin).Decode(&j); err != nil {
		return err
	}
	clients := map[string]pursuit{
		"omise-go, README":           omiseClient(&j),
		"omise-go, README + loop x3": loop(3, omiseClient(&j)),
		"omise-go, best":             loop(8, omiseClients(&j)),
		"stripe-go, README":          stripeClient(&j, 2, false),
		"stripe-go, best":            stripeClient(&j, 8, true),
		"stripe-go, best + loop x6":  loop(6, stripeClient(&j, 8, true)),
	}
	pursue, ok := clients[j.Client]
	if !ok {
		return fmt.Errorf("there is no client %q", j.Client)
	}
	results := j.Run(func(_ int, i job.Intent) (job.Receipt, error) { return pursue(i) })
	return json.NewEncoder(os.Stdout).Encode(results)
}

// attempt is the limit of an attempt of a client at its best.
const attempt = time.Second

// A pursuit makes the object of an intent with a client.
type pursuit func(job.Intent) (job.Receipt, error)

// loop is the usual loop around a call that may fail. It ends when the token is used, because
// another try would not help.
func loop(tries int, pursue pursuit) pursuit {
	return func(i job.Intent) (receipt job.Receipt, err error) {
		for try := range tries {
			time.Sleep(time.Duration(try) * 100 * time.Millisecond)
			if receipt, err = pursue(i); err == nil || strings.Contains(err.Error(), "already used") {
				break
			}
		}
		return receipt, err
	}
}
