package contract

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
)

// Run runs the tests of a package and checks all answers and webhooks in them. It returns
// the exit code. It does not check benchmarks.
func Run(m *testing.M, observe func(func(operation string, status int, body []byte))) int {
	flag.Parse()
	t := &tally{problems: map[string]int{}}
	if flag.Lookup("test.bench").Value.String() == "" {
		observe(t.take)
	}
	status := m.Run()
	if testing.Verbose() {
		fmt.Printf("contract: %d answers checked\n", t.answers)
	}
	for _, problem := range slices.Sorted(maps.Keys(t.problems)) {
		fmt.Printf("contract: %s (%d times)\n", problem, t.problems[problem])
		status = 1
	}
	return status
}

// A tally counts answers and their problems.
type tally struct {
	mu       sync.Mutex
	answers  int
	problems map[string]int
}

func (t *tally) take(operation string, status int, body []byte) {
	problems := Check(operation, status, body)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.answers++
	for _, problem := range problems {
		t.problems[operation+": "+problem]++
	}
}
