package book

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
)

// closeCount counts calls of Close, and reads after it.
type closeCount struct {
	io.Reader
	closed, late int
}

func (c *closeCount) Read(p []byte) (int, error) {
	if c.closed > 0 {
		c.late++
	}
	return c.Reader.Read(p)
}

func (c *closeCount) Close() error { c.closed++; return nil }

func TestReadAhead(t *testing.T) {
	broken := errors.New("broken")
	random := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{0, 1, blockAhead - 1, blockAhead, blockAhead + 1, 7*blockAhead + 5} {
		text := make([]byte, size)
		for i := range text {
			text[i] = byte(random.Uint32())
		}
		for _, ending := range []error{io.EOF, broken} {
			from := &closeCount{Reader: io.MultiReader(iotest.HalfReader(bytes.NewReader(text)), iotest.ErrReader(ending))}
			a := readAhead(from)
			got, err := io.ReadAll(iotest.HalfReader(a))
			if ending == io.EOF {
				ending = nil
			}
			if !bytes.Equal(got, text) || !errors.Is(err, ending) {
				t.Errorf("%d bytes: %d are read (%v)", size, len(got), err)
			}
			if err := a.Close(); err != nil || from.closed != 1 {
				t.Errorf("closed %d times (%v)", from.closed, err)
			}
		}
	}
}

// A reader that is closed early reads no more.
func TestReadAheadEndsEarly(t *testing.T) {
	for _, read := range []int{0, 1, 2 * blockAhead} {
		from := &closeCount{Reader: zeros{}}
		a := readAhead(from)
		if _, err := io.ReadFull(a, make([]byte, read)); err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil || from.closed != 1 || from.late > 0 {
			t.Errorf("closed %d times, %d reads after that (%v)", from.closed, from.late, err)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
