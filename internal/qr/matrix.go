package qr

// A matrix has the modules of a code, row by row.
type matrix struct {
	version int
	size    int
	dark    []bool
	fixed   []bool // modules that hold no data
}

// at reports whether a module is dark. Modules outside of the code are light.
func (m *matrix) at(x, y int) bool {
	return x >= 0 && x < m.size && y >= 0 && y < m.size && m.dark[y*m.size+x]
}

// fix sets a module that holds no data.
func (m *matrix) fix(x, y int, dark bool) {
	if x >= 0 && x < m.size && y >= 0 && y < m.size {
		m.dark[y*m.size+x], m.fixed[y*m.size+x] = dark, true
	}
}

// draw makes a code from codewords, with the mask that has the lowest penalty.
func draw(v version, codewords []byte) *matrix {
	size := 17 + 4*v.number
	m := &matrix{version: v.number, size: size, dark: make([]bool, size*size), fixed: make([]bool, size*size)}
	m.drawPatterns()
	m.drawFormat(0) // reserves the modules of the format
	m.drawVersion()
	m.drawData(codewords)
	best, least := 0, -1
	for mask := range masks {
		m.apply(mask)
		if p := m.penalty(); least < 0 || p < least {
			best, least = mask, p
		}
		m.apply(mask) // removes the mask
	}
	m.apply(best)
	return m
}

// drawPatterns draws the patterns by which scanners find the code.
func (m *matrix) drawPatterns() {
	for i := range m.size {
		m.fix(6, i, i%2 == 0)
		m.fix(i, 6, i%2 == 0)
	}
	far := m.size - 4
	for _, center := range [][2]int{{3, 3}, {far, 3}, {3, far}} {
		m.drawRings(center[0], center[1], 4)
	}
	at := alignments(m.version)
	for _, x := range at {
		for _, y := range at {
			atFinder := x == 6 && y == 6 || x == 6 && y == m.size-7 || x == m.size-7 && y == 6
			if !atFinder {
				m.drawRings(x, y, 2)
			}
		}
	}
}

// drawRings draws the large pattern of a corner with its margin (radius 4), or
// a small one (radius 2).
func (m *matrix) drawRings(x, y, radius int) {
	for dy := -radius; dy <= radius; dy++ {
		for dx := -radius; dx <= radius; dx++ {
			distance := max(dx, -dx, dy, -dy)
			dark := distance != 4 && distance != 2
			if radius == 2 {
				dark = distance != 1
			}
			m.fix(x+dx, y+dy, dark)
		}
	}
}

// alignments returns the positions of the small patterns, in both directions.
func alignments(version int) []int {
	switch {
	case version == 1:
		return nil
	case version < 7:
		return []int{6, 4*version + 10}
	}
	return []int{6, 2*version + 8, 4*version + 10}
}

// formatBits returns the format: the level, which is 0 for M, and the mask.
func formatBits(mask int) int { return withCheck(mask, 10, 0x537) ^ 0x5412 }

func versionBits(version int) int { return withCheck(version, 12, 0x1F25) }

// drawFormat draws the format twice.
func (m *matrix) drawFormat(mask int) {
	bits := formatBits(mask)
	bit := func(i int) bool { return bits>>i&1 == 1 }
	for i := range 6 {
		m.fix(8, i, bit(i))
		m.fix(14-(i+9), 8, bit(i+9))
	}
	m.fix(8, 7, bit(6))
	m.fix(8, 8, bit(7))
	m.fix(7, 8, bit(8))
	for i := range 8 {
		m.fix(m.size-1-i, 8, bit(i))
		m.fix(8, m.size-8+i, bit(i+7))
	}
	m.fix(8, m.size-8, true)
}

// drawVersion draws the version twice. Only versions from 7 on have it.
func (m *matrix) drawVersion() {
	if m.version < 7 {
		return
	}
	bits := versionBits(m.version)
	for i := range 18 {
		a, b := m.size-11+i%3, i/3
		m.fix(a, b, bits>>i&1 == 1)
		m.fix(b, a, bits>>i&1 == 1)
	}
}

// withCheck appends n check bits of a BCH code to a value.
func withCheck(value, n, generator int) int {
	left := value
	for range n {
		left = left<<1 ^ left>>(n-1)*generator
	}
	return value<<n | left
}

// drawData fills the free modules with codewords, up and down in columns of two modules.
func (m *matrix) drawData(codewords []byte) {
	i := 0
	for right := m.size - 1; right > 0; right -= 2 {
		if right == 6 {
			right--
		}
		for step := range m.size {
			y := step
			if (right+1)&2 == 0 {
				y = m.size - 1 - step
			}
			for x := right; x > right-2; x-- {
				if at := y*m.size + x; !m.fixed[at] && i < 8*len(codewords) {
					m.dark[at] = codewords[i/8]>>(7-i%8)&1 == 1
					i++
				}
			}
		}
	}
}

// masks says which modules each mask inverts.
var masks = [8]func(x, y int) bool{
	func(x, y int) bool { return (x+y)%2 == 0 },
	func(x, y int) bool { return y%2 == 0 },
	func(x, y int) bool { return x%3 == 0 },
	func(x, y int) bool { return (x+y)%3 == 0 },
	func(x, y int) bool { return (x/3+y/2)%2 == 0 },
	func(x, y int) bool { return x*y%2+x*y%3 == 0 },
	func(x, y int) bool { return (x*y%2+x*y%3)%2 == 0 },
	func(x, y int) bool { return ((x+y)%2+x*y%3)%2 == 0 },
}

// apply inverts modules by a mask. A second call inverts them back.
func (m *matrix) apply(mask int) {
	m.drawFormat(mask)
	for at := range m.dark {
		if !m.fixed[at] && masks[mask](at%m.size, at/m.size) {
			m.dark[at] = !m.dark[at]
		}
	}
}

// penalty rates features that disturb scanners: long runs, blocks of one colour, patterns
// similar to those of the corners, and a lack of balance between dark and light.
func (m *matrix) penalty() int {
	sum, dark := 0, 0
	columnwise := func(x, y int) bool { return m.at(y, x) }
	for line := range m.size {
		sum += m.linePenalty(m.at, line) + m.linePenalty(columnwise, line)
		for x := range m.size {
			if m.at(x, line) {
				dark++
			}
			same := m.at(x, line) == m.at(x+1, line) && m.at(x, line) == m.at(x, line+1) && m.at(x, line) == m.at(x+1, line+1)
			if same && x+1 < m.size && line+1 < m.size {
				sum += 3
			}
		}
	}
	percent := 100 * dark / len(m.dark)
	return sum + max(percent-50, 50-percent)/5*10
}

// cornerLike is a line through the pattern of a corner, with a margin on one side.
const cornerLike = 0b1011101_0000

func (m *matrix) linePenalty(at func(x, y int) bool, line int) int {
	sum, run, last := 0, 0, 0 // last has the last eleven modules
	for x := range m.size {
		dark := at(x, line)
		if x > 0 && dark == at(x-1, line) {
			run++
		} else {
			run = 1
		}
		switch {
		case run == 5:
			sum += 3
		case run > 5:
			sum++
		}
		last = last << 1 & 0x7FF
		if dark {
			last |= 1
		}
		if x >= 10 && (last == cornerLike || last == 0b0000_1011101) {
			sum += 40
		}
	}
	return sum
}
