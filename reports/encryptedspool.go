package reports

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"io"
	"os"
)

// spoolBlock is how much of a spool is in memory before it goes to a file.
const spoolBlock = 256 << 10

// encryptedSpool stores what is written to it until it is read once: in memory, and beyond spoolBlock in a temporary
// file. It contains personal data, so that the file is encrypted with a key that is only in memory: nobody can read
// what a crash leaves behind.
type encryptedSpool struct {
	folder string // for the file
	buffer []byte // not in the file yet
	file   *os.File
	block  cipher.Block
	stream cipher.Stream
	filed  int64 // bytes in the file
}

func (s *encryptedSpool) Write(p []byte) (int, error) {
	s.buffer = append(s.buffer, p...)
	if len(s.buffer) < spoolBlock {
		return len(p), nil
	}
	return len(p), s.spill()
}

func (s *encryptedSpool) spill() error {
	if s.file == nil {
		var err error
		if s.block, err = aes.NewCipher(random(keySize)); err != nil {
			return err
		}
		s.stream = s.counter()
		if s.file, err = os.CreateTemp(s.folder, ".muster-*.tmp"); err != nil {
			return err
		}
	}
	s.stream.XORKeyStream(s.buffer, s.buffer)
	n, err := s.file.Write(s.buffer)
	s.filed += int64(n)
	s.buffer = s.buffer[:0]
	return err
}

// counter is the key stream from its start. Each key is used for one file only, so that it needs no random start.
func (s *encryptedSpool) counter() cipher.Stream {
	return cipher.NewCTR(s.block, make([]byte, aes.BlockSize))
}

// size is how many bytes were written.
func (s *encryptedSpool) size() int64 { return s.filed + int64(len(s.buffer)) }

// reader returns what was written; nothing may be written after it.
func (s *encryptedSpool) reader() io.Reader {
	rest := bytes.NewReader(s.buffer)
	if s.file == nil {
		return rest
	}
	return io.MultiReader(
		cipher.StreamReader{S: s.counter(), R: io.NewSectionReader(s.file, 0, s.filed)}, rest)
}

// close removes the file.
func (s *encryptedSpool) close() error {
	if s.file == nil {
		return nil
	}
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}
