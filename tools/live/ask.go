package main

import (
	"fmt"
	"io"
	"time"
)

// A question is about behaviour of the API that no source tells. The answer is a sentence for
// docs/fidelity.md.
type question struct {
	text string
	ask  func(*player) string
}

// ask asks all questions and prints the answers as a list in Markdown.
func ask(of *side, out io.Writer) error {
	fmt.Fprintf(out, "Asked of %s on %s.\n\n", of.name, time.Now().UTC().Format(time.DateOnly))
	for _, q := range questions {
		p := &player{side: of}
		answer := q.ask(p)
		if p.err != nil {
			return fmt.Errorf("%s: %s: %w", of.name, q.text, p.err)
		}
		fmt.Fprintf(out, "- %s %s\n", q.text, answer)
	}
	return nil
}

// outcome returns the result of the last call in words.
func (p *player) outcome() string {
	if len(p.steps) == 0 {
		return "no answer"
	}
	switch last := p.steps[len(p.steps)-1]; last.code {
	case "":
		return fmt.Sprint(last.status)
	default:
		return fmt.Sprintf("%d %s (%q)", last.status, last.code, last.message)
	}
}
