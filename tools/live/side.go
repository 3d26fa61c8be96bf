package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/omisekit/omise-go/internal/reference"
)

// A side is the real API or a fake.
type side struct {
	name           string
	api, vault     string
	secret, public string
	client         *http.Client
}

// A step is one call and its answer.
type step struct {
	operation string // method and path, without ids
	status    int
	headers   http.Header
	code      string // code of an error
	message   string // message of an error
	form      map[string]string
}

// An answer is the decoded answer to a call.
type answer map[string]any

// text returns the text at a path such as card.id, or the empty string.
func (a answer) text(path string) string {
	key, rest, nested := strings.Cut(path, ".")
	if nested {
		inner, _ := a[key].(map[string]any)
		return answer(inner).text(rest)
	}
	s, _ := a[key].(string)
	return s
}

// A player plays a scene on a side. After an error it does nothing more.
type player struct {
	*side
	header map[string]string // additional headers of calls
	steps  []step
	err    error
}

func play(sc scene, on *side) ([]step, error) {
	p := &player{side: on}
	sc.play(p)
	if p.err != nil {
		return nil, fmt.Errorf("%s: %s: %w", on.name, sc.name, p.err)
	}
	return p.steps, nil
}

// call makes a call of an operation such as GET /charges/{id}, with ids in the order of the
// path and parameters as name=value.
func (p *player) call(operation string, ids []string, values ...string) answer {
	if p.err != nil {
		return nil
	}
	method, path, _ := strings.Cut(operation, " ")
	for _, id := range ids {
		before, rest, _ := strings.Cut(path, "{")
		_, after, _ := strings.Cut(rest, "}")
		path = before + url.PathEscape(cmp.Or(id, "missing")) + after
	}
	form := url.Values{}
	for _, v := range values {
		name, value, _ := strings.Cut(v, "=")
		form.Add(name, value)
	}
	resp, body, err := p.send(method, path, form)
	if err != nil {
		p.err = fmt.Errorf("%s: %w", operation, err)
		return nil
	}
	var got any
	if err := json.Unmarshal(body, &got); err != nil {
		got = "no JSON"
	}
	a, _ := got.(map[string]any)
	s := step{operation: operation, status: resp.StatusCode, headers: resp.Header, form: formOf(got)}
	if s.status != http.StatusOK {
		s.code, s.message = answer(a).text("code"), answer(a).text("message")
	}
	p.steps = append(p.steps, s)
	return a
}

func (p *player) send(method, path string, form url.Values) (*http.Response, []byte, error) {
	base, key, body := p.api, p.secret, io.Reader(nil)
	if strings.HasPrefix(path, "/tokens") {
		base, key = p.vault, p.public
	}
	if method == http.MethodGet {
		path += "?" + form.Encode()
	} else {
		body = strings.NewReader(form.Encode())
	}
	hr, err := http.NewRequest(method, base+path, body)
	if err != nil {
		return nil, nil, err
	}
	hr.SetBasicAuth(key, "")
	hr.Header.Set("Omise-Version", reference.Read().Version)
	if body != nil {
		hr.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range p.header {
		hr.Header.Set(name, value)
	}
	resp, err := p.client.Do(hr)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(io.LimitReader(resp.Body, 10<<20))
	return resp, content, err
}
