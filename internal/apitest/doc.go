// Package apitest calls every method of every service of the SDK, for the tests
// that compare the SDK with the reference of the API.
//
// # How it works
//
// Operations walks the fields of omise.Client by reflection and finds the methods
// that make one request. It calls each of them once without ids, takes the route
// from the error, and looks up the row of the route in testdata/reference.json.
//
// A test then goes through the operations and calls them: IDs returns an id for
// each name in the path, taken from the recorded objects in testdata/objects, and
// Params returns params with a value in every field, which Filler sets by the
// types of the fields. The client of an API sends the request to memory; Requests
// has what was sent.
//
//	for _, op := range apitest.Operations() {
//		api := apitest.RespondNotFound()
//		err := op.Call(t, api.Client(t), op.IDs(), op.Params()[0])
//		... compare api.Requests()[0] with op.Endpoint ...
//	}
//
// Problems returns a sentence for each method, row and object that lacks its
// counterpart. One test of the root package prints the sentences, and Operations
// leaves such methods out, so that the other tests do not fail as well.
package apitest
