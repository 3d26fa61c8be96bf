package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/omisekit/omise-go/tools/chaos/job"
)

// A survival is the result of the intents of a shop that was killed several times.
type survival struct {
	*tally
	kills int
	by    map[string]int // number of held intents by the way to the result
}

// killed runs a shop in separate processes and kills some of them. It kills a process after
// a random number of notes.
func (r run) killed(kills int) (*survival, error) {
	r.port, r.callers, r.perSecond = true, 20, 100
	w, err := r.world()
	if err != nil {
		return nil, err
	}
	defer w.Close()
	folder, err := os.MkdirTemp("", "chaos")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	journal := filepath.Join(folder, "journal")
	w.job.Client = r.mode.name
	input, err := json.Marshal(w.job)
	if err != nil {
		return nil, err
	}
	s := &survival{by: map[string]int{}}
	moments := rand.New(rand.NewPCG(r.plan.seed, 0))
	for alive := true; alive; {
		notes := 0
		if s.kills < kills {
			notes = r.n/kills/2 + moments.IntN(r.n/kills/2)
		}
		if alive, err = oneShop(input, journal, notes); err != nil {
			return nil, err
		}
		if alive {
			s.kills++
		}
	}
	notes, err := readJournal(journal, r.n)
	if err != nil {
		return nil, err
	}
	results := make([]job.Result, r.n)
	for i, n := range notes {
		results[i] = job.Result{Receipt: n.Receipt}
		if n.State != held {
			results[i] = job.Result{Error: "the shop has given up: " + n.State}
		}
		s.by[n.By]++
	}
	s.tally, _ = r.judge(w, results)
	return s, nil
}

// oneShop runs a shop to its end. If notes is not 0, it kills the shop after that number of
// notes in the journal. It reports whether the shop was killed.
func oneShop(input []byte, journal string, notes int) (killed bool, err error) {
	self, err := os.Executable()
	if err != nil {
		return false, err
	}
	command := exec.Command(self)
	command.Env = append(os.Environ(), journalVariable+"="+journal)
	command.Stdin, command.Stderr = bytes.NewReader(input), os.Stderr
	if err := command.Start(); err != nil {
		return false, err
	}
	before := lines(journal)
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	for {
		select {
		case err = <-done:
			return false, err
		case <-time.After(time.Millisecond):
			if notes > 0 && lines(journal) >= before+notes {
				_ = command.Process.Kill() // SIGKILL; it fails if the process has just ended by itself
				return (<-done) != nil, nil
			}
		}
	}
}

// lines counts the lines of a file. The file may not exist yet.
func lines(file string) int {
	text, _ := os.ReadFile(file)
	return bytes.Count(text, []byte("\n"))
}

// missed returns the bars that a killed shop has missed.
func (s *survival) missed(r run, kills int) (all []string) {
	for _, bar := range []struct {
		name  string
		holds bool
	}{
		{"held = N, dup = wrong = 0", s.Held+s.Twice == s.Intents && s.Dup == 0 && s.Wrong == 0},
		{fmt.Sprintf("killed %d times", kills), s.kills == kills},
		{"some intents were resumed", s.by[byError]+s.by[byIntent]+s.by[bySameCall] > 0},
	} {
		if !bar.holds {
			all = append(all, fmt.Sprintf("killed process, %s, %s: missed: %s", r.mode.name, r.kind, bar.name))
		}
	}
	return append(all, s.Falsehoods...)
}

// killRows kills processes in each mode except processing time, because there the client
// goes on by itself.
func (s settings) killRows(out io.Writer) (missed []string, err error) {
	if s.kills == 0 {
		return nil, nil
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "\nkilled processes: held by the call itself, or by the next process from the stored error, by intent, by the same call again\n")
	fmt.Fprintln(table, "mode\tkind\tintents\tkills\theld\ttwice\tdup\twrong\tcall\terror\tintent\tsame call\tarrivals")
	for r := range s.each {
		if r.mode.settles || !r.overAPort() {
			continue
		}
		r.n, r.plan.seed = min(r.n, 300), s.seeds[0]
		fmt.Fprintf(os.Stderr, "%s  %s, %s, killed\n", time.Now().Format(time.TimeOnly), r.mode.name, r.kind)
		k, err := r.killed(s.kills)
		if err != nil {
			return nil, err
		}
		missed = append(missed, k.missed(r, s.kills)...)
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%.2f\n", r.mode.name, r.kind, k.Intents, k.kills, k.Held, k.Twice, k.Dup, k.Wrong,
			k.by[byCall], k.by[byError], k.by[byIntent], k.by[bySameCall], float64(k.Arrivals)/float64(k.Intents))
	}
	return missed, table.Flush()
}
