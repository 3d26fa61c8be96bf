// Package workflows has no code. Its go.mod has the version of the tool that checks
// .github/workflows.
package workflows
