package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// packages are what a program imports of each SDK, and the module it is in.
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
	t.title("A program that gets a charge, stripped; the package compiled anew, with the standard library built")
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

// modulesIn counts the modules that a binary is made of, without its own.
func modulesIn(binary string) (int, error) {
	out, err := exec.Command("go", "version", "-m", binary).Output()
	return strings.Count(string(out), "\tdep\t"), err
}

// coldCompile is the CPU time of building a package where those that match anew
// are not built yet, the shortest of a few times. A flag that changes nothing
// keeps the go command from finding them built.
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

// goCommand runs the go command and returns the CPU time of it and of all that
// it starts.
func goCommand(args ...string) (time.Duration, error) {
	cmd := exec.Command("go", args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("go %s: %w\n%s", args[0], err, out)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}
