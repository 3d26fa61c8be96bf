// Package dashboard shows the state of the worlds of the fake. Its buttons act as payers,
// as banks and as the clock.
package dashboard

import (
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/internal/fake/money"
	"github.com/omisekit/omise-go/internal/webpage"
)

// Prefix is the path of the dashboard, next to the API.
const Prefix = "/_dashboard"

// shown is the largest number of records of a kind on the page of a world.
const shown = 25

var (
	//go:embed index.html
	indexHTML string
	//go:embed world.html
	worldHTML string

	indexTemplate = webpage.New(indexHTML, functions)
	worldTemplate = webpage.New(worldHTML, functions)
)

var functions = template.FuncMap{
	"money": money.Format,
	"time":  func(t time.Time) string { return t.UTC().Format(time.DateTime) },
	"tone":  tone,
	"table": func(title, of string, records []fake.Record) table { return table{title, of, records} },
}

// A table lists records of one kind. Each record belongs to another record.
type table struct {
	Title, Of string
	Records   []fake.Record
}

// tone returns the style of a state.
func tone(state string) string {
	switch state {
	case "successful", "paid", "won":
		return "good"
	case "failed", "expired", "lost":
		return "bad"
	case "pending", "open", "waiting":
		return "wait"
	}
	return ""
}

type board struct {
	worlds func() []*fake.Server
}

// Mount serves the dashboard below [Prefix]. The handler api serves all other paths.
func Mount(api http.Handler, worlds func() []*fake.Server) http.Handler {
	pages := http.StripPrefix(Prefix, New(worlds))
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		switch {
		case hr.URL.Path == Prefix:
			http.Redirect(w, hr, Prefix+"/", http.StatusSeeOther)
		case strings.HasPrefix(hr.URL.Path, Prefix+"/"):
			pages.ServeHTTP(w, hr)
		default:
			api.ServeHTTP(w, hr)
		}
	})
}

// New returns the dashboard. It calls worlds for each request. Its links are relative, so
// it can be mounted at any path. It refuses requests from pages of other sites.
func New(worlds func() []*fake.Server) http.Handler {
	b := board{worlds}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", b.index)
	mux.HandleFunc("GET /{key}/{$}", b.show)
	mux.HandleFunc("POST /{key}/{$}", b.act)
	return http.NewCrossOriginProtection().Handler(mux)
}

func (b board) index(w http.ResponseWriter, _ *http.Request) {
	var keys []string
	for _, world := range b.worlds() {
		keys = append(keys, world.PublicKey())
	}
	webpage.Write(w, http.StatusOK, indexTemplate, keys)
}

// A view is the data of the page of a world.
type view struct {
	fake.Overview
	Key     string
	Problem string // error of the last button
}

func (b board) show(w http.ResponseWriter, hr *http.Request) {
	if world := b.world(w, hr); world != nil {
		webpage.Write(w, http.StatusOK, worldTemplate, view{Overview: world.Overview(shown), Key: world.PublicKey()})
	}
}

// act carries out the action of a button and redirects to the page.
func (b board) act(w http.ResponseWriter, hr *http.Request) {
	world := b.world(w, hr)
	if world == nil {
		return
	}
	hr.Body = http.MaxBytesReader(w, hr.Body, 1<<10)
	if err := do(world, hr.PostFormValue("do"), hr.PostFormValue("id")); err != nil {
		webpage.Write(w, http.StatusConflict, worldTemplate, view{world.Overview(shown), world.PublicKey(), err.Error()})
		return
	}
	w.Header().Set("Location", "./")
	w.WriteHeader(http.StatusSeeOther)
}

func do(world *fake.Server, what, id string) error {
	switch what {
	case "approve", "decline":
		return world.Authorize(id, what == "approve")
	case "pay":
		return world.MarkAsPaid(id)
	case "fail":
		return world.MarkAsFailed(id)
	case "dispute":
		return world.Dispute(id)
	case "redeliver":
		return world.Redeliver(id)
	case "day":
		world.Advance(24 * time.Hour)
	case "week":
		world.Advance(7 * 24 * time.Hour)
	default:
		return fmt.Errorf("dashboard: there is no button %q", what)
	}
	return nil
}

// world finds the world that the path names. If there is none, it answers with an error
// and returns nil.
func (b board) world(w http.ResponseWriter, hr *http.Request) *fake.Server {
	for _, world := range b.worlds() {
		if world.PublicKey() == hr.PathValue("key") {
			return world
		}
	}
	http.NotFound(w, hr)
	return nil
}
