package reports

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"

	"muster/pipeline"
	"muster/pipeline/offcrypto"
)

// The container of an encrypted workbook: a compound file of version 3 ([MS-CFB]) with two streams: EncryptedPackage
// in the first sectors, and the small EncryptionInfo after it.

const (
	miniSectorSize = 64
	miniCutoff     = 4096 // smaller streams are in the mini stream
	entrySize      = 128  // of the directory
	perSector      = offcrypto.SectorSize / 4

	maxStream = 1<<31 - 1 // of version 3 (2.6.3)
	inHeader  = 109       // FAT sectors that the header lists itself
)

// Values in a table instead of a sector's number (2.1).
const (
	difatSector uint32 = 0xFFFFFFFC
	fatSector   uint32 = 0xFFFFFFFD
	endOfChain  uint32 = 0xFFFFFFFE
	freeSector  uint32 = 0xFFFFFFFF
)

// closeContainer writes what follows the package and then the header. d has room for the header, the package's size
// bytes and their padding already.
func closeContainer(d *destination, size int64, info []byte) error {
	switch {
	case size > maxStream:
		return pipeline.Fail("report.encrypted_too_large")
	case size < miniCutoff || len(info) >= miniCutoff:
		return pipeline.Fail("report.bad_stream_size")
	}
	mini := append(bytes.Clone(info), make([]byte, padding(int64(len(info)), offcrypto.SectorSize))...)
	c := container{}
	pack := c.chain(int((size + offcrypto.SectorSize - 1) / offcrypto.SectorSize))
	miniAt := c.chain(len(mini) / offcrypto.SectorSize)
	miniFAT := c.chain(1)
	directory := c.chain(1)
	fats, difats := c.tables()

	var b bytes.Buffer
	b.Write(mini)
	minis := (len(info) + miniSectorSize - 1) / miniSectorSize
	for i := range uint32(perSector) {
		switch {
		case int(i) < minis-1:
			put(&b, i+1)
		case int(i) == minis-1:
			put(&b, endOfChain)
		default:
			put(&b, freeSector)
		}
	}
	b.Write(entry("Root Entry", 5, freeSector, 1, miniAt, int64(minis*miniSectorSize)))
	// Shorter names sort first (2.6.4), so that the second is the right child.
	b.Write(entry(offcrypto.InfoStream, 2, 2, freeSector, 0, int64(len(info))))
	b.Write(entry(offcrypto.PackageStream, 2, freeSector, freeSector, pack, size))
	b.Write(entry("", 0, freeSector, freeSector, 0, 0))
	for _, next := range c.fat {
		put(&b, next)
	}
	// FAT sectors that do not fit into the header are listed in sectors of their own (2.5).
	rest := fats[min(len(fats), inHeader):]
	for i := range difats {
		for j := range perSector - 1 {
			if at := i*(perSector-1) + j; at < len(rest) {
				put(&b, rest[at])
			} else {
				put(&b, freeSector)
			}
		}
		if i+1 < len(difats) {
			put(&b, difats[i+1])
		} else {
			put(&b, endOfChain)
		}
	}
	if _, err := d.Write(b.Bytes()); err != nil {
		return err
	}
	if err := d.out.Flush(); err != nil {
		return err
	}
	_, err := d.tmp.WriteAt(containerHeader(fats, difats, directory, miniFAT), 0)
	return err
}

// container is the sector table (FAT): for each sector the next one of its stream.
type container struct{ fat []uint32 }

// chain allocates the next n sectors for one stream and returns the first.
func (c *container) chain(n int) uint32 {
	first := uint32(len(c.fat))
	for range n - 1 {
		c.fat = append(c.fat, uint32(len(c.fat)+1))
	}
	c.fat = append(c.fat, endOfChain)
	return first
}

// tables allocates sectors for the table itself and for the list of its sectors, and pads the table's last sector.
func (c *container) tables() (fats, difats []uint32) {
	others, f, d := len(c.fat), 0, 0
	for {
		needed := (others + f + d + perSector - 1) / perSector
		lists := 0
		if needed > inHeader {
			lists = (needed - inHeader + perSector - 2) / (perSector - 1)
		}
		if needed == f && lists == d {
			break
		}
		f, d = needed, lists
	}
	for range f {
		fats = append(fats, uint32(len(c.fat)))
		c.fat = append(c.fat, fatSector)
	}
	for range d {
		difats = append(difats, uint32(len(c.fat)))
		c.fat = append(c.fat, difatSector)
	}
	for len(c.fat) < f*perSector {
		c.fat = append(c.fat, freeSector)
	}
	return fats, difats
}

// containerHeader is the first sector (2.2).
func containerHeader(fats, difats []uint32, directory, miniFAT uint32) []byte {
	var b bytes.Buffer
	b.WriteString(offcrypto.Mark)
	b.Write(make([]byte, 16))
	put(&b, uint16(0x3E), uint16(3), uint16(0xFFFE), uint16(9), uint16(6))
	b.Write(make([]byte, 6))
	list := endOfChain
	if len(difats) > 0 {
		list = difats[0]
	}
	put(&b, uint32(0), uint32(len(fats)), directory, uint32(0), uint32(miniCutoff), miniFAT, uint32(1),
		list, uint32(len(difats)))
	for i := range inHeader {
		if i < len(fats) {
			put(&b, fats[i])
		} else {
			put(&b, freeSector)
		}
	}
	return b.Bytes()
}

// entry is a directory entry (2.6.1): the root (kind 5), a stream (2) or none (0). A right child is red, all others
// black.
func entry(name string, kind byte, right, child, first uint32, size int64) []byte {
	out := make([]byte, entrySize)
	for i, unit := range utf16.Encode([]rune(name)) {
		binary.LittleEndian.PutUint16(out[2*i:], unit)
	}
	if name != "" {
		binary.LittleEndian.PutUint16(out[64:], uint16(2*len(name)+2))
	}
	out[66] = kind
	if name != offcrypto.PackageStream {
		out[67] = 1
	}
	binary.LittleEndian.PutUint32(out[68:], freeSector)
	binary.LittleEndian.PutUint32(out[72:], right)
	binary.LittleEndian.PutUint32(out[76:], child)
	binary.LittleEndian.PutUint32(out[116:], first)
	binary.LittleEndian.PutUint64(out[120:], uint64(size))
	return out
}

// put appends little-endian numbers.
func put[T uint16 | uint32](b *bytes.Buffer, numbers ...T) {
	for _, n := range numbers {
		switch n := any(n).(type) {
		case uint16:
			b.Write(binary.LittleEndian.AppendUint16(nil, n))
		case uint32:
			b.Write(binary.LittleEndian.AppendUint32(nil, n))
		}
	}
}
