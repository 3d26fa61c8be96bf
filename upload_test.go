package omise_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

func TestSchedulesThatCannotBeUploaded(t *testing.T) {
	t.Parallel()
	content := func(n int64) io.Reader { return io.LimitReader(endlessZeros{}, n) }
	tests := map[string]struct {
		params      omise.ScheduleBulkCreateParams
		field, rule string
	}{
		"no file":   {omise.ScheduleBulkCreateParams{Filename: "a.csv"}, "file", "is required"},
		"no name":   {omise.ScheduleBulkCreateParams{File: content(1)}, "filename", "is required"},
		"empty":     {omise.ScheduleBulkCreateParams{File: content(0), Filename: "a.csv"}, "file", "must not be empty"},
		"too large": {omise.ScheduleBulkCreateParams{File: content(omise.LargestUpload + 1), Filename: "a.csv"}, "file", "must not be larger than"},
		"fails":     {omise.ScheduleBulkCreateParams{File: iotest.ErrReader(errors.New("disk on fire")), Filename: "a.csv"}, "file", "cannot be read: disk on fire"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireRefused(t, tt.field, tt.rule, func(ctx context.Context, c *omise.Client) error {
				_, err := c.Schedules.BulkCreate(ctx, &tt.params)
				return err
			})
		})
	}
}

func TestDocumentsThatCannotBeUploaded(t *testing.T) {
	t.Parallel()
	content := func(n int64) io.Reader { return io.LimitReader(endlessZeros{}, n) }
	tests := map[string]struct {
		params      omise.DocumentUploadParams
		field, rule string
	}{
		"no file":      {omise.DocumentUploadParams{Filename: "a.png"}, "file", "is required"},
		"no name":      {omise.DocumentUploadParams{File: content(1)}, "filename", "is required"},
		"bad ending":   {omise.DocumentUploadParams{File: content(1), Filename: "a.exe"}, "filename", "must end with"},
		"no ending":    {omise.DocumentUploadParams{File: content(1), Filename: "png"}, "filename", "must end with"},
		"empty":        {omise.DocumentUploadParams{File: content(0), Filename: "a.png"}, "file", "must not be empty"},
		"too large":    {omise.DocumentUploadParams{File: content(omise.LargestDocument + 1), Filename: "a.pdf"}, "file", "must not be larger than"},
		"endless":      {omise.DocumentUploadParams{File: endlessZeros{}, Filename: "a.pdf"}, "file", "must not be larger than"},
		"fails":        {omise.DocumentUploadParams{File: iotest.ErrReader(errors.New("disk on fire")), Filename: "a.JPG"}, "file", "cannot be read: disk on fire"},
		"fails midway": {omise.DocumentUploadParams{File: io.MultiReader(content(9), iotest.ErrReader(errors.New("gone"))), Filename: "a.jpeg"}, "file", "cannot be read: gone"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireRefused(t, tt.field, tt.rule, func(ctx context.Context, c *omise.Client) error {
				_, err := c.Documents.Upload(ctx, "dspt_test_5xsrnhy5yl6sc7x4pxb", &tt.params)
				return err
			})
		})
	}
}

// endlessZeros is a file that never ends.
type endlessZeros struct{}

func (endlessZeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestDocumentOfTheLargestSizeIsSent(t *testing.T) {
	t.Parallel()
	api := apitest.Respond(200, apitest.ObjectJSON(t, "document"))
	_, err := api.Client(t).Documents.Upload(t.Context(), "dspt_test_5xsrnhy5yl6sc7x4pxb",
		&omise.DocumentUploadParams{File: io.LimitReader(endlessZeros{}, omise.LargestDocument), Filename: "a.pdf"})
	require.NoError(t, err)
	require.Greater(t, len(api.Requests()[0].Payload), omise.LargestDocument)
}
