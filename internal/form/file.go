package form

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strings"
)

// A File is the file of an upload.
type File struct {
	Field       string // name of the part
	Name        string // file name that the API sees
	ContentType string
	Content     io.Reader
	Limit       int64 // largest content that is accepted
}

// EncodeFile returns params, extra and the file in multipart encoding, and the
// content type that names its boundary. The file is read to its end, so that
// the request can be sent again.
func EncodeFile(params any, extra url.Values, file *File) (body, contentType string, problem *Problem) {
	pairs, err := pairsOf(params, extra)
	if err != nil {
		return "", "", &Problem{"params", "cannot be encoded: " + err.Error()}
	}
	content, err := io.ReadAll(io.LimitReader(file.Content, file.Limit+1))
	switch {
	case err != nil:
		return "", "", &Problem{file.Field, "cannot be read: " + err.Error()}
	case int64(len(content)) > file.Limit:
		return "", "", &Problem{file.Field, fmt.Sprintf("must not be larger than %d bytes", file.Limit)}
	case len(content) == 0:
		return "", "", &Problem{file.Field, "must not be empty"}
	}
	var b strings.Builder // its writes never fail
	w := multipart.NewWriter(&b)
	for _, p := range pairs {
		w.WriteField(p.name, p.value)
	}
	part, _ := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition(file.Field, file.Name)},
		"Content-Type":        {file.ContentType},
	})
	part.Write(content)
	w.Close()
	return b.String(), w.FormDataContentType(), nil
}
