package reports

import (
	"bufio"
	"compress/flate"
	"errors"
	"hash/crc32"
	"io"
	"strconv"
	"sync"

	"muster/pipeline"
)

// stream compresses the rows of one sheet for its part of the archive. A goroutine compresses, until end or close.
type stream struct {
	looks   []int    // style of each column; 0 beyond them
	letters []string // of the columns so far
	line    []byte   // the row being written, reused
	out     *bufio.Writer
	pipe    *io.PipeWriter
	packing sync.WaitGroup
	failed  error // of compressing, once it has ended
	spool   encryptedSpool
	size    int64  // before compression
	sum     uint32 // CRC-32, likewise
}

// newStream begins a stream, whose file is in folder. The caller must close it.
func newStream(folder string, looks []int) *stream {
	s := &stream{looks: looks, spool: encryptedSpool{folder: folder}}
	from, to := io.Pipe()
	const block = 64 << 10
	s.pipe, s.out = to, bufio.NewWriterSize(to, block)
	s.packing.Go(func() {
		s.failed = s.pack(from, make([]byte, block))
		_ = from.CloseWithError(s.failed) // later writes fail with it
	})
	return s
}

// pack compresses what it reads. The stream is not ended, because the rest of the sheet follows its rows.
func (s *stream) pack(from io.Reader, block []byte) error {
	packed, err := flate.NewWriter(&s.spool, flate.BestSpeed)
	if err != nil {
		return err
	}
	sum := crc32.NewIEEE()
	if s.size, err = io.CopyBuffer(io.MultiWriter(packed, sum), from, block); err != nil {
		return err
	}
	s.sum = sum.Sum32()
	return packed.Flush()
}

// row writes the row with that number, which must ascend, and that height in points; 0 leaves the height to the
// program that shows it.
func (s *stream) row(number int, height float64, cells []cell) error {
	b := append(s.line[:0], `<row r="`...)
	b = strconv.AppendInt(b, int64(number), 10)
	b = append(b, '"')
	if height > 0 {
		b = append(b, ` ht="`...)
		b = strconv.AppendFloat(b, height, 'f', -1, 64)
		b = append(b, `" customHeight="1"`...)
	}
	b = append(b, '>')
	for i, c := range cells {
		if c.kind == noCell {
			continue
		}
		for len(s.letters) <= i {
			s.letters = append(s.letters, pipeline.ColumnLetters(len(s.letters)))
		}
		if c.look == 0 && i < len(s.looks) {
			c.look = s.looks[i]
		}
		b = appendCell(b, s.letters[i], number, c)
	}
	s.line = append(b, `</row>`...)
	_, err := s.out.Write(s.line)
	return err
}

// end waits until all rows are compressed.
func (s *stream) end() error {
	flushed := s.out.Flush()
	_ = s.pipe.Close() // always nil
	s.packing.Wait()
	if s.failed != nil {
		return s.failed // including why nothing more could be written
	}
	return flushed
}

// close ends the stream, if end has not, and removes its file.
func (s *stream) close() error {
	_ = s.pipe.CloseWithError(errClosed) // always nil
	s.packing.Wait()
	return s.spool.close()
}

// streams are the streamed sheets of a workbook; the workbook library has all of them but the rows.
type streams struct {
	folder string
	all    []*sheet
}

// begin begins the rows of the sheet with that name; looks are the styles of its columns.
func (s *streams) begin(name string, looks []int) *sheet {
	sh := &sheet{name: name, rows: newStream(s.folder, looks)}
	s.all = append(s.all, sh)
	return sh
}

func (s *streams) end() error {
	for _, sh := range s.all {
		if err := sh.rows.end(); err != nil {
			return err
		}
	}
	return nil
}

func (s *streams) close() error {
	var err error
	for _, sh := range s.all {
		err = errors.Join(err, sh.rows.close())
	}
	return err
}
