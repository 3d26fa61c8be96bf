// Command migrate moves a program from github.com/omise/omise-go v1.7.2 to this SDK. It
// rewrites mechanical changes and lists the others, with file and line.
//
//	go -C omise-go/tools/migrate build -o ../../../migrate . # builds the tool from a clone
//	../migrate ./...                                         # lists
//	../migrate -fix ./...                                    # rewrites
//
// List first: the list is empty after a program was rewritten.
// docs/migrating-from-omise-go.md has the tables, and the changes that the compiler does not
// find. The tests are in the module check, because the go.mod of a program that others install
// must have no replace.
package main

import (
	"golang.org/x/tools/go/analysis/singlechecker"

	"github.com/omisekit/omise-go/tools/migrate/rules"
)

func main() { singlechecker.Main(rules.Analyzer) }
