// Package webpage writes the web pages of the fake: plain HTML that works without
// JavaScript and loads nothing.
package webpage

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
)

var (
	//go:embed layout.html
	layout string
	//go:embed style.css
	style string
)

// New reads a page, which defines the templates title and body. It panics if
// there is a mistake in it.
func New(text string, funcs template.FuncMap) *template.Template {
	t := template.New("page").Funcs(template.FuncMap{"style": func() template.CSS { return template.CSS(style) }})
	return template.Must(template.Must(t.Funcs(funcs).Parse(layout)).Parse(text))
}

// Write answers with a page that no other page may show in a frame, where a
// stranger could make people press its buttons. No cache keeps it, because the
// next moment may change what it shows.
func Write(w http.ResponseWriter, status int, t *template.Template, data any) {
	var text bytes.Buffer
	if err := t.Execute(&text, data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes()) // a browser that is gone has no use for the rest
}
