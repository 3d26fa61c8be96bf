package form_test

import (
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-querystring/query"
	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/form"
)

type everything struct {
	Text    string    `url:"text"`
	Word    word      `url:"word,omitempty"`
	Number  int64     `url:"number,omitempty"`
	Pointer *int      `url:"pointer,omitempty"`
	Yes     bool      `url:"yes,omitempty"`
	No      *bool     `url:"no,omitempty"`
	At      time.Time `url:"at,omitempty"`
	Tags    []string  `url:"tags,omitempty,brackets"`
	Words   []word    `url:"words,brackets"`
	Data    object    `url:"data,omitempty"`
	Inner   part      `url:"inner"`
	Outer   *part     `url:"outer,omitempty"`
}

type part struct {
	Text string `url:"text,omitempty"`
	Data object `url:"data,omitempty"`
}

// A word has its own String method.
type word string

func (w word) String() string { return "<" + string(w) + ">" }

type object map[string]any

func (o object) EncodeValues(key string, v *url.Values) error { return form.AddObject(key, o, v.Add) }

// Any params are encoded as go-querystring does.
func FuzzEncode(f *testing.F) {
	f.Add("a b&c=\u0e01%+~", "k", int64(-5), int64(1_700_000_000), true, `{"a":[1,"x",true],"b":{"c":null,"d":1.50}}`)
	f.Add("", "", int64(0), int64(0), false, `{}`)
	f.Fuzz(func(t *testing.T, text, other string, number, seconds int64, yes bool, data string) {
		var o object
		_ = json.Unmarshal([]byte(data), &o) // text that is not an object leaves o empty
		n := int(number)
		params := everything{
			Text: text, Word: word(other), Number: number, Pointer: &n, Yes: yes, No: &yes, At: time.Unix(seconds%1e11, 0).UTC(),
			Tags: []string{other, text}, Words: []word{word(text)}, Data: o, Inner: part{Text: other, Data: o},
		}
		if yes {
			params.Outer = &part{Text: text, Data: o}
		}
		want, refused := query.Values(params)
		got, err := form.Encode(&params, nil)
		require.Equal(t, refused == nil, err == nil, "%v, %v", refused, err)
		if err == nil {
			require.Equal(t, want.Encode(), got)
		}
	})
}
