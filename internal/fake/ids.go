package fake

import (
	"math/rand/v2"
	"strings"
)

const idAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz"

// An idSource makes identifiers. They depend only on its seed, its stream and the
// number of identifiers that it has made before.
type idSource struct {
	state  *rand.PCG
	random *rand.Rand
}

func newIDSource(seed, stream uint64) *idSource {
	return newIDSourceAt(rand.NewPCG(seed, stream))
}

func newIDSourceAt(state *rand.PCG) *idSource {
	return &idSource{state: state, random: rand.New(state)}
}

// copied returns a copy that continues as this source does.
func (s *idSource) copied() *idSource {
	state := *s.state
	return newIDSourceAt(&state)
}

// chance returns true with the probability p.
func (s *idSource) chance(p float64) bool { return s.random.Float64() < p }

// next returns an identifier of test mode, such as chrg_test_ and 19 characters.
func (s *idSource) next(prefix string) string {
	return prefix + "_test_" + s.chars(19)
}

func (s *idSource) chars(n int) string {
	return s.draw(idAlphabet, n)
}

func (s *idSource) digits(n int) string {
	return s.draw("0123456789", n)
}

func (s *idSource) draw(alphabet string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[s.random.IntN(len(alphabet))])
	}
	return b.String()
}
