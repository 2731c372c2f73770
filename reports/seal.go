package reports

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"io"
)

// A workbook is sealed: the comment of its ZIP archive has the digest of everything before it. A program that saves
// the workbook again writes another archive, without the comment or with one that does not match.

const (
	sealMark   = "muster sha256 "
	sealSize   = len(sealMark) + 2*sha256.Size
	archiveEnd = 22 // bytes of the last record of an archive without a comment
)

var archiveEndMark = []byte("PK\x05\x06")

// sealed writes the output of write, an archive without a comment, to w and seals it.
func sealed(w io.Writer, write func(io.Writer) error) error {
	s := &sealer{to: w, hash: sha256.New()}
	if err := write(s); err != nil {
		return err
	}
	return s.seal()
}

// sealer holds back the last bytes, which the seal changes.
type sealer struct {
	to   io.Writer
	hash hash.Hash
	last []byte
}

func (s *sealer) Write(p []byte) (int, error) {
	if over := len(s.last) + len(p) - archiveEnd; over > 0 {
		old := min(over, len(s.last))
		for _, part := range [][]byte{s.last[:old], p[:over-old]} {
			s.hash.Write(part) // never fails (hash.Hash)
			if _, err := s.to.Write(part); err != nil {
				return 0, err
			}
		}
		s.last = append(s.last[:0], s.last[old:]...)
		s.last = append(s.last, p[over-old:]...)
		return len(p), nil
	}
	s.last = append(s.last, p...)
	return len(p), nil
}

func (s *sealer) seal() error {
	if bytes.HasPrefix(s.last, archiveEndMark) && len(s.last) == archiveEnd {
		before := s.last[:archiveEnd-2]
		s.hash.Write(before)
		s.last = binary.LittleEndian.AppendUint16(before, uint16(sealSize))
		s.last = append(s.last, sealMark+hex.EncodeToString(s.hash.Sum(nil))...)
	}
	_, err := s.to.Write(s.last)
	return err
}

// Sealed reports whether a file is a workbook, or an annotated book, unchanged since muster wrote it. One from a
// muster before seals is not sealed. For an encrypted workbook, pass the clear text.
func Sealed(file io.ReaderAt, size int64) bool {
	tail := make([]byte, archiveEnd+sealSize)
	if size < int64(len(tail)) {
		return false
	}
	if _, err := file.ReadAt(tail, size-int64(len(tail))); err != nil {
		return false
	}
	end, seal := tail[:archiveEnd], tail[archiveEnd:]
	if !bytes.HasPrefix(end, archiveEndMark) || int(binary.LittleEndian.Uint16(end[archiveEnd-2:])) != sealSize ||
		!bytes.HasPrefix(seal, []byte(sealMark)) {
		return false
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(file, 0, size-int64(sealSize)-2)); err != nil {
		return false
	}
	return hex.EncodeToString(hash.Sum(nil)) == string(seal[len(sealMark):])
}
