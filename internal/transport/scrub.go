package transport

import "strings"

// Scrubber returns a function that removes secrets from text that came from
// outside and cuts it short: the key of the call in any form that it travels
// in, every other key, and whatever is long enough to be a card number.
func Scrubber(key Secret) func(text string, limit int) string {
	return func(text string, limit int) string {
		text = strings.ToValidUTF8(text, "\uFFFD") // now: taken out later, a stray byte would join what it kept apart
		if !key.IsZero() {
			text = strings.ReplaceAll(strings.ReplaceAll(text, key.Reveal(), "[key]"), key.basic.Reveal(), "[key]")
		}
		text = hideCardNumbers(hideKeys(text))
		if len(text) > limit {
			text = strings.ToValidUTF8(text[:limit], "") + "..."
		}
		return text
	}
}

// hideKeys replaces everything that looks like an API key.
func hideKeys(text string) string {
	var b strings.Builder
	for {
		before, after, found := cutKey(text)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("[key]")
		text = after
	}
}

// cutKey cuts a text around its first key: skey_, pkey_, ckey_ and what follows.
func cutKey(text string) (before, after string, found bool) {
	for from := 0; ; {
		at := strings.Index(text[from:], "key_")
		if at < 0 {
			return text, "", false
		}
		start := from + at - 1
		from += at + len("key_")
		if start < 0 || !strings.ContainsRune("spc", rune(text[start])) {
			continue
		}
		end := from
		for end < len(text) && isKeyByte(text[end]) {
			end++
		}
		return text[:start], text[end:], true
	}
}

// hideCardNumbers replaces runs of 13 to 19 digits and more, also with the
// blanks and dashes that people put between them.
func hideCardNumbers(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		end, digits := i, 0
		for j := i; j < len(text) && (isDigit(text[j]) || digits > 0 && (text[j] == ' ' || text[j] == '-')); j++ {
			if isDigit(text[j]) {
				digits, end = digits+1, j+1
			}
		}
		switch {
		case digits >= 13:
			b.WriteString("[number]")
			i = end
		case digits > 0:
			b.WriteString(text[i:end])
			i = end
		default:
			b.WriteByte(text[i])
			i++
		}
	}
	return b.String()
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isKeyByte(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '-'
}
