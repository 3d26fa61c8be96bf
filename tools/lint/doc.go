// Package lint pins the versions of the tools that check this repository, in its
// go.mod. It has no code.
package lint
