package book

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"path"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// limits bound what one part of a workbook may cost in memory and time.
type limits struct {
	freely int64 // bytes that any part may inflate to
	ratio  int64 // beyond freely: how many times its packed size
	most   int64 // bytes, whatever the ratio
	token  int64 // bytes of one tag or one text
	depth  int   // nested elements
	text   int64 // bytes of all shared strings
}

// exceeded reports whether a part of that packed size may not be so large.
func (l limits) exceeded(size, packed int64) bool {
	return size > l.most || size > l.freely && size/l.ratio >= packed
}

func bomb(part string) *pipeline.Mistake {
	return pipeline.Wrong("book.part_too_large", "part", part).Try("book.split_if_trusted")
}

// defaultLimits: a cell has at most 32,767 characters and real sheets shrink some ten to fifty times, so that no real
// workbook comes near.
var defaultLimits = limits{freely: 64 << 20, ratio: 200, most: 4 << 30, token: 16 << 20, depth: 256, text: 1 << 30}

// archive is a workbook as a ZIP archive.
type archive struct {
	parts  map[string]*zip.File // by PartName
	twice  map[string]bool
	size   int64
	limits limits
}

func openArchive(f *file, l limits) (*archive, error) {
	z, err := zip.NewReader(f, f.size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // no part is unpacked to a path
		if isFileSystem(err) {
			return nil, err
		}
		return nil, pipeline.Wrong("book.zip_damaged").Advise(fetchAgain())
	}
	a := &archive{parts: make(map[string]*zip.File, len(z.File)), twice: map[string]bool{}, size: f.size, limits: l}
	for _, part := range z.File {
		name := sheetxml.PartName(part.Name)
		if _, there := a.parts[name]; there {
			a.twice[name] = true
		}
		a.parts[name] = part
	}
	return a, nil
}

func (a *archive) has(name string) bool { return a.parts[sheetxml.PartName(name)] != nil }

// open begins reading a part; the caller closes it.
func (a *archive) open(ctx context.Context, name string) (*part, error) {
	f := a.parts[sheetxml.PartName(name)]
	switch {
	case f == nil:
		return nil, pipeline.Wrong("book.part_missing", "part", path.Base(name)).Advise(saveAgain())
	case a.twice[sheetxml.PartName(name)]:
		return nil, pipeline.Wrong("book.part_twice", "part", path.Base(name)).Advise(saveAgain())
	case f.Flags&1 != 0:
		return nil, pipeline.Wrong("book.zip_encrypted").Advise(withoutPassword())
	}
	// The packed size in the directory is bounded by the file's size.
	packed := min(int64(min(f.CompressedSize64, 1<<62)), a.size)
	// A part cannot exceed its size in the directory: archive/zip ends it there.
	if a.limits.exceeded(int64(min(f.UncompressedSize64, 1<<62)), packed) {
		return nil, bomb(path.Base(name))
	}
	rc, err := f.Open()
	if err != nil {
		if isFileSystem(err) {
			return nil, err
		}
		if errors.Is(err, zip.ErrAlgorithm) {
			return nil, pipeline.Wrong("book.part_not_unpacked", "part", path.Base(name)).Advise(saveAgain())
		}
		return nil, pipeline.Wrong("book.zip_damaged").Advise(fetchAgain())
	}
	return &part{ctx: ctx, name: path.Base(name), from: partText{sheetxml.UTF8(rc), rc}, packed: packed,
		limits: a.limits}, nil
}

// openSmall opens a part that describes the workbook; it is kept in memory, and never large in a real one.
func (a *archive) openSmall(name string) (*part, error) {
	p, err := a.open(context.Background(), name)
	if err == nil {
		p.limits.most = p.limits.freely
	}
	return p, err
}

// ahead makes a large part, of which nothing is read yet, be read ahead.
func (p *part) ahead() { p.from = readAhead(p.from) }

// part is one part being read, within its limits.
type part struct {
	ctx    context.Context
	name   string
	from   io.ReadCloser
	packed int64
	limits limits
	served int64
	mark   int64 // where the present token began
}

func (p *part) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := p.from.Read(b)
	p.served += int64(n)
	switch {
	case p.limits.exceeded(p.served, p.packed):
		return 0, bomb(p.name)
	case p.served-p.mark > p.limits.token:
		return 0, pipeline.Wrong("book.part_text_too_long", "part", p.name).Advise(saveAgain())
	}
	return n, err
}

// partText is the text of a part in UTF-8, with the part to close.
type partText struct {
	io.Reader
	io.Closer
}

func (p *part) Close() error { return p.from.Close() }
