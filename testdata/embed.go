// Package testdata embeds what the API is known to look like.
//
// The tests hold the SDK to it, the fake starts every answer from it, and the
// drift check compares it with the API's own description. The SDK itself does
// not import it.
package testdata

import "embed"

// Objects holds objects/<name>.json, one recorded shape per API object.
//
//go:embed objects
var Objects embed.FS

// Reference is reference.json: every endpoint with its parameters, every object
// with its attributes, every enum with its values.
//
//go:embed reference.json
var Reference []byte

// Errors is errors.json: error answers of the API, each with the call that it
// answers. A source is "recorded" where an official SDK keeps the whole exchange,
// "reference" where a page of the reference shows the answer, and "sdk" where the
// tests of an SDK have it, without a status unless they say it.
//
//go:embed errors.json
var Errors []byte
