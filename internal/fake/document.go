package fake

import (
	"path"
	"slices"
	"strings"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

// maxDocumentSize is the largest accepted size of an evidence file, in bytes.
const maxDocumentSize = 10 << 20

// A document is an evidence file of a dispute or the image of a QR code.
type document struct {
	entity
	deleted  bool
	filename string
	location string
	kind     string
	code     string // secret part of its download address, empty if there is no download
	content  []byte // uploaded content; nil for the image of a code
}

func (s *Server) documentView(d *document, _ bool) object {
	return shape.New("document").With(object{
		"id":           d.id,
		"deleted":      d.deleted,
		"filename":     d.filename,
		"location":     d.location,
		"kind":         shape.OrNull(d.kind),
		"download_uri": shape.OrNull(s.downloadURI(d)),
		"created_at":   d.createdAt,
	})
}

// newCodeImage makes the image of the code that the payer of a charge scans.
func (s *Server) newCodeImage(c *charge, filename, kind string) *document {
	d := &document{entity: s.newEntity("docu"), filename: filename, kind: kind}
	d.location = "/charges/" + c.id + "/documents/" + d.id
	d.code = strings.ToUpper(s.ids.chars(16))
	return d
}

func disputeDocuments(d *dispute) []*document { return d.documents }

func (s *Server) createDocument(r *request) (any, *apiError) {
	d, err := s.disputes.find(r.id("id"))
	if err != nil {
		return nil, err
	}
	if err := d.checkUnlocked(); err != nil {
		return nil, err
	}
	file, ok := r.files["file"]
	if !ok {
		return nil, fail(missingFile, "missing file or filename")
	}
	if !slices.Contains([]string{".png", ".jpg", ".jpeg", ".pdf"}, strings.ToLower(path.Ext(file.filename))) {
		return nil, fail(invalidFileType, "invalid content-type")
	}
	var bad params.Problems
	if len(file.content) > maxDocumentSize {
		bad.Add("file is too large (maximum is 10 MB)")
	}
	kind := r.params.Choice("kind", &bad,
		"cardholder_details", "details_of_purchase", "proof_of_receipt", "proof_of_acceptance")
	if err := refuse(badRequest, bad); err != nil {
		return nil, err
	}
	doc := &document{entity: s.newEntity("docu"), filename: file.filename, kind: kind, content: file.content}
	doc.code = strings.ToUpper(s.ids.chars(16))
	doc.location = "/disputes/" + d.id + "/documents/" + doc.id
	d.documents = append(d.documents, doc)
	return s.documentView(doc, false), nil
}

func (s *Server) getDocument(r *request) (any, *apiError) {
	_, doc, err := s.findDocument(r)
	if err != nil {
		return nil, err
	}
	return s.documentView(doc, false), nil
}

func (s *Server) deleteDocument(r *request) (any, *apiError) {
	d, doc, err := s.findDocument(r)
	if err != nil {
		return nil, err
	}
	if err := d.checkUnlocked(); err != nil {
		return nil, err
	}
	doc.deleted = true
	d.documents = slices.DeleteFunc(d.documents, func(other *document) bool { return other == doc })
	return s.documentView(doc, false), nil
}

func (s *Server) findDocument(r *request) (*dispute, *document, *apiError) {
	d, err := s.disputes.find(r.id("id"))
	if err != nil {
		return nil, nil, err
	}
	id := r.id("document_id")
	i := slices.IndexFunc(d.documents, func(doc *document) bool { return doc.id == id })
	if i < 0 {
		return nil, nil, failNotFound("document", id)
	}
	return d, d.documents[i], nil
}

func (d *dispute) checkUnlocked() *apiError {
	if d.status != disputeOpen {
		return fail(documentsLocked, "documents list cannot be modified")
	}
	return nil
}
