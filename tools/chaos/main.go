// Command chaos breaks the network in eleven ways while callers charge, refund, pay out,
// capture and delete. Then it compares the results of the callers with the books of the fake.
//
//	go -C tools run ./chaos -n 2000 -rate 0.3 -seeds 1-20
//	go -C tools run ./chaos -port -seeds 1-3
//
// It exits with 1 when this SDK misses a bar. docs/chaos.md explains the table.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/omisekit/omise-go/tools/chaos/job"
)

// settings holds the values of the flags.
type settings struct {
	run       // the part that all runs share
	seeds     []uint64
	peerSeeds []uint64
	peers     string
	kills     int
	modes     string
	troubles  string
}

func main() {
	if isShop() {
		openShop()
		return
	}
	testing.Init()
	s := settings{run: run{callers: 100}}
	own := flag.NewFlagSet("chaos", flag.ExitOnError)
	own.IntVar(&s.n, "n", 2000, "intents per run")
	own.Float64Var(&s.plan.rate, "rate", 0.3, "share of the arrivals that fail")
	seeds := own.String("seeds", "1-3", "seeds of the plans, such as 1-20")
	peerSeeds := own.String("peer-seeds", "1-3", "seeds for the other clients")
	own.IntVar(&s.perSecond, "load", 200, "intents per second; 0 for as many as possible")
	own.BoolVar(&s.port, "port", false, "over a port and in real time, instead of in memory and simulated time")
	own.BoolVar(&s.plan.reads, "reads", false, "disturb reads, too")
	own.BoolVar(&s.shared, "shared", false, "one client for all callers")
	own.StringVar(&s.peers, "peers", "chaos/peers", "module of the other clients; empty for none")
	own.IntVar(&s.kills, "kills", 5, "how often each run about killed processes kills one; 0 for no such runs")
	own.StringVar(&s.modes, "modes", "", "part of the names of the modes to run")
	own.StringVar(&s.troubles, "troubles", noTrouble.name, "part of the names of the troubles to run with, or all")
	own.IntVar(&s.batch, "batch", 0, "intents that share one fake; 0 for all")
	_ = own.Parse(os.Args[1:]) // Parse exits after an error
	var err error
	if s.seeds, err = parseSeeds(*seeds); err == nil {
		s.peerSeeds, err = parseSeeds(*peerSeeds)
	}
	if err != nil || s.n < 1 {
		fmt.Fprintln(os.Stderr, "chaos: -n must be at least 1, -seeds and -peer-seeds a range such as 1-20:", err)
		os.Exit(2)
	}
	// Simulated time exists only within a test, so the program runs as a test.
	os.Args = os.Args[:1]
	testing.Main(func(string, string) (bool, error) { return true, nil },
		[]testing.InternalTest{{Name: "chaos", F: s.test}}, nil, nil)
}

func parseSeeds(text string) (seeds []uint64, err error) {
	first, last, isRange := strings.Cut(text, "-")
	if !isRange {
		last = first
	}
	from, err := strconv.ParseUint(first, 10, 32)
	if err != nil {
		return nil, err
	}
	to, err := strconv.ParseUint(last, 10, 32)
	for seed := from; seed <= to; seed++ {
		seeds = append(seeds, seed)
	}
	if err == nil && len(seeds) == 0 {
		err = fmt.Errorf("%q is empty", text)
	}
	return seeds, err
}

func (s settings) test(t *testing.T) {
	start := time.Now()
	where := "in memory, simulated time"
	if s.port {
		where = "on a port, real time"
	}
	fmt.Printf("%d intents, %d callers, %d intents a second, %.0f %% of the arrivals fail, %s\n", s.n, s.callers, s.perSecond, 100*s.plan.rate, where)
	rows, missed := s.sdkRows(t)
	peerRows, err := s.peerRows()
	if err != nil {
		t.Fatal(err)
	}
	rows = append(rows, peerRows...)
	slices.SortStableFunc(rows, func(a, b row) int { return slices.Index(allKinds, a.kind) - slices.Index(allKinds, b.kind) })
	layOut(os.Stdout, rows, s.troubles == allTroubles)
	killed, err := s.killRows(os.Stdout)
	if err != nil {
		t.Fatal(err)
	}
	missed = append(missed, killed...)
	fmt.Println()
	for _, m := range missed {
		fmt.Println(m)
	}
	if len(missed) > 0 {
		t.Fail()
	} else {
		fmt.Printf("No bar was missed. %.0f s\n", time.Since(start).Seconds())
	}
}

// each returns the runs of the modes, kinds and troubles in the settings.
func (s settings) each(yield func(run) bool) {
	for r := range s.run.each {
		wanted := strings.Contains(r.mode.name, s.modes) && (s.troubles == allTroubles || strings.Contains(r.trouble.name, s.troubles))
		if wanted && (!s.port || r.overAPort()) && !yield(r) {
			return
		}
	}
}

const allTroubles = "all"

func (s settings) sdkRows(t *testing.T) (rows []row, missed []string) {
	for r := range s.each {
		line := row{mode: r.mode.name, kind: r.kind, trouble: r.trouble.name, client: thisSDK, promise: r.promise()}
		for _, r.plan.seed = range s.seeds {
			progress(line, r.plan.seed)
			result, err := r.sdk(t)
			if err != nil {
				t.Fatal(err)
			}
			line.tallies = append(line.tallies, result)
			missed = append(missed, r.missed(result)...)
		}
		missed = append(missed, r.slow(line)...)
		rows = append(rows, line)
	}
	return rows, missed
}

// peerRows runs the other clients with the same plan.
func (s settings) peerRows() (rows []row, err error) {
	if s.peers == "" {
		return nil, nil
	}
	folder, err := os.MkdirTemp("", "chaos")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	program := filepath.Join(folder, "peers")
	if output, err := exec.Command("go", "build", "-C", s.peers, "-o", program, ".").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building %s: %w\n%s", s.peers, err, output)
	}
	for r := range s.each {
		if r.mode.settles || !r.overAPort() {
			continue // to them it is the same as no guard
		}
		r.port = true
		for _, client := range job.Peers {
			line := row{mode: r.mode.name, kind: r.kind, trouble: r.trouble.name, client: client, promise: r.promise()}
			for _, r.plan.seed = range s.peerSeeds {
				progress(line, r.plan.seed)
				result, err := r.peer(program, client)
				if err != nil {
					return nil, err
				}
				line.tallies = append(line.tallies, result)
			}
			rows = append(rows, line)
		}
	}
	return rows, nil
}

func progress(r row, seed uint64) {
	fmt.Fprintf(os.Stderr, "%s  %s, %s, trouble: %s, %s, seed %d\n", time.Now().Format(time.TimeOnly), r.mode, r.kind, r.trouble, r.client, seed)
}
