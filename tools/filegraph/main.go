// Command filegraph prints which files of the root package refer to each other
// both ways, and fails if it finds such a pair in the machinery.
//
//	go -C tools run ./filegraph        # the pairs
//	go -C tools run ./filegraph -all   # every reference, "from -> to: name, ..."
//
// A file refers to another one if it uses a name that the other one declares, as
// the type checker sees it. Resource files declare a service, or belong to a file
// that does (charge_params.go to charge.go); all others are machinery. A pair of
// client.go and a resource file is not counted: the client has a field for each
// service, and each service has its client.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	all := flag.Bool("all", false, "print every reference")
	dir := flag.String("dir", "..", "the directory of the package")
	flag.Parse()
	g, err := load(*dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if *all {
		g.print(os.Stdout)
	}
	pairs := g.mutual()
	for _, p := range pairs {
		fmt.Println(p)
	}
	fmt.Printf("%d files of machinery, %d of resources, %d references, %d mutual pairs\n",
		len(g.machinery()), len(g.files)-len(g.machinery()), g.references(), len(pairs))
	if len(pairs) > 0 {
		os.Exit(1)
	}
}
