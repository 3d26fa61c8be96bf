package qr

// A version is a size of the code and the division of its codewords into blocks.
type version struct {
	number int
	data   int // number of codewords with data
	blocks int // number of blocks
	check  int // number of codewords for error correction in each block
}

// versions has the versions at level M.
var versions = []version{
	{1, 16, 1, 10}, {2, 28, 1, 16}, {3, 44, 1, 26}, {4, 64, 2, 18}, {5, 86, 2, 24},
	{6, 108, 4, 16}, {7, 124, 4, 18}, {8, 154, 4, 22}, {9, 182, 5, 22}, {10, 216, 5, 26},
}

// versionFor returns the smallest version that a text of n bytes fits into.
func versionFor(n int) version {
	for _, v := range versions {
		if 4+v.countBits()+8*n <= 8*v.data {
			return v
		}
	}
	return versions[len(versions)-1]
}

// countBits returns the number of bits that hold the length of the text.
func (v version) countBits() int {
	if v.number < 10 {
		return 8
	}
	return 16
}

// codewords returns the codewords of the code: first the interleaved blocks of data, then
// the interleaved blocks of error correction.
func (v version) codewords(text string) []byte {
	data := v.encode(text)
	short := v.blocks - v.data%v.blocks // number of blocks with one codeword less
	var blocks, checks [][]byte
	for i := range v.blocks {
		n := v.data / v.blocks
		if i >= short {
			n++
		}
		blocks = append(blocks, data[:n])
		checks = append(checks, remainder(data[:n], v.check))
		data = data[n:]
	}
	return append(interleave(blocks), interleave(checks)...)
}

// encode writes the mode, the length and the text, and fills the rest with padding.
func (v version) encode(text string) []byte {
	var bits bitString
	bits.add(0b0100, 4) // mode: bytes
	bits.add(len(text), v.countBits())
	for i := range len(text) {
		bits.add(int(text[i]), 8)
	}
	bits.add(0, min(4, 8*v.data-bits.length))
	bits.add(0, -bits.length&7)
	for filler := 0xEC; len(bits.bytes) < v.data; filler ^= 0xEC ^ 0x11 {
		bits.add(filler, 8)
	}
	return bits.bytes
}

// interleave takes the first codeword of every block, then the second, and so on.
func interleave(blocks [][]byte) []byte {
	var all []byte
	for i := range blocks[len(blocks)-1] {
		for _, b := range blocks {
			if i < len(b) {
				all = append(all, b[i])
			}
		}
	}
	return all
}

// A bitString is written bit by bit.
type bitString struct {
	bytes  []byte
	length int
}

// add appends the last n bits of value.
func (b *bitString) add(value, n int) {
	for i := n - 1; i >= 0; i-- {
		if b.length%8 == 0 {
			b.bytes = append(b.bytes, 0)
		}
		b.bytes[b.length/8] |= byte(value>>i&1) << (7 - b.length%8)
		b.length++
	}
}

// remainder returns n Reed-Solomon codewords for a block of data: the remainder of its
// division by a polynomial with the roots 2^0 to 2^(n-1).
func remainder(data []byte, n int) []byte {
	divisor := make([]byte, n)
	divisor[n-1] = 1
	root := byte(1)
	for range n {
		for i := range divisor {
			divisor[i] = times(divisor[i], root)
			if i+1 < n {
				divisor[i] ^= divisor[i+1]
			}
		}
		root = times(root, 2)
	}
	left := make([]byte, n)
	for _, d := range data {
		factor := d ^ left[0]
		left = append(left[1:], 0)
		for i := range left {
			left[i] ^= times(divisor[i], factor)
		}
	}
	return left
}

// times multiplies in the field of 256 elements modulo x^8+x^4+x^3+x^2+1.
func times(a, b byte) byte {
	product := 0
	for i := 7; i >= 0; i-- {
		product = product<<1 ^ product>>7*0x11D
		product ^= int(b>>i&1) * int(a)
	}
	return byte(product)
}
