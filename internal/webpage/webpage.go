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

// New parses a page, which defines the templates title and body. It panics if the page
// has a mistake.
func New(text string, funcs template.FuncMap) *template.Template {
	t := template.New("page").Funcs(template.FuncMap{"style": func() template.CSS { return template.CSS(style) }})
	return template.Must(template.Must(t.Funcs(funcs).Parse(layout)).Parse(text))
}

// Write answers with a page. No other page may show it in a frame, because a stranger
// could then make people press its buttons. It is not cached, because its content may
// change at any moment.
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
	_, _ = w.Write(text.Bytes()) // the browser may have closed the connection
}
