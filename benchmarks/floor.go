package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
)

// connectFloor returns the client that a merchant would write for three endpoints without an
// SDK: net/http, encoding/json and one connection for each caller.
func connectFloor(base string, hc *http.Client) (*client, error) {
	return connectPlain(base, hc, func(body io.Reader, out any) error {
		text, err := io.ReadAll(body)
		if err != nil {
			return err
		}
		return json.Unmarshal(text, out)
	})
}

// connectPooled is the same with a buffer that is reused for each answer.
func connectPooled(base string, hc *http.Client) (*client, error) {
	buffers := sync.Pool{New: func() any { return new(bytes.Buffer) }}
	return connectPlain(base, hc, func(body io.Reader, out any) error {
		buffer := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(buffer)
		buffer.Reset()
		if _, err := buffer.ReadFrom(body); err != nil {
			return err
		}
		return json.Unmarshal(buffer.Bytes(), out)
	})
}

func connectPlain(base string, hc *http.Client, decode func(io.Reader, any) error) (*client, error) {
	if hc == nil {
		hc = &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, MaxConnsPerHost: 64, MaxIdleConnsPerHost: 64}}
	}
	do := func(ctx context.Context, method, path string, form url.Values, out any) error {
		req, err := http.NewRequestWithContext(ctx, method, base+path, strings.NewReader(form.Encode()))
		if err != nil {
			return err
		}
		req.SetBasicAuth(secretKey, "")
		req.Header.Set("Omise-Version", "2019-05-29")
		if form != nil {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		resp, err := hc.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("status %d", resp.StatusCode)
		}
		return decode(resp.Body, out)
	}
	type list struct {
		Data  []*floorCharge `json:"data"`
		Total int            `json:"total"`
	}
	page := func(ctx context.Context, offset int) (l list, err error) {
		return l, do(ctx, http.MethodGet, fmt.Sprintf("/charges?limit=%d&offset=%d", perPage, offset), nil, &l)
	}
	return &client{
		get: func(ctx context.Context, i int) error {
			var charge floorCharge
			if err := do(ctx, http.MethodGet, "/charges/"+omiseID(i), nil, &charge); err != nil {
				return err
			}
			return wanted(charge.ID, i)
		},
		create: func(ctx context.Context, i int, o order) error {
			var charge floorCharge
			if err := do(ctx, http.MethodPost, "/charges", url.Values{
				"amount": {strconv.FormatInt(o.amount, 10)}, "currency": {o.currency}, "card": {"tokn_test_5xsrr3nrzxl8ik9cfcl"}, "description": {"Order 17"},
				"return_uri": {"https://shop.example/orders/17"}, "ip": {"203.0.113.7"}, "capture": {"false"}, "authorization_type": {"pre_auth"},
				"expires_at": {"2027-01-31T10:30:00Z"}, "webhook_endpoints[]": {"https://shop.example/webhooks"}, "metadata[order_id]": {"A-17"},
				"metadata[items]": {"3"}, "metadata[gift]": {"true"}, "metadata[channel]": {"web"}, "metadata[note]": {"leave at the door"},
			}, &charge); err != nil {
				return err
			}
			return wanted(charge.ID, i)
		},
		page: func(ctx context.Context, offset int) (int, error) {
			l, err := page(ctx, offset)
			return len(l.Data), err
		},
		all: func(ctx context.Context, _ int) (n int, err error) {
			for {
				l, err := page(ctx, n)
				if err != nil {
					return n, err
				}
				if n += len(l.Data); n >= l.Total || len(l.Data) == 0 {
					return n, nil
				}
			}
		},
	}, nil
}
