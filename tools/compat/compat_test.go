// Package compat shows that clients of other projects work with the fake. Each client goes
// through the steps of flow.json, and has to see the values in it.
//
// Two of the clients are SDKs of Omise. The clients in PHP, Ruby and Python use the HTTP
// client of the language and send the same requests as the SDKs for these languages.
//
//	(cd npm && npm ci --ignore-scripts)
//	apt-get install php-cli ruby python3
//	go test ./...
package compat

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A step is one call of the flow, with the values that its answer must have. The names are
// paths into the answer, such as cards.data.0.brand or data.length.
type step struct {
	Step string
	Want map[string]any
}

func TestClients(t *testing.T) {
	var flow []step
	text, err := os.ReadFile("flow.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &flow); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("npm/node_modules/omise"); err != nil {
		t.Fatal("the npm package is missing: run npm ci --ignore-scripts in tools/compat/npm")
	}
	mock := start(t)
	port := strings.TrimPrefix(mock, "http://")
	for name, client := range map[string]*exec.Cmd{
		"omiseGo": exec.Command(build(t, ".", "./omise-go")),
		"npm":     exec.Command("node", "npm/flow.js"),
		"curl":    exec.Command("sh", "curl/flow.sh"),
		"php":     exec.Command("php", "php/flow.php"),
		"ruby":    exec.Command("ruby", "ruby/flow.rb"),
		"python":  exec.Command("python3", "python/flow.py"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client.Env = append(withoutProxies(os.Environ()),
				"OMISE_MOCK_URL="+mock, "OMISE_SECRET_KEY=skey_test_"+name, "OMISE_PUBLIC_KEY=pkey_test_"+name)
			if name == "npm" {
				client.Env = append(client.Env, "http_proxy=http://"+port)
			}
			began := time.Now()
			var stderr bytes.Buffer
			client.Stderr = &stderr
			out, err := client.Output()
			if err != nil {
				t.Fatalf("%v\n%s%s", err, out, &stderr)
			}
			compare(t, flow, out)
			t.Logf("%d steps in %v", len(flow), time.Since(began).Round(time.Millisecond))
		})
	}
}

// compare compares the output of a client with the flow.
func compare(t *testing.T, flow []step, out []byte) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	for i, line := range lines {
		name, text, _ := strings.Cut(line, "\t")
		if i >= len(flow) || name != flow[i].Step {
			t.Fatalf("step %d is %q", i+1, name)
		}
		var answer any
		if err := json.Unmarshal([]byte(text), &answer); err != nil {
			t.Fatalf("%s: %v: %s", name, err, text)
		}
		for _, path := range slices.Sorted(maps.Keys(flow[i].Want)) {
			if want, got := flow[i].Want[path], at(answer, path); !reflect.DeepEqual(want, got) {
				t.Errorf("%s: %s is %v, want %v", name, path, got, want)
			}
		}
	}
	if len(lines) < len(flow) {
		t.Errorf("%q and all later steps are missing", flow[len(lines)].Step)
	}
}

// at returns the value at a path, or nil.
func at(v any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		switch of := v.(type) {
		case map[string]any:
			v = of[name]
		case []any:
			n, err := strconv.Atoi(name)
			switch {
			case name == "length":
				v = float64(len(of))
			case err == nil && n < len(of):
				v = of[n]
			default:
				return nil
			}
		default:
			return nil
		}
	}
	return v
}

// start builds and starts omise-mock on a free port and returns its URL. At the end of the
// test omise-mock has to end without an error.
func start(t *testing.T) string {
	t.Helper()
	server := exec.Command(build(t, "../..", "./cmd/omise-mock"), "-addr", "127.0.0.1:0", "-print", "json", "-seed", "1")
	server.Stderr = t.Output()
	stdout, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := server.Wait(); err != nil {
			t.Errorf("omise-mock: %v", err)
		}
	})
	var greeting struct{ URL string }
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(line, &greeting); err != nil {
		t.Fatal(err)
	}
	return greeting.URL
}

// build builds a program of a module and returns its path.
func build(t *testing.T, module, program string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	command := exec.Command("go", "build", "-o", path, program)
	command.Dir = module
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatal(fmt.Errorf("go build %s: %w\n%s", program, err, out))
	}
	return path
}

func withoutProxies(environment []string) []string {
	return slices.DeleteFunc(environment, func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return strings.HasSuffix(strings.ToLower(name), "_proxy")
	})
}
