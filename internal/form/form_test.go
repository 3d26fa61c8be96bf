package form_test

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/form"
)

type charge struct {
	Amount  int      `url:"amount" check:"positive"`
	Name    string   `url:"name,omitempty" check:"required"`
	Capture *bool    `url:"capture,omitempty"`
	Limit   *int64   `url:"limit,omitempty" check:"positive"`
	Card    *card    `url:"card,omitempty"`
	Tags    []string `url:"tags,omitempty,brackets"`
	secret  string
}

type card struct {
	Number string `url:"number,omitempty" check:"required"`
	Owner  owner  `url:"owner"`
}

type owner struct {
	Age int `url:"age,omitempty" check:"positive"`
}

type broken struct{}

func (broken) EncodeValues(string, *url.Values) error { return errors.New("out of ink") }

func TestEncodeSortsByNameAndKeepsTheOrderOfValues(t *testing.T) {
	t.Parallel()
	text, err := form.Encode(&charge{Amount: 1, Tags: []string{"z", "a"}, secret: "s"}, url.Values{"b": {"2", "1"}, "tags[]": {"m"}})
	require.NoError(t, err)
	require.Equal(t, "amount=1&b=2&b=1&tags%5B%5D=z&tags%5B%5D=a&tags%5B%5D=m", text)
}

func TestEncodeSortsManyParametersInTheSameWay(t *testing.T) {
	t.Parallel()
	values := url.Values{}
	var want []string
	for i := range 100 {
		name := fmt.Sprintf("k%02d", i)
		values[name] = []string{"z", "a"}
		want = append(want, name+"=z", name+"=a")
	}
	text, err := form.Encode(nil, values)
	require.NoError(t, err)
	require.Equal(t, strings.Join(want, "&"), text)
}

func TestEncodeOfNothingIsNothing(t *testing.T) {
	t.Parallel()
	for name, params := range map[string]any{"nil": nil, "a nil pointer": (*charge)(nil)} {
		text, err := form.Encode(params, nil)
		require.NoError(t, err, name)
		require.Empty(t, text, name)
	}
}

func TestEncodeEscapesNamesAndValues(t *testing.T) {
	t.Parallel()
	text, err := form.Encode(nil, url.Values{"a[b&c]": {"1 + 1 = 2", "ก"}})
	require.NoError(t, err)
	require.Equal(t, "a%5Bb%26c%5D=1+%2B+1+%3D+2&a%5Bb%26c%5D=%E0%B8%81", text)
}

func TestEncodePassesTheErrorOfAFieldOn(t *testing.T) {
	t.Parallel()
	_, err := form.Encode(struct {
		B broken `url:"b"`
	}{}, nil)
	require.ErrorContains(t, err, "out of ink")
}

func TestIndexKeepsEachElementTogether(t *testing.T) {
	t.Parallel()
	values := url.Values{}
	for i, n := range map[int]string{0: "a", 2: "b", 10: "c", 9999: "d"} {
		values.Set(form.Index("items", i)+"[amount]", n)
		values.Set(form.Index("items", i)+"[subs]"+form.Index("", 1), n+"1")
		values.Set(form.Index("items", i)+"[subs]"+form.Index("", 0), n+"0")
	}
	text, err := form.Encode(nil, values)
	require.NoError(t, err)
	plain, err := url.QueryUnescape(text)
	require.NoError(t, err)
	var want []string
	for _, n := range []string{"a", "b", "c", "d"} {
		want = append(want, "items[][amount]="+n, "items[][subs][]="+n+"0", "items[][subs][]="+n+"1")
	}
	require.Equal(t, strings.Join(want, "&"), plain)
}

func TestCheckNamesTheFirstFieldThatBreaksItsRule(t *testing.T) {
	t.Parallel()
	good := func(change func(*charge)) *charge {
		c := &charge{Amount: 1, Name: "n", Limit: new(int64(1)), Card: &card{Number: "4", Owner: owner{Age: 1}}}
		change(c)
		return c
	}
	for _, row := range []struct {
		name   string
		params any
		want   *form.Problem
	}{
		{"all is well", good(func(*charge) {}), nil},
		{"a value instead of a pointer", *good(func(*charge) {}), nil},
		{"nil", nil, nil},
		{"a nil pointer", (*charge)(nil), nil},
		{"no struct", "text", nil},
		{"a zero where it must be positive", good(func(c *charge) { c.Amount = 0 }), &form.Problem{Field: "amount", Rule: "must be greater than 0"}},
		{"a negative number", good(func(c *charge) { c.Amount = -1 }), &form.Problem{Field: "amount", Rule: "must be greater than 0"}},
		{"a missing text", good(func(c *charge) { c.Name = "" }), &form.Problem{Field: "name", Rule: "is required"}},
		{"a nil number", good(func(c *charge) { c.Limit = nil }), nil},
		{"a pointer to zero", good(func(c *charge) { c.Limit = new(int64) }), &form.Problem{Field: "limit", Rule: "must be greater than 0"}},
		{"a nil struct", good(func(c *charge) { c.Card = nil }), nil},
		{"a field of a struct", good(func(c *charge) { c.Card.Number = "" }), &form.Problem{Field: "card[number]", Rule: "is required"}},
		{"a field two structs down", good(func(c *charge) { c.Card.Owner.Age = -1 }), &form.Problem{Field: "card[owner][age]", Rule: "must be greater than 0"}},
		{"an element of a slice", struct {
			Cards []card `url:"cards"`
		}{[]card{{Number: "4", Owner: owner{1}}, {}}}, &form.Problem{Field: "cards[1][number]", Rule: "is required"}},
		{"a field that is no value", struct {
			File io.Reader `url:"-" check:"required"`
		}{}, &form.Problem{Field: "file", Rule: "is required"}},
		{"a field that is not sent", struct {
			Own string `check:"required"`
		}{}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, row.want, form.Check(row.params))
		})
	}
}

func fileOf(content io.Reader) *form.File {
	return &form.File{Field: "file", Name: `my "best" receipt.png`, ContentType: "image/png", Content: content, Limit: 5}
}

func TestEncodeFileCarriesParamsExtrasAndTheFile(t *testing.T) {
	t.Parallel()
	body, contentType, problem := form.EncodeFile(&charge{Amount: 1}, url.Values{"note": {"a", "b"}}, fileOf(strings.NewReader("12345")))
	require.Nil(t, problem)
	kind, options, err := mime.ParseMediaType(contentType)
	require.NoError(t, err)
	require.Equal(t, "multipart/form-data", kind)
	read, err := multipart.NewReader(strings.NewReader(body), options["boundary"]).ReadForm(1 << 10)
	require.NoError(t, err)
	require.Equal(t, map[string][]string{"amount": {"1"}, "note": {"a", "b"}}, read.Value)
	require.Len(t, read.File["file"], 1)
	header := read.File["file"][0]
	require.Equal(t, `my "best" receipt.png`, header.Filename)
	require.Equal(t, "image/png", header.Header.Get("Content-Type"))
	file, err := header.Open()
	require.NoError(t, err)
	content, err := io.ReadAll(file)
	require.NoError(t, err)
	require.Equal(t, "12345", string(content))
}

func TestEncodeFileRefuses(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		params  any
		content io.Reader
		want    form.Problem
	}{
		"a file above the limit":     {nil, strings.NewReader("123456"), form.Problem{Field: "file", Rule: "must not be larger than 5 bytes"}},
		"a file without end":         {nil, iotest.OneByteReader(strings.NewReader(strings.Repeat("x", 1<<20))), form.Problem{Field: "file", Rule: "must not be larger than 5 bytes"}},
		"an empty file":              {nil, strings.NewReader(""), form.Problem{Field: "file", Rule: "must not be empty"}},
		"a file that cannot be read": {nil, iotest.ErrReader(errors.New("disk on fire")), form.Problem{Field: "file", Rule: "cannot be read: disk on fire"}},
		"params that cannot be encoded": {struct {
			B broken `url:"b"`
		}{}, strings.NewReader("1"), form.Problem{Field: "params", Rule: "cannot be encoded: out of ink"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, _, problem := form.EncodeFile(row.params, nil, fileOf(row.content))
			require.Equal(t, &row.want, problem)
			require.Empty(t, body)
		})
	}
}
