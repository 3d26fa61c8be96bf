// Package lint has no code. Its go.mod has the versions of the tools that check this
// repository.
package lint
