package omise_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

const exportID = "recurr_test_vru5mvnnkylamy790yn"

// A download may be larger than any other answer.
func TestADownloadIsHandedOverAsItComes(t *testing.T) {
	t.Parallel()
	for name, length := range map[string]int64{"announced": int64(len(large)), "not announced": -1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := &trackedBody{Reader: strings.NewReader(large)}
			file, err := respondWithFile(200, body, length).Client(t).RecurringExports.Download(t.Context(), exportID)
			require.NoError(t, err)
			require.Zero(t, body.read, "nothing is read ahead")
			require.False(t, body.closed)
			content, err := io.ReadAll(file)
			require.NoError(t, err)
			require.True(t, string(content) == large, "%d of %d bytes", len(content), len(large))
			require.False(t, body.closed, "the caller closes it")
			require.NoError(t, file.Close())
			require.True(t, body.closed)
		})
	}
}

func TestADownloadMayBeClosedEarly(t *testing.T) {
	t.Parallel()
	body := &trackedBody{Reader: endlessZeros{}}
	api := respondWithFile(200, body, -1)
	file, err := api.Client(t).RecurringExports.Download(t.Context(), exportID)
	require.NoError(t, err)
	_, err = io.ReadFull(file, make([]byte, 10))
	require.NoError(t, err)
	require.NoError(t, api.Requests()[0].Context().Err())
	require.NoError(t, file.Close())
	require.True(t, body.closed)
	require.Equal(t, 10, body.read)
	require.ErrorIs(t, api.Requests()[0].Context().Err(), context.Canceled, "the context of the attempt has ended")
	require.NoError(t, file.Close(), "a second Close does no harm")
}

func TestADownloadThatIsRefusedIsAnError(t *testing.T) {
	t.Parallel()
	const notFound = `{"object":"error","location":"l","code":"not_found","message":"export was not found"}`
	for _, row := range []struct {
		name   string
		status int
		body   string
		is     error
		says   string
	}{
		{"not found", 404, notFound, omise.ErrCodeNotFound, "not_found: export was not found (HTTP 404, request req_1)"},
		{"a page of something in between", 502, badGateway, nil, "the answer is not an error of the API (HTTP 502"},
		{"elsewhere", 302, "", nil, "HTTP 302"},
		{"an endless error", 500, large, nil, "the answer is too large"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			body := &trackedBody{Reader: strings.NewReader(row.body)}
			file, err := respondWithFile(row.status, body, -1).Client(t).RecurringExports.Download(t.Context(), exportID)
			require.Nil(t, file)
			require.Equal(t, row.status, failure(t, err).Status)
			require.ErrorContains(t, err, row.says)
			require.NotErrorIs(t, err, omise.ErrOutcomeUnknown, "a read changes nothing")
			if row.is != nil {
				require.ErrorIs(t, err, row.is)
			}
			require.True(t, body.closed)
		})
	}
}

func TestADownloadThatCannotStartIsTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first := &trackedBody{Reader: strings.NewReader(badGateway)}
		api := respondWithFile(502, first, -1)
		answer := api.Respond
		api.Respond = func(hr *http.Request) (*http.Response, error) {
			if len(api.Requests()) > 1 {
				return apitest.Response(200, "a,b"), nil
			}
			return answer(hr)
		}
		var resp omise.Response
		file, err := api.Client(t, omise.WithMaxRetries(1)).RecurringExports.Download(t.Context(), exportID, omise.WithResponseInto(&resp))
		require.NoError(t, err)
		defer file.Close()
		content, err := io.ReadAll(file)
		require.NoError(t, err)
		require.Equal(t, "a,b", string(content))
		require.True(t, first.closed)
		require.Equal(t, 2, resp.Attempts)
	})
}

// The response has all of the answer except the body, which the caller reads.
func TestADownloadTellsItsResponse(t *testing.T) {
	t.Parallel()
	var resp omise.Response
	file, err := respondWithFile(200, io.NopCloser(strings.NewReader("a,b")), 3).Client(t).
		RecurringExports.Download(t.Context(), exportID, omise.WithResponseInto(&resp))
	require.NoError(t, err)
	defer file.Close()
	require.Equal(t, 200, resp.StatusCode)
	require.Equal(t, 1, resp.Attempts)
	require.Equal(t, "text/csv", resp.Header.Get("Content-Type"))
	require.Equal(t, "req_1", resp.RequestID)
	require.Empty(t, resp.Body)
}

func TestADownloadEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(2*time.Second, cancel)
		file, err := respondWithDrips().Client(t).RecurringExports.Download(ctx, exportID)
		require.NoError(t, err)
		defer file.Close()
		start := time.Now()
		_, err = io.ReadAll(file)
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, 2*time.Second, time.Since(start))
	})
}

func TestADownloadEndsWithItsTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		file, err := respondWithDrips().Client(t, omise.WithTimeout(3*time.Second)).RecurringExports.Download(t.Context(), exportID)
		require.NoError(t, err)
		defer file.Close()
		_, err = io.ReadAll(file)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 3*time.Second, time.Since(start))
	})
}

// The connection is real, and the answer ends too early.
func TestADownloadThatBreaksOffIsNotTakenForWhole(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "99")
		w.Write([]byte("a,b\n"))
	}))
	defer srv.Close()
	client, err := omise.NewClient(testSecret, omise.WithBaseURL(srv.URL), omise.WithMaxRetries(0))
	require.NoError(t, err)
	file, err := client.RecurringExports.Download(t.Context(), exportID)
	require.NoError(t, err)
	defer file.Close()
	content, err := io.ReadAll(file)
	require.True(t, errors.Is(err, io.ErrUnexpectedEOF), "%v", err)
	require.True(t, bytes.Equal([]byte("a,b\n"), content))
}
