package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// packages has the package that a program imports of each SDK, and its module.
var packages = map[string]struct{ path, module string }{
	"this SDK":  {"github.com/omisekit/omise-go", "github.com/omisekit/omise-go"},
	"omise-go":  {"github.com/omise/omise-go", "github.com/omise/omise-go"},
	"stripe-go": {"github.com/stripe/stripe-go/v85", "github.com/stripe/stripe-go/v85"},
}

func printBuild(t *table, _ *documents, runs int) error {
	dir, err := os.MkdirTemp("", "benchmarks")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	sizes := map[string]int64{}
	for _, s := range sdks {
		if s.program == "" {
			continue
		}
		if sizes[s.name], err = binarySize(dir, s.program); err != nil {
			return err
		}
	}
	t.title("A program that gets a charge, stripped; compiling the package when the standard library is built already")
	t.row("", "binary", "over the floor", "modules in it", "compile, CPU", "with all it imports")
	for _, s := range sdks {
		if s.program == "" {
			continue
		}
		cells := []string{s.name, fmt.Sprintf("%.2f MB", float64(sizes[s.name])/1e6), fmt.Sprintf("%.2f MB", float64(sizes[s.name]-sizes["floor"])/1e6)}
		if p, ok := packages[s.name]; ok {
			modules, err := modulesIn(filepath.Join(dir, s.program))
			if err != nil {
				return err
			}
			cells = append(cells, fmt.Sprint(modules))
			for _, anew := range []string{p.path, "github.com/..."} {
				took, err := coldCompile(p.path, anew, runs)
				if err != nil {
					return err
				}
				cells = append(cells, fmt.Sprintf("%.2f s", took.Seconds()))
			}
		}
		t.row(cells...)
	}
	return nil
}

func binarySize(dir, program string) (int64, error) {
	file := filepath.Join(dir, program)
	if _, err := goCommand("build", "-trimpath", "-ldflags=-s -w", "-o", file, "./programs/"+program); err != nil {
		return 0, err
	}
	info, err := os.Stat(file)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// modulesIn counts the modules in a binary without its main module.
func modulesIn(binary string) (int, error) {
	out, err := exec.Command("go", "version", "-m", binary).Output()
	return strings.Count(string(out), "\tdep\t"), err
}

// coldCompile returns the shortest CPU time of several builds of a package. Packages that match
// anew are compiled in each build: a flag without effect keeps the go command from using their
// cached results.
func coldCompile(path, anew string, runs int) (best time.Duration, err error) {
	for range runs {
		took, err := goCommand("build", fmt.Sprintf("-gcflags=%s=-D=%d", anew, time.Now().UnixNano()), path)
		if err != nil {
			return 0, err
		}
		if best == 0 || took < best {
			best = took
		}
	}
	return best, nil
}

// goCommand runs the go command and returns the CPU time of it and of its child processes.
func goCommand(args ...string) (time.Duration, error) {
	cmd := exec.Command("go", args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("go %s: %w\n%s", args[0], err, out)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}
