// Command filegraph prints pairs of files of the root package that use each other. It fails if
// it finds such a pair in the machinery.
//
//	go -C tools run ./filegraph        # the pairs
//	go -C tools run ./filegraph -all   # every reference, "from -> to: name, ..."
//
// A file uses another one if it uses a name that the other one declares, by the type checker.
// A resource file declares a service, or belongs to a file that does (charge_params.go to
// charge.go). All other files are machinery. A pair of client.go and a resource file is not
// counted, because the client has a field for each service and each service has its client.
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
