package main

import (
	"fmt"
	"io"
)

// print prints the differences. Those that are new in the API come first.
func (r report) print(w io.Writer) {
	if len(r) == 0 {
		fmt.Fprintln(w, "The API's description and the SDK agree.")
		return
	}
	r.section(w, "New in the API, missing in the SDK:", true)
	r.section(w, "In the SDK, not in the API's description:", false)
	fmt.Fprintf(w, "%d differences\n", len(r))
}

func (r report) section(w io.Writer, title string, isNew bool) {
	first := true
	for _, d := range r {
		if d.new != isNew {
			continue
		}
		if first {
			fmt.Fprintln(w, title)
			first = false
		}
		fmt.Fprintf(w, "  %-11s %s\n", d.kind, d.name)
	}
	if !first {
		fmt.Fprintln(w)
	}
}
