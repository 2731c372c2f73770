package book

import "io"

// How much is read ahead: so many blocks of that size.
const (
	blocksAhead = 3
	blockAhead  = 128 << 10
)

// aheadReader reads in a goroutine of its own, so that a part is inflated while the text before it is parsed. Closing
// it also closes the reader below; the caller must close it.
type aheadReader struct {
	from       io.ReadCloser
	full, free chan []byte
	stop, done chan struct{}
	err        error // why reading ended; valid once full is closed
	block      []byte
	rest       []byte // of block, not returned yet
}

func readAhead(from io.ReadCloser) *aheadReader {
	a := &aheadReader{from: from, full: make(chan []byte, blocksAhead), free: make(chan []byte, blocksAhead),
		stop: make(chan struct{}), done: make(chan struct{})}
	for range blocksAhead {
		a.free <- nil
	}
	go a.run()
	return a
}

func (a *aheadReader) run() {
	defer close(a.done)
	defer close(a.full)
	for a.err == nil {
		var block []byte
		select {
		case block = <-a.free:
		case <-a.stop:
			a.err = io.ErrClosedPipe
			return
		}
		if block == nil {
			block = make([]byte, blockAhead)
		}
		n := 0
		for block = block[:cap(block)]; n < len(block) && a.err == nil; {
			var more int
			more, a.err = a.from.Read(block[n:])
			n += more
		}
		a.full <- block[:n] // never blocks: there is room for all blocks
	}
}

func (a *aheadReader) Read(p []byte) (int, error) {
	for len(a.rest) == 0 {
		if a.block != nil {
			a.free <- a.block
			a.block = nil
		}
		block, more := <-a.full
		if !more {
			return 0, a.err
		}
		a.block, a.rest = block, block
	}
	n := copy(p, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

// Close ends the goroutine. It is called once.
func (a *aheadReader) Close() error {
	close(a.stop)
	<-a.done
	return a.from.Close()
}
