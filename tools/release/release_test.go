// Package release_test tries a release before there is one: it serves this working
// tree as a module proxy, and uses the modules from outside as others will.
//
//	go -C tools test -count=1 -v ./release
package release_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

const (
	root    = "github.com/omisekit/omise-go"
	version = "v0.1.0"
)

// A consumer is a directory outside of the repository, with a module cache of its
// own, for which the proxy has this working tree as a release.
type consumer struct {
	t   *testing.T
	dir string
	env []string
}

func newConsumer(t *testing.T) *consumer {
	t.Helper()
	proxy := t.TempDir()
	publish(t, proxy, root, "../..")
	publish(t, proxy, root+"/otel", "../../otel")
	publish(t, proxy, root+"/tools/migrate", "../migrate")
	upstream := goEnv(t, "GOPROXY")
	downloaded := filepath.Join(goEnv(t, "GOMODCACHE"), "cache", "download")
	dir := t.TempDir()
	c := &consumer{t: t, dir: dir, env: append(os.Environ(),
		"GOPROXY=file://"+proxy+",file://"+downloaded+","+upstream,
		"GONOSUMDB="+root+","+root+"/*",
		"GOMODCACHE="+filepath.Join(dir, "modules"), "GOBIN="+filepath.Join(dir, "bin"),
		"GOFLAGS=-modcacherw -mod=mod")}
	return c
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}

// publish writes a module as a proxy serves it.
func publish(t *testing.T, proxy, path, from string) {
	t.Helper()
	dir := filepath.Join(proxy, filepath.FromSlash(path), "@v")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	mod, err := os.ReadFile(filepath.Join(from, "go.mod"))
	require.NoError(t, err)
	for name, text := range map[string]string{
		"list": version + "\n", version + ".info": fmt.Sprintf(`{"Version":%q,"Time":"2026-01-01T00:00:00Z"}`, version), version + ".mod": string(mod),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	file, err := os.Create(filepath.Join(dir, version+".zip"))
	require.NoError(t, err)
	require.NoError(t, zip.CreateFromDir(file, module.Version{Path: path, Version: version}, from))
	require.NoError(t, file.Close())
}

func (c *consumer) run(name string, args ...string) string {
	c.t.Helper()
	command := exec.Command(name, args...)
	command.Dir, command.Env = c.dir, c.env
	out, err := command.CombinedOutput()
	require.NoError(c.t, err, string(out))
	return string(out)
}

func TestTheTelemetryModuleResolvesOutsideTheRepository(t *testing.T) {
	c := newConsumer(t)
	program := `package main

import (
	"fmt"

	"github.com/omisekit/omise-go"
	omiseotel "github.com/omisekit/omise-go/otel"
)

func main() {
	client, err := omise.NewClient("skey_test_1", omiseotel.WithTelemetry(nil, nil))
	fmt.Println(client != nil, err)
}
`
	require.NoError(t, os.WriteFile(filepath.Join(c.dir, "main.go"), []byte(program), 0o600))
	c.run("go", "mod", "init", "example.com/shop")
	c.run("go", "get", root+"@"+version, root+"/otel@"+version)
	require.Contains(t, c.run("go", "list", "-m", root), version)
	require.Equal(t, "true <nil>\n", c.run("go", "run", "."))
}

func TestTheCommandsInstallFromAProxy(t *testing.T) {
	c := newConsumer(t)
	for _, command := range []string{"omise-mock", "omise-listen"} {
		c.run("go", "install", root+"/cmd/"+command+"@"+version)
		require.Contains(t, c.run(filepath.Join(c.dir, "bin", command), "-version"), command+" "+version)
	}
	c.run("go", "install", root+"/tools/migrate@"+version)
	require.Contains(t, c.run(filepath.Join(c.dir, "bin", "migrate"), "-V=full"), "migrate")
}

// TestTheBytesOfAReleaseDoNotDependOnTheDirectory builds in two copies of the
// working tree.
func TestTheBytesOfAReleaseDoNotDependOnTheDirectory(t *testing.T) {
	if os.Getenv("OMISE_RELEASE_TWICE") == "" {
		t.Skip("it builds eight programs twice; OMISE_RELEASE_TWICE=1 runs it")
	}
	var sums []string
	for range 2 {
		dir := t.TempDir()
		out, err := exec.Command("sh", "-c", "git -C ../.. ls-files -z | (cd ../.. && xargs -0 tar cf -) | tar xf - -C "+dir).CombinedOutput()
		require.NoError(t, err, string(out))
		build := exec.Command(filepath.Join(dir, ".ci", "release"), filepath.Join(dir, "dist"), version)
		out, err = build.CombinedOutput()
		require.NoError(t, err, string(out))
		text, err := os.ReadFile(filepath.Join(dir, "dist", "SHA256SUMS"))
		require.NoError(t, err)
		sums = append(sums, string(text))
	}
	require.Equal(t, sums[0], sums[1])
	require.Equal(t, 8, strings.Count(sums[0], "\n"))
	t.Log(sums[0])
}
