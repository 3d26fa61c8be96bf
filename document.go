package omise

import (
	"context"
	"io"
	"iter"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/transport"
)

// A Document is a file: evidence in a dispute, or the picture of a code that a
// payer scans. Times are UTC.
//
// See https://docs.omise.co/documents-api.
type Document struct {
	Object      string       `json:"object" wire:"strict"` // "document"
	ID          string       `json:"id" wire:"strict"`
	Livemode    bool         `json:"livemode"`
	Location    string       `json:"location"` // path of the document
	Deleted     bool         `json:"deleted"`  // true in the answer to a delete
	Filename    string       `json:"filename"`
	Kind        DocumentKind `json:"kind"`         // "" in older documents
	DownloadURI string       `json:"download_uri"` // "" for evidence
	CreatedAt   time.Time    `json:"created_at"`
}

func (d *Document) identity() identity { return identity{kindDocument, d.Object, d.ID} }

// DocumentKind is the kind of a document. The API may add values.
type DocumentKind string

// The kinds of evidence, and of the picture of a payer's code.
const (
	DocumentKindCardholderDetails DocumentKind = "cardholder_details"
	DocumentKindDetailsOfPurchase DocumentKind = "details_of_purchase"
	DocumentKindProofOfReceipt    DocumentKind = "proof_of_receipt"
	DocumentKindProofOfAcceptance DocumentKind = "proof_of_acceptance"
	DocumentKindQR                DocumentKind = "qr"
)

// LargestDocument is the largest file that the API accepts, in bytes.
const LargestDocument = 10 << 20

// DocumentUploadParams describe a file of evidence.
type DocumentUploadParams struct {
	File     io.Reader    `url:"-" check:"required"` // a PNG, JPEG or PDF of at most [LargestDocument] bytes
	Filename string       `url:"-" check:"required"` // must end with .png, .jpg, .jpeg or .pdf
	Kind     DocumentKind `url:"kind,omitempty"`
}

var _ checker = (*DocumentUploadParams)(nil)

func (p *DocumentUploadParams) check() *form.Problem {
	switch strings.ToLower(path.Ext(p.Filename)) {
	case ".png", ".jpg", ".jpeg", ".pdf":
		return nil
	}
	return &form.Problem{Field: "filename", Rule: "must end with .png, .jpg, .jpeg or .pdf"}
}

var _ uploader = (*DocumentUploadParams)(nil)

func (p *DocumentUploadParams) file() *form.File {
	return &form.File{
		Field:       "file",
		Name:        p.Filename,
		ContentType: mime.TypeByExtension(strings.ToLower(path.Ext(p.Filename))),
		Content:     p.File,
		Limit:       LargestDocument,
	}
}

// DocumentsService adds evidence to disputes. All its calls need the secret
// key.
//
// See https://docs.omise.co/documents-api.
type DocumentsService service

var (
	documentUpload = &route{method: http.MethodPost, path: "/disputes/{id}/documents", guard: transport.None}
	documentGet    = get("/disputes/{id}/documents/{document_id}")
	documentDelete = &route{method: http.MethodDelete, path: "/disputes/{id}/documents/{document_id}", guard: transport.Repeatable, lookup: &deleteLookup{documentGet}}
	documentList   = get("/disputes/{id}/documents")
)

// Upload adds a file to an open dispute. The file is read to its end before
// anything is sent.
//
// Errors: [ErrCodeDocumentsLocked] if the dispute is not open,
// [ErrCodeInvalidFileType], [ErrCodeNotFound], [ErrOutcomeUnknown].
//
// See https://docs.omise.co/documents-api.
func (s *DocumentsService) Upload(ctx context.Context, disputeID string, params *DocumentUploadParams, opts ...RequestOption) (*Document, error) {
	return call[Document](ctx, s.client, documentUpload, params, opts, disputeID)
}

// Get returns a document of a dispute.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/documents-api.
func (s *DocumentsService) Get(ctx context.Context, disputeID, id string, opts ...RequestOption) (*Document, error) {
	return call[Document](ctx, s.client, documentGet, nil, opts, disputeID, id)
}

// Delete removes a document from an open dispute and returns it with Deleted
// set.
//
// Errors: [ErrCodeDocumentsLocked] if the dispute is not open, [ErrCodeNotFound].
//
// See https://docs.omise.co/documents-api.
func (s *DocumentsService) Delete(ctx context.Context, disputeID, id string, opts ...RequestOption) (*Document, error) {
	return call[Document](ctx, s.client, documentDelete, nil, opts, disputeID, id)
}

// List returns one page of the documents of a dispute.
//
// See https://docs.omise.co/documents-api.
func (s *DocumentsService) List(ctx context.Context, disputeID string, params *ListParams, opts ...RequestOption) (*List[Document], error) {
	return list[Document](ctx, s.client, documentList, params, opts, disputeID)
}

// All goes through the documents of a dispute, page by page.
//
// See https://docs.omise.co/documents-api.
func (s *DocumentsService) All(ctx context.Context, disputeID string, params *ListParams, opts ...RequestOption) iter.Seq2[*Document, error] {
	return all[Document](ctx, s.client, documentList, params, opts, disputeID)
}
