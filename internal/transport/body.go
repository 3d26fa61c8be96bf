package transport

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
)

var errTooLarge = errors.New("the answer is too large")

// buffers has the buffers that hold no answer at the moment.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// readAll reads at most limit bytes, counted after decompression.
func (r *Response) readAll(answer *http.Response, limit int64) error {
	if answer.ContentLength > limit {
		return fmt.Errorf("%w: %d bytes, at most %d are read", errTooLarge, answer.ContentLength, limit)
	}
	r.buffer = buffers.Get().(*[]byte)
	err := r.fill(answer.Body, max(answer.ContentLength, 0)+1, limit)
	switch {
	case int64(len(*r.buffer)) > limit:
		r.Release()
		return fmt.Errorf("%w: at most %d bytes are read", errTooLarge, limit)
	case err != nil:
		err = fmt.Errorf("reading the answer: %w", err)
	}
	r.Body = *r.buffer
	return err
}

// fill reads into the buffer, which is made large enough for an answer of the
// expected size.
func (r *Response) fill(body io.Reader, expected, limit int64) error {
	rest := io.LimitedReader{R: body, N: limit + 1}
	buffer := slices.Grow((*r.buffer)[:0], int(expected))
	defer func() { *r.buffer = buffer }()
	for {
		if len(buffer) == cap(buffer) {
			buffer = slices.Grow(buffer, int(min(rest.N+1, max(512, int64(len(buffer))))))
		}
		n, err := rest.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Take returns the body to a caller that keeps it.
func (r *Response) Take() []byte {
	r.buffer = nil
	return r.Body
}

// Release lets the next answer use the memory of the body, unless Take was called.
func (r *Response) Release() {
	if r.buffer != nil {
		buffers.Put(r.buffer)
		r.Body, r.buffer = nil, nil
	}
}
