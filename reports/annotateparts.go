package reports

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// Names of ECMA-376, part 1 and part 4.
const (
	relationships   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	commentsKind    = relationships + "/comments"
	drawingKind     = relationships + "/vmlDrawing"
	commentsContent = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
	drawingContent  = "application/vnd.openxmlformats-officedocument.vmlDrawing"
	spreadsheetML   = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	packageRelation = "http://schemas.openxmlformats.org/package/2006/relationships"
)

// markColour fills the cells that have a problem.
const markColour = "FFFFC7CE"

// assemble writes the copy: all parts in their order, those that were changed
// in their new form, then those that are new.
func (a *annotator) assemble() error {
	changed, err := a.changedParts()
	if err != nil {
		return err
	}
	out := zip.NewWriter(a.to)
	for _, f := range a.archive.File {
		switch text, is := changed[partName(f.Name)]; {
		case partName(f.Name) == partName(a.original.Part):
			err = a.copySheet(out, f)
		case is:
			err = writePart(out, f.FileHeader, text)
			delete(changed, partName(f.Name))
		default:
			err = out.Copy(f)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		if err := writePart(out, zip.FileHeader{Name: name, Method: zip.Deflate}, changed[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return out.Close()
}

func writePart(out *zip.Writer, like zip.FileHeader, text []byte) error {
	w, err := out.CreateHeader(&zip.FileHeader{Name: like.Name, Method: zip.Deflate, Modified: like.Modified})
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// copySheet puts the spooled sheet in, which is compressed already.
func (a *annotator) copySheet(out *zip.Writer, f *zip.File) error {
	size, err := a.spool.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if _, err := a.spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	w, err := out.CreateRaw(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: f.Modified, CRC32: a.crc,
		CompressedSize64: uint64(size), UncompressedSize64: uint64(a.size)})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, a.spool)
	return err
}

// read gives a part whole; nil when there is none.
func (a *annotator) read(name string) ([]byte, error) {
	f := a.part(name)
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxPart+1))
	if err == nil && len(text) > maxPart {
		err = errors.New("is too large to be changed")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return text, nil
}

// changedParts are the new texts of the parts around the sheet, by their names
// in lower case; new ones by theirs.
func (a *annotator) changedParts() (map[string][]byte, error) {
	parts := map[string][]byte{}
	if len(a.styles) > 0 {
		name, text, err := a.styleSheet()
		if err != nil {
			return nil, err
		}
		if parts[partName(name)], err = a.markedStyles(text); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if len(a.comments) == 0 {
		return parts, nil
	}
	folder, base := path.Split(a.original.Part)
	relsName := folder + "_rels/" + base + ".rels"
	rels, err := a.read(relsName)
	if err != nil {
		return nil, err
	}
	if rels == nil {
		rels = []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<Relationships xmlns="` + packageRelation + `"/>`)
	}
	known, err := readRelations(rels, folder)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", relsName, err)
	}
	types, err := a.read("[Content_Types].xml")
	if err != nil {
		return nil, err
	}
	commentsName, drawingName := "", ""
	for _, r := range known {
		switch {
		case strings.HasSuffix(r.kind, "/comments"):
			commentsName = r.target
		case r.id == a.drawing:
			drawingName = r.target
		}
	}
	relate := func(id, kind, target string) error {
		rels, err = insertBefore(rels, "Relationships", `<{p}Relationship Id="`+id+`" Type="`+kind+`" Target="/`+target+`"/>`)
		return err
	}
	existing, err := a.read(commentsName)
	if err != nil {
		return nil, err
	}
	if existing == nil {
		commentsName = a.freeName("xl/musterComments", ".xml")
		if err := relate("rIdMusterComments", commentsKind, commentsName); err != nil {
			return nil, err
		}
		types, err = insertBefore(types, "Types", `<{p}Override PartName="/`+commentsName+`" ContentType="`+commentsContent+`"/>`)
		if err != nil {
			return nil, err
		}
		existing = []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<comments xmlns="` + spreadsheetML + `"><authors></authors><commentList></commentList></comments>`)
	}
	drawing, err := a.read(drawingName)
	if err != nil {
		return nil, err
	}
	if drawing == nil {
		drawingName = a.freeName("xl/drawings/musterDrawing", ".vml")
		if err := relate(cmp.Or(a.relation, "rIdMusterDrawing"), drawingKind, drawingName); err != nil {
			return nil, err
		}
		drawing = []byte(emptyDrawing)
	}
	if !regexp.MustCompile(`(?i)Extension\s*=\s*["']vml["']`).Match(types) {
		if types, err = insertBefore(types, "Types", `<{p}Default Extension="vml" ContentType="`+drawingContent+`"/>`); err != nil {
			return nil, err
		}
	}
	if existing, drawing, err = a.withComments(existing, drawing); err != nil {
		return nil, err
	}
	put := func(name string, text []byte) {
		if a.part(name) != nil {
			name = partName(name)
		}
		parts[name] = text
	}
	put(commentsName, existing)
	put(drawingName, drawing)
	put(relsName, rels)
	put("[Content_Types].xml", types)
	return parts, nil
}

// freeName is a part name that the book does not have.
func (a *annotator) freeName(stem, ending string) string {
	for n := 1; ; n++ {
		if name := stem + strconv.Itoa(n) + ending; a.part(name) == nil {
			return name
		}
	}
}

// partRelation is one entry of a part's .rels.
type partRelation struct{ id, kind, target string }

func readRelations(text []byte, folder string) ([]partRelation, error) {
	var list struct {
		Relationships []struct {
			ID         string `xml:"Id,attr"`
			Type       string `xml:"Type,attr"`
			Target     string `xml:"Target,attr"`
			TargetMode string `xml:"TargetMode,attr"`
		} `xml:"Relationship"`
	}
	if err := xml.Unmarshal(text, &list); err != nil {
		return nil, err
	}
	var found []partRelation
	for _, r := range list.Relationships {
		if strings.EqualFold(r.TargetMode, "External") {
			continue
		}
		target := strings.TrimPrefix(r.Target, "/")
		if target == r.Target {
			target = path.Join(folder, r.Target)
		}
		found = append(found, partRelation{r.ID, r.Type, target})
	}
	return found, nil
}

// withComments adds what is said to the sheet's comments and to the drawing
// that shows them. A cell that has a comment keeps it: the column message says
// the rest.
func (a *annotator) withComments(comments, drawing []byte) (_, _ []byte, err error) {
	taken := map[string]bool{}
	for _, m := range regexp.MustCompile(`<(?:[\w.-]+:)?comment\s[^>]*?ref\s*=\s*["']([A-Z]+[0-9]+)["']`).FindAllSubmatch(comments, -1) {
		taken[string(m[1])] = true
	}
	author := len(regexp.MustCompile(`<(?:[\w.-]+:)?author[\s/>]`).FindAll(comments, -1))
	shape := 1024
	for _, m := range regexp.MustCompile(`_x0000_s([0-9]+)`).FindAllSubmatch(drawing, -1) {
		if n, err := strconv.Atoi(string(m[1])); err == nil {
			shape = max(shape, n)
		}
	}
	var list, shapes strings.Builder
	for _, c := range a.comments {
		ref := pipeline.CellRef(c.column, c.row)
		if taken[ref] {
			continue
		}
		shape++
		fmt.Fprintf(&list, `<{p}comment ref="%s" authorId="%d"><{p}text><{p}r><{p}t xml:space="preserve">%s</{p}t></{p}r></{p}text></{p}comment>`, ref, author, escaped(c.text))
		fmt.Fprintf(&shapes, commentShape, shape, c.column+1, max(c.row-2, 0), c.column+4, c.row+4, c.row-1, c.column)
	}
	if list.Len() == 0 {
		return comments, drawing, nil
	}
	if comments, err = insertBefore(comments, "authors", `<{p}author>muster</{p}author>`); err != nil {
		return nil, nil, err
	}
	if comments, err = insertBefore(comments, "commentList", list.String()); err != nil {
		return nil, nil, err
	}
	text := shapes.String()
	if !bytes.Contains(drawing, []byte(`id="_x0000_t202"`)) {
		text = commentShapeType + text
	}
	drawing, err = insertBefore(drawing, "xml", text)
	return comments, drawing, err
}

// The drawing of comments is VML, which spreadsheet programs still ask for
// (ECMA-376, part 4).
const (
	emptyDrawing = `<xml` + drawingNames + `>` +
		`<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>`
	// A book's own drawing may declare these under other names, or only where it
	// needs them.
	drawingNames     = ` xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"`
	commentShapeType = `<v:shapetype` + drawingNames + ` id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">` +
		`<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>`
	commentShape = `<v:shape` + drawingNames + ` id="_x0000_s%d" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;width:220pt;height:70pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">` +
		`<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>` +
		`<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%d, 15, %d, 2, %d, 15, %d, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>`
)

// styleSheet finds the book's styles.
func (a *annotator) styleSheet() (name string, text []byte, err error) {
	name = "xl/styles.xml"
	for _, f := range a.archive.File {
		if strings.HasSuffix(strings.ToLower(f.Name), "/styles.xml") {
			name = f.Name
		}
	}
	text, err = a.read(name)
	if err == nil && text == nil {
		err = errors.New("the book has no styles")
	}
	return name, text, err
}

// countStyles is how many formats of cells the book has.
func (a *annotator) countStyles() (int, error) {
	name, text, err := a.styleSheet()
	if err != nil {
		return 0, err
	}
	formats, err := cellFormats(text)
	if err == nil && len(formats) == 0 {
		err = errors.New("has no formats of cells")
	}
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	return len(formats), nil
}

// marked is the number of the style that is as s, but for the colour.
func (a *annotator) marked(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n >= a.counted {
		n = 0
	}
	if m, ok := a.styles[n]; ok {
		return m
	}
	m := a.counted + len(a.styles)
	a.styles[n] = m
	return m
}

// cellFormats are the texts of the elements xf of cellXfs.
func cellFormats(styles []byte) (formats [][]byte, err error) {
	c := newCopier(bytes.NewReader(styles))
	var open []byte
	for {
		token, raw, err := c.next()
		if errors.Is(err, io.EOF) {
			return formats, nil
		}
		if err != nil {
			return nil, err
		}
		inside := c.depth >= 3 && len(c.names) >= 2 && c.names[1] == "cellXfs"
		switch token.(type) {
		case xml.StartElement:
			if inside && c.depth == 3 {
				open = open[:0]
			}
		case xml.EndElement:
			if inside && c.depth == 3 {
				formats = append(formats, append(bytes.Clone(open), raw...))
				open = open[:0]
				continue
			}
		}
		if inside {
			open = append(open, raw...)
		}
	}
}

// markedStyles adds the colour and the formats that have it.
func (a *annotator) markedStyles(styles []byte) ([]byte, error) {
	formats, err := cellFormats(styles)
	if err != nil {
		return nil, err
	}
	fills := 0
	c := newCopier(bytes.NewReader(styles))
	for {
		token, _, err := c.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if e, ok := token.(xml.StartElement); ok && c.depth == 3 && c.names[1] == "fills" && e.Name.Local == "fill" {
			fills++
		}
	}
	var added strings.Builder
	for n := range a.styles {
		if n >= len(formats) {
			return nil, errors.New("has lost formats of cells")
		}
	}
	order := make([]int, len(a.styles))
	for from, to := range a.styles {
		order[to-a.counted] = from
	}
	for _, from := range order {
		format := formats[from]
		end := bytes.IndexByte(format, '>') + 1
		tag := withAttribute(withAttribute(format[:end], "fillId", strconv.Itoa(fills)), "applyFill", "1")
		added.Write(tag)
		added.Write(format[end:])
	}
	if styles, err = insertBefore(styles, "cellXfs", added.String()); err != nil {
		return nil, err
	}
	if styles, err = insertBefore(styles, "fills", `<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="`+markColour+`"/><{p}bgColor indexed="64"/></{p}patternFill></{p}fill>`); err != nil {
		return nil, err
	}
	styles = recounted(styles, "cellXfs", len(formats)+len(order))
	return recounted(styles, "fills", fills+1), nil
}

// recounted corrects the attribute count of an element, where it has one.
func recounted(part []byte, name string, n int) []byte {
	place := regexp.MustCompile(`<(?:[\w.-]+:)?` + name + `\s[^>]*?\bcount\s*=\s*["']([0-9]+)["']`).FindSubmatchIndex(part)
	if place == nil {
		return part
	}
	return splice(part, place[2], place[3], strconv.Itoa(n))
}
