package database

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A server is a process of a database that ends with the test.
type server struct {
	t       testing.TB
	dir     string              // directory of its data and its socket
	owner   *syscall.Credential // user that runs it, because root may not
	program string
	args    []string

	driver, dsn string

	log     log
	process *exec.Cmd
}

// newServer makes a directory for a server. One of the users runs the server.
func newServer(t testing.TB, users ...string) *server {
	t.Helper()
	dir, err := os.MkdirTemp("", "db") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return &server{t: t, dir: dir, owner: unprivileged(t, dir, users)}
}

// serve starts the server and returns its address.
func (s *server) serve() Source {
	s.t.Helper()
	s.start(0)
	s.t.Cleanup(s.stop)
	return Source{Driver: s.driver, DSN: s.dsn, Restart: func(ahead time.Duration) {
		s.stop()
		s.start(ahead)
	}}
}

func (s *server) start(ahead time.Duration) {
	s.t.Helper()
	s.process = s.command(s.program, s.args...)
	s.process.Env = os.Environ()
	if ahead != 0 {
		s.process.Env = append(s.process.Env, "LD_PRELOAD="+clockLibrary(s.t), fmt.Sprintf("FAKETIME=%+ds", int(ahead.Seconds())), "FAKETIME_DONT_FAKE_MONOTONIC=1")
	}
	s.process.Stdout, s.process.Stderr = &s.log, &s.log
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	if err := await(s.driver, s.dsn); err != nil {
		s.t.Fatalf("%s does not answer: %v\n%s", s.program, err, s.log.String())
	}
}

// stop closes connections and ends the server.
func (s *server) stop() {
	end := syscall.SIGINT // PostgreSQL ends at once with it
	if s.driver == "mysql" {
		end = syscall.SIGTERM
	}
	s.process.Process.Signal(end)
	s.process.Wait()
}

// run runs a program to its end.
func (s *server) run(name string, args ...string) {
	s.t.Helper()
	if output, err := s.command(name, args...).CombinedOutput(); err != nil {
		s.t.Fatalf("%s: %v\n%s", name, err, output)
	}
}

func (s *server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.owner, Pdeathsig: syscall.SIGKILL}
	return cmd
}

// A log has the output of a server. It can be read while the server writes.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// find finds a program of a server in PATH or in its directory on Debian.
func find(t testing.TB, name, pattern, debian string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, _ := filepath.Glob(pattern + "/" + name)
	if len(found) == 0 {
		t.Fatalf("%s is not there: apt-get install %s", name, debian)
	}
	return found[len(found)-1]
}

// clockLibrary finds libfaketime, which changes the time that a program sees.
func clockLibrary(t testing.TB) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/*/faketime/libfaketime.so.1")
	if len(found) == 0 {
		t.Fatal("libfaketime is not there: apt-get install libfaketime")
	}
	return found[0]
}

// unprivileged gives the directory to a user who may run the server.
func unprivileged(t testing.TB, dir string, users []string) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range append(users, "nobody") {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	t.Fatal("there is no user to run a server as")
	return nil
}
