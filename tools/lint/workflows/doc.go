// Package workflows pins the version of the tool that checks .github/workflows, in
// its go.mod. It has no code.
package workflows
