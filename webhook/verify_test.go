package webhook_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/webhook"
)

func TestVerifyAcceptsThePublishedVector(t *testing.T) {
	t.Parallel()
	require.NoError(t, at(now, secret).Verify(headers(signature, timestamp), []byte(body)))
	require.NoError(t, at(now, previousSecret).Verify(headers(previousSignature, timestamp), []byte(body)))
}

// The second was made with
//
//	key=$(printf %s "$secret" | base64 -d | od -An -tx1 | tr -d ' \n')
//	printf %s "$timestamp.$body" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$key
//
// the third with
//
//	python3 -c "import hmac; print(hmac.new(b'\0'*16, b'0.{}', 'sha256').hexdigest())"
func TestVerifyAcceptsIndependentVectors(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ secret, timestamp, body, signature string }{
		{
			"4OHi4+Tl5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9/v8=", "1893456000",
			`{ "object":"event", "id":"evnt_test_2", "key":"charge.create", "data":{"description":"กาแฟ <&> \u0e01"} }` + "\n",
			"4d62f2517a8cad264c7472a6b33c37ed18e3f7f7081bf0215c36f25983ca1af9",
		},
		{"AAAAAAAAAAAAAAAAAAAAAA==", "0", "{}", "4fa6c2486692767ff3eb0ad23d9638df613add15a49b8ffc0a606879b90a6f25"},
	} {
		var seconds int64
		fmt.Sscan(row.timestamp, &seconds)
		moment := time.Unix(seconds, 0)
		require.NoError(t, at(moment, row.secret).Verify(headers(row.signature, row.timestamp), []byte(row.body)))
		require.Equal(t, headers(row.signature, row.timestamp), webhook.Sign([]byte(row.body), row.secret, moment))
	}
}

func TestVerifyDuringARotation(t *testing.T) {
	t.Parallel()
	both := headers(signature+","+previousSignature, timestamp)
	twice := http.Header{"Omise-Signature": {previousSignature, signature}, "Omise-Signature-Timestamp": {timestamp}}
	for name, row := range map[string]struct {
		header  http.Header
		secrets []string
		want    error
	}{
		"two signatures, the new secret": {both, []string{secret}, nil},
		"two signatures, the old secret": {both, []string{previousSecret}, nil},
		"two signatures, both":           {both, []string{previousSecret, secret}, nil},
		"one signature, both secrets":    {headers(previousSignature, timestamp), []string{secret, previousSecret}, nil},
		"blanks around":                  {headers("  "+previousSignature+" ,\t"+signature+" ", timestamp), []string{secret}, nil},
		"rubbish before":                 {headers("v0,,00,"+signature, timestamp), []string{secret}, nil},
		"a header each":                  {twice, []string{secret}, nil},
		"capitals":                       {headers(strings.ToUpper(signature), timestamp), []string{secret}, nil},
		"a blank in the secret":          {both, []string{" " + secret + "\n"}, nil},
		"neither secret":                 {both, []string{"b21pc2UtZmFrZS1zaWduaW5nLXNlY3JldC0wMDAwMDM="}, webhook.ErrBadSignature},
	} {
		require.ErrorIs(t, verify(row.header, []byte(body), row.secrets...), row.want, name)
	}
}

func TestVerifyRefuses(t *testing.T) {
	t.Parallel()
	flip := func(text string, i int) string {
		b := []byte(text)
		b[i] ^= 1
		return string(b)
	}
	good := headers(signature, timestamp)
	two := http.Header{"Omise-Signature": {signature}, "Omise-Signature-Timestamp": {timestamp, timestamp}}
	for name, row := range map[string]struct {
		header  http.Header
		body    string
		secrets []string
		want    error
	}{
		"a bit of the body":           {good, flip(body, 180), []string{secret}, webhook.ErrBadSignature},
		"a bit of the signature":      {headers(flip(signature, 63), timestamp), body, []string{secret}, webhook.ErrBadSignature},
		"a blank more":                {good, body + " ", []string{secret}, webhook.ErrBadSignature},
		"a swapped timestamp":         {headers(signature, "1767225601"), body, []string{secret}, webhook.ErrBadSignature},
		"the signature of the next":   {headers(laterSignature, timestamp), body, []string{secret}, webhook.ErrBadSignature},
		"the secret as it is written": {headers(undecodedSignature, timestamp), body, []string{secret}, webhook.ErrBadSignature},
		"the body without the time":   {headers(bodySignature, timestamp), body, []string{secret}, webhook.ErrBadSignature},
		"half a signature":            {headers(signature[:32], timestamp), body, []string{secret}, webhook.ErrBadSignature},
		"a signature cut by one":      {headers(signature[:63], timestamp), body, []string{secret}, webhook.ErrBadSignature},
		"a signature and more":        {headers(signature+"00", timestamp), body, []string{secret}, webhook.ErrBadSignature},
		"no hex":                      {headers(strings.Repeat("zz", 32), timestamp), body, []string{secret}, webhook.ErrBadSignature},
		"the old secret":              {good, body, []string{previousSecret}, webhook.ErrBadSignature},
		"a thousand signatures":       {headers(strings.Repeat(signature+",", 1000), timestamp), body, []string{secret}, webhook.ErrTooManySignatures},
		"a thousand headers":          {http.Header{"Omise-Signature": strings.Split(strings.Repeat("00,", 1000), ","), "Omise-Signature-Timestamp": {timestamp}}, body, []string{secret}, webhook.ErrTooManySignatures},
		"no signature":                {http.Header{"Omise-Signature-Timestamp": {timestamp}}, body, []string{secret}, webhook.ErrNoSignature},
		"an empty signature":          {headers("", timestamp), body, []string{secret}, webhook.ErrNoSignature},
		"no timestamp":                {http.Header{"Omise-Signature": {signature}}, body, []string{secret}, webhook.ErrNoSignature},
		"no header at all":            {nil, body, []string{secret}, webhook.ErrNoSignature},
		"two timestamps":              {two, body, []string{secret}, webhook.ErrBadTimestamp},
		"a timestamp with a sign":     {headers(signature, "+1767225600"), body, []string{secret}, webhook.ErrBadTimestamp},
		"a timestamp in the past":     {headers(signature, "-1"), body, []string{secret}, webhook.ErrBadTimestamp},
		"a timestamp with a fraction": {headers(signature, "1767225600.0"), body, []string{secret}, webhook.ErrBadTimestamp},
		"a date":                      {headers(signature, "2026-01-01"), body, []string{secret}, webhook.ErrBadTimestamp},
		"a long timestamp":            {headers(signature, strings.Repeat("9", 1000)), body, []string{secret}, webhook.ErrBadTimestamp},
		"an empty body":               {good, "", []string{secret}, webhook.ErrEmptyBody},
		"a large body":                {good, strings.Repeat(" ", webhook.LargestBody+1), []string{secret}, webhook.ErrTooLarge},
		"no secret":                   {good, body, nil, webhook.ErrNoSecret},
		"an empty secret":             {good, body, []string{""}, webhook.ErrBadSecret},
		"a blank secret":              {good, body, []string{secret, " "}, webhook.ErrBadSecret},
		"a short secret":              {good, body, []string{secret, "dHdlbHZlLWJ5dGVz"}, webhook.ErrShortSecret},
		"a secret that is no Base64":  {good, body, []string{"omise-fake-signing-secret-000001"}, webhook.ErrBadSecret},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := verify(row.header, []byte(row.body), row.secrets...)
			require.ErrorIs(t, err, row.want)
			require.NotContains(t, err.Error(), secret[:8])
		})
	}
}

func TestVerifyLooksBothWaysInTime(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		distance, tolerance time.Duration
		want                error
	}{
		{0, 0, nil},
		{5 * time.Minute, 0, nil},
		{-5 * time.Minute, 0, nil},
		{5*time.Minute + time.Second, 0, webhook.ErrStale},
		{-5*time.Minute - time.Second, 0, webhook.ErrStale},
		{time.Hour, time.Hour, nil},
		{2 * time.Second, time.Second, webhook.ErrStale},
		{-2 * time.Second, time.Second, webhook.ErrStale},
		{250 * 365 * 24 * time.Hour, 0, webhook.ErrStale},
		{0, -time.Second, webhook.ErrStale},
	} {
		v := at(now.Add(row.distance), secret)
		v.Tolerance = row.tolerance
		require.ErrorIs(t, v.Verify(headers(signature, timestamp), []byte(body)), row.want, "%+v", row)
	}
	require.ErrorIs(t, at(now, secret).Verify(headers(signature, "999999999999"), []byte(body)), webhook.ErrStale)
}

func TestVerifyUsesTheClock(t *testing.T) {
	t.Parallel()
	fresh := webhook.Sign([]byte(body), secret, time.Now())
	require.NoError(t, webhook.Verify(fresh, []byte(body), secret, previousSecret))
	require.ErrorIs(t, webhook.Verify(webhook.Sign([]byte(body), secret, now), []byte(body), secret), webhook.ErrStale)
}

// Not parallel: it counts the memory that the process allocates. The flood is refused
// before anything is hashed.
func TestAThousandSignaturesCostNoMoreThanTen(t *testing.T) {
	v := at(now, secret)
	flood := headers(strings.Repeat(previousSignature+",", 1000)+signature, timestamp)
	require.Less(t, testing.AllocsPerRun(100, func() { _ = v.Verify(flood, []byte(body)) }), 40.0)
}

func TestSignRefusesABadSecret(t *testing.T) {
	t.Parallel()
	require.PanicsWithError(t, webhook.ErrBadSecret.Error(), func() { webhook.Sign([]byte(body), "not base64!", now) })
}
