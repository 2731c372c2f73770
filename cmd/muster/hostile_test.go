package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// hostileMemory bounds what a process may use, whatever the file. A build with the race detector uses several times
// as much.
const hostileMemory = 100 << 20

// TestHostileFiles tests promise 11 for the whole program: each file ends with exit code 2 and a message that says
// what is wrong and where, or is read; in little memory.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	for _, h := range hostileFiles() {
		t.Run(h.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), h.file)
			if err := writeHostile(path, h.write); err != nil {
				t.Fatal(err)
			}
			code, stderr, memory := runMuster(t, "check", path, "--provider", "passport")
			if code != h.code {
				t.Errorf("exit code %d, want %d", code, h.code)
			}
			if !regexp.MustCompile(h.says).MatchString(stderr) {
				t.Errorf("says %q, want %q", stderr, h.says)
			}
			if h.code == exitUsage && (!strings.Contains(stderr, path) || !strings.Contains(stderr, "\n  try: ")) {
				t.Errorf("does not name the file and what to do: %s", stderr)
			}
			if len(stderr) > 2000 {
				t.Errorf("a message of %d bytes", len(stderr))
			}
			t.Logf("%d MiB: %s", memory>>20, stderr)
			if memory > hostileMemory*raceFactor {
				t.Errorf("%d MiB in memory", memory>>20)
			}
		})
	}
}

// runMuster runs the program as a process of its own and returns its peak memory; 0 where the system does not report
// it.
func runMuster(t *testing.T, args ...string) (code int, stderr string, memory int64) {
	t.Helper()
	self, err := os.Executable() // TestMain runs these commands by name
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"measure", "muster"} {
		if err := os.Symlink(self, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(filepath.Join(dir, "measure"), append([]string{filepath.Join(dir, "muster")}, args...)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "GORACE=" + os.Getenv("GORACE")}
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, said.String())
	}
	if _, err := fmt.Sscan(out.String(), &code, &memory); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	return code, said.String(), memory
}

// measure runs a command and prints its exit code and its peak memory. It is a small process of its own, because a
// process starts with its parent's memory.
func measure() {
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stderr = os.Stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(cmd.ProcessState.ExitCode(), mostMemory(cmd.ProcessState))
}

// hostileFile is one file and its expected result.
type hostileFile struct {
	name, file string
	write      func(io.Writer) error
	code       int
	says       string
}

func writeHostile(path string, write func(io.Writer) error) (err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	if err := write(w); err != nil {
		return err
	}
	return w.Flush()
}

func hostileFiles() []hostileFile {
	const (
		header = `<row r="1"><c r="A1" t="inlineStr"><is><t>identification_number</t></is></c><c r="B1" t="inlineStr"><is><t>business_name</t></is></c>` +
			`<c r="C1" t="inlineStr"><is><t>email</t></is></c><c r="D1" t="inlineStr"><is><t>mobile_phone_number</t></is></c></row>`
		csvHeader = "identification_number,business_name,email,mobile_phone_number\n"
	)
	sheet := func(parts ...any) map[string]any {
		return map[string]any{"xl/worksheets/sheet1.xml": append(append([]any{sheetStart, header}, parts...), sheetEnd)}
	}
	with := func(parts map[string]any, name string, content ...any) map[string]any {
		parts[name] = content
		return parts
	}
	return []hostileFile{
		{"zip bomb", "book.xlsx", xlsxOf(sheet(repeated(`<row><c s="1"/><c s="1"/></row>`, 80<<20))), 2,
			`the part sheet1.xml unpacks to far more than a workbook can have`},
		{"shared strings that are a bomb", "book.xlsx", xlsxOf(with(sheet(), "xl/sharedStrings.xml", sstStart,
			repeated(`<si><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></si>`, 80<<20), `</sst>`)), 2,
			`the part sharedStrings.xml unpacks to far more`},
		{"five GiB declared", "book.xlsx", declared(xlsxOf(sheet(`<row r="2"><c r="A2"><v>1</v></c></row>`)), 5<<30), 2,
			`the part sheet1.xml unpacks to far more than a workbook can have`},
		{"a bomb that is declared to be small", "book.xlsx",
			declared(xlsxOf(sheet(repeated(`<row><c s="1"/><c s="1"/></row>`, 80<<20))), 2000), 2,
			`sheet "Sheet1", row 1: the workbook is damaged or cut short`},
		{"entities that expand", "book.xlsx", xlsxOf(map[string]any{"xl/worksheets/sheet1.xml": []any{xmlStart,
			`<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>`,
			sheetRoot, header, `<row r="2"><c r="A2" t="str"><v>&c;</v></c></row>`, sheetEnd}}), 2,
			`sheet "Sheet1", row 1: the part sheet1.xml has a document type declaration`},
		{"external entity", "book.xlsx", xlsxOf(map[string]any{"xl/worksheets/sheet1.xml": []any{xmlStart,
			`<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>`, sheetRoot, header,
			`<row r="2"><c r="A2" t="str"><v>&x;</v></c></row>`, sheetEnd}}), 2, `document type declaration`},
		// A tenth with the race detector, which makes this ten times slower.
		{"a million empty formatted rows", "book.xlsx", xlsxOf(sheet(emptyRows(1_048_575 / raceFactor))), 0, `^$`},
		{"a dimension of the whole sheet", "book.xlsx", xlsxOf(map[string]any{"xl/worksheets/sheet1.xml": []any{xmlStart,
			strings.Replace(sheetRoot, "<sheetData>", `<dimension ref="A1:XFD1048576"/><sheetData>`, 1), header,
			`<row r="1048576"><c r="A1048576" t="str"><v>9</v></c><c r="XFD1048576" t="str"><v>x</v></c></row>`,
			sheetEnd}}), 3, `^$`},
		{"truncated sheet", "book.xlsx", xlsxOf(map[string]any{"xl/worksheets/sheet1.xml": []any{sheetStart, header,
			`<row r="2"><c r="A2"><v>1</v></c></row><row r="3"><c r="A3"><v>1`}}), 2,
			`sheet "Sheet1", row 3: the workbook is damaged or cut short: its part sheet1.xml cannot be read to the end`},
		{"truncated archive", "book.xlsx", cutShort(xlsxOf(sheet(`<row r="2"><c r="A2"><v>1</v></c></row>`)), 600), 2,
			`its ZIP archive cannot be read`},
		{"shared string out of range", "book.xlsx", xlsxOf(sheet(`<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>7</v></c></row>`)), 2,
			`sheet "Sheet1", row 2, column B: the cell refers to a text that is not in the workbook`},
		{"endless nested elements", "book.xlsx", xlsxOf(sheet(`<row r="2">`, repeated("<c>", 8<<20))), 2,
			`sheet "Sheet1", row 2: .*sheet1.xml`},
		{"a line without end", "book.csv", sequence(csvHeader, repeated("x", 64<<20)), 2,
			`line 2: a row of more than 8 MiB begins here`},
		{"a header without end", "book.csv", sequence(repeated("x", 64<<20)), 2,
			`line 1: a row of more than 8 MiB begins here`},
		{"delimiters without end", "book.csv", sequence(csvHeader, repeated(",", 64<<20)), 2,
			`line 2: a row of more than 8 MiB begins here`},
		{"a record of delimiters", "book.csv", sequence(csvHeader, repeated(",", 7<<20)), 2,
			`line 2: the row that begins here has far more cells than the 16384 columns of a sheet`},
		{"NUL bytes", "book.csv", sequence(csvHeader, "999000011,EJEMPLO\x00 SAS,a@example.org,+573005550101\n"), 2,
			`line 2: the text has a NUL character`},
		{"nothing but NUL bytes", "book.csv", repeated("\x00", 16<<20), 2, `line 1: the text has a NUL character`},
		{"unclosed quote", "book.csv", sequence(csvHeader, `999000011,"EJEMPLO SAS,a@example.org,+573005550101`+"\n",
			repeated("999000022,MUESTRA SAS,b@example.org,+573005550102\n", 64<<20)), 2,
			`quotation marks can be read in more than one way on 1 line: 2`},
		{"quadratic header", "book.csv", sequence(manyColumns(16_384), repeated(",", 16_383), "\n"), 2,
			`no column of the book is a field of Passport`},
		{"quadratic header of a workbook", "book.xlsx", xlsxOf(map[string]any{"xl/worksheets/sheet1.xml": []any{sheetStart, wideRow(16_384),
			sheetEnd}}), 2, `no column of the book is a field of Passport`},
		{"a header of sixteen thousand columns", "book.csv",
			sequence(csvHeader[:len(csvHeader)-1], manyOtherColumns(16_000),
				"\n999000011,EJEMPLO SAS,a@example.org,+573005550101\n"), 0, `and 15960 more`},
		{"a sheet that is a link", "book.xlsx", linked("../../../etc/passwd"), 2,
			`sheet "Sheet1".*: the workbook is damaged or cut short: its part sheet1.xml`},
		{"a sheet outside the archive", "book.xlsx", xlsxOf(map[string]any{"xl/_rels/workbook.xml.rels": []any{strings.Replace(workbookRels, "worksheets/sheet1.xml", "../../../../etc/passwd", 1)}}), 2, `its part passwd is missing`},
		{"a part under a path that leads out", "book.xlsx",
			xlsxOf(with(sheet(`<row r="2"><c r="A2"><v>1</v></c></row>`), "../../../../tmp/muster-was-here", "x")), 3,
			`^$`},
	}
}

const (
	xmlStart   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
	sheetRoot  = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	sheetStart = xmlStart + sheetRoot
	sheetEnd   = `</sheetData></worksheet>`
	sstStart   = xmlStart + `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`

	relationsOf  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	workbookRels = xmlStart + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + relationsOf + `/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="` + relationsOf + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`
)

// xlsxOf writes a workbook of one sheet; parts replace its own parts by name. The content of a part is texts and
// writers.
func xlsxOf(parts map[string]any) func(io.Writer) error {
	return func(w io.Writer) error {
		all := []struct {
			name    string
			content any
		}{
			{"_rels/.rels", xmlStart + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relationsOf + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
			{"xl/workbook.xml", xmlStart + `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + relationsOf + `"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`},
			{"xl/_rels/workbook.xml.rels", workbookRels},
			{"xl/sharedStrings.xml", sstStart + `<si><t>one</t></si></sst>`},
			{"xl/worksheets/sheet1.xml", sheetStart + sheetEnd},
		}
		known := map[string]bool{}
		for i := range all {
			known[all[i].name] = true
			if content, ok := parts[all[i].name]; ok {
				all[i].content = content
			}
		}
		for name, content := range parts {
			if !known[name] {
				all = append(all, struct {
					name    string
					content any
				}{name, content})
			}
		}
		z := zip.NewWriter(w)
		z.RegisterCompressor(zip.Deflate, newBlockwise)
		for _, part := range all {
			to, err := z.Create(part.name)
			if err != nil {
				return err
			}
			if err := writePart(to, part.content); err != nil {
				return err
			}
		}
		return z.Close()
	}
}

// blockwise deflates like compress/flate, but compresses a large block that repeats only once: compressing a bomb is
// what would take most time with the race detector.
type blockwise struct {
	out         io.Writer
	usual       *flate.Writer
	block, tiny []byte // the last large block, and its compressed form
}

func newBlockwise(out io.Writer) (io.WriteCloser, error) {
	usual, err := flate.NewWriter(out, flate.DefaultCompression)
	return &blockwise{out: out, usual: usual}, err
}

func (b *blockwise) Write(p []byte) (int, error) {
	if len(p) < 1<<15 {
		return b.usual.Write(p)
	}
	if !bytes.Equal(p, b.block) {
		b.block = bytes.Clone(p)
		var deflated bytes.Buffer
		alone, err := flate.NewWriter(&deflated, flate.BestCompression)
		if err != nil {
			return 0, err
		}
		if _, err := alone.Write(p); err != nil {
			return 0, err
		}
		if err := alone.Flush(); err != nil {
			return 0, err
		}
		b.tiny = deflated.Bytes()
	}
	// The compressed block refers to nothing before it, and nothing after refers to it.
	if err := b.usual.Flush(); err != nil {
		return 0, err
	}
	if _, err := b.out.Write(b.tiny); err != nil {
		return 0, err
	}
	b.usual.Reset(b.out)
	return len(p), nil
}

func (b *blockwise) Close() error { return b.usual.Close() }

func writePart(w io.Writer, content any) error {
	switch c := content.(type) {
	case string:
		_, err := io.WriteString(w, c)
		return err
	case []any:
		for _, one := range c {
			if err := writePart(w, one); err != nil {
				return err
			}
		}
		return nil
	case func(io.Writer) error:
		return c(w)
	}
	return fmt.Errorf("%T is no content", content)
}

func sequence(parts ...any) func(io.Writer) error {
	return func(w io.Writer) error { return writePart(w, parts) }
}

// repeated writes a text over and over, about size bytes in all.
func repeated(text string, size int) func(io.Writer) error {
	return func(w io.Writer) error {
		block := strings.Repeat(text, min(size/len(text), 1+(1<<16)/len(text)))
		for left := size / len(text) * len(text); left > 0; left -= len(block) {
			if _, err := io.WriteString(w, block[:min(left, len(block))]); err != nil {
				return err
			}
		}
		return nil
	}
}

func emptyRows(n int) func(io.Writer) error {
	return func(w io.Writer) error {
		for i := range n {
			if _, err := fmt.Fprintf(w, `<row r="%d" s="1" customFormat="1" ht="15"><c r="A%d" s="1"/><c r="D%d" s="1"/></row>`, i+2, i+2, i+2); err != nil {
				return err
			}
		}
		return nil
	}
}

// manyColumns is a header that has every name twice.
func manyColumns(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("c%d", i%(n/2))
	}
	return strings.Join(names, ",") + "\n"
}

func manyOtherColumns(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ",c%d", i)
	}
	return b.String()
}

func wideRow(n int) string {
	var b strings.Builder
	b.WriteString(`<row r="1">`)
	for i := range n {
		fmt.Fprintf(&b, `<c t="str"><v>c%d</v></c>`, i%(n/2))
	}
	b.WriteString(`</row>`)
	return b.String()
}

// cutShort drops the end of a file.
func cutShort(write func(io.Writer) error, size int) func(io.Writer) error {
	return func(w io.Writer) error {
		var all bytes.Buffer
		if err := write(&all); err != nil {
			return err
		}
		_, err := w.Write(all.Bytes()[:size])
		return err
	}
}

// declared sets the size of the archive's last part, the sheet, in its directory.
func declared(write func(io.Writer) error, size uint64) func(io.Writer) error {
	return func(w io.Writer) error {
		var all bytes.Buffer
		if err := write(&all); err != nil {
			return err
		}
		raw := all.Bytes()
		at := bytes.LastIndex(raw, []byte("PK\x01\x02"))
		// A size that does not fit goes into an extra field (APPNOTE, 4.5.3).
		binary.LittleEndian.PutUint32(raw[at+24:], 0xffffffff)
		name := int(binary.LittleEndian.Uint16(raw[at+28:]))
		extra := []byte{1, 0, 8, 0}
		extra = binary.LittleEndian.AppendUint64(extra, size)
		binary.LittleEndian.PutUint16(raw[at+30:], uint16(len(extra)))
		grown := append(bytes.Clone(raw[:at+46+name]), extra...)
		grown = append(grown, raw[at+46+name:]...)
		end := bytes.LastIndex(grown, []byte("PK\x05\x06"))
		binary.LittleEndian.PutUint32(grown[end+12:], binary.LittleEndian.Uint32(grown[end+12:])+uint32(len(extra)))
		_, err := w.Write(grown)
		return err
	}
}

// linked makes the sheet a symbolic link to that path.
func linked(to string) func(io.Writer) error {
	return func(w io.Writer) error {
		var whole bytes.Buffer
		if err := xlsxOf(nil)(&whole); err != nil {
			return err
		}
		from, err := zip.NewReader(bytes.NewReader(whole.Bytes()), int64(whole.Len()))
		if err != nil {
			return err
		}
		z := zip.NewWriter(w)
		for _, part := range from.File {
			if part.Name != "xl/worksheets/sheet1.xml" {
				if err := z.Copy(part); err != nil {
					return err
				}
				continue
			}
			head := &zip.FileHeader{Name: part.Name}
			head.SetMode(os.ModeSymlink | 0o777)
			link, err := z.CreateHeader(head)
			if err != nil {
				return err
			}
			if _, err := io.WriteString(link, to); err != nil {
				return err
			}
		}
		return z.Close()
	}
}
