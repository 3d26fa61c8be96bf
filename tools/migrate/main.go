// Command migrate moves a program from github.com/omise/omise-go v1.7.2 to this
// SDK. It rewrites what is mechanical and lists the rest, with file and line.
//
//	go run github.com/omisekit/omise-go/tools/migrate@latest ./...      # lists
//	go run github.com/omisekit/omise-go/tools/migrate@latest -fix ./... # rewrites
//
// List first: once a program is rewritten, there is nothing left to list.
// docs/migrating-from-omise-go.md has the tables behind it, and what changes in
// silence. The tests are in check, a module of their own, because a program that
// others install must not replace a module.
package main

import (
	"golang.org/x/tools/go/analysis/singlechecker"

	"github.com/omisekit/omise-go/tools/migrate/rules"
)

func main() { singlechecker.Main(rules.Analyzer) }
