// Package manpage writes manual pages in roff, for groff and mandoc.
package manpage

import (
	"fmt"
	"io"
	"strings"
)

// Page is one page of the manual. Texts are UTF-8 of any length.
type Page struct {
	Name    string // "muster-import"; its file is Name.Section
	Section int    // of the manual: 1 commands, 7 other pages
	Short   string // description of one line
	Date    string // "2026-11-28", or ""
	Source  string // "muster v1.2.3"
	Naming  string // heading above Name and Short
	Parts   []Part
}

// Part is a heading with a text, then items.
type Part struct {
	Heading string
	Text    string // paragraphs, separated by an empty line; those with an indented line keep their lines
	Items   []Item
}

// Item is a name with its description, such as a flag.
type Item struct{ Name, Does string }

// File is the name of a page's file.
func (p Page) File() string { return fmt.Sprintf("%s.%d", p.Name, p.Section) }

// Write writes the page. The same page gives the same bytes.
func (p Page) Write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH \"%s\" %d \"%s\" \"%s\"\n", escaped(strings.ToUpper(p.Name)), p.Section,
		escaped(p.Date), escaped(p.Source))
	fmt.Fprintf(&b, ".SH %s\n%s \\- %s\n", escaped(strings.ToUpper(p.Naming)), escaped(p.Name), escaped(p.Short))
	for _, part := range p.Parts {
		if part.Text == "" && len(part.Items) == 0 {
			continue
		}
		fmt.Fprintf(&b, ".SH %s\n", escaped(strings.ToUpper(strings.TrimSuffix(part.Heading, ":"))))
		for i, paragraph := range paragraphs(part.Text) {
			if i > 0 {
				b.WriteString(".PP\n")
			}
			writeParagraph(&b, paragraph)
		}
		for _, item := range part.Items {
			fmt.Fprintf(&b, ".TP\n\\fB%s\\fR\n%s\n", escaped(item.Name), lineOf(item.Does))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// paragraphs are the parts of a text between empty lines, each as its lines.
func paragraphs(text string) (all [][]string) {
	var now []string
	for line := range strings.Lines(text + "\n\n") {
		line = strings.TrimRight(line, " \n")
		switch {
		case line != "":
			now = append(now, line)
		case now != nil:
			all, now = append(all, now), nil
		}
	}
	return all
}

// writeParagraph keeps the lines of a paragraph when one of them is indented, as in a table or an example, and begins
// them at the left margin to fit 80 columns. Other paragraphs are filled.
func writeParagraph(b *strings.Builder, lines []string) {
	kept := false
	for _, line := range lines {
		kept = kept || strings.HasPrefix(line, " ")
	}
	if kept {
		b.WriteString(".nf\n.in 0\n")
	}
	for _, line := range lines {
		b.WriteString(lineOf(line) + "\n")
	}
	if kept {
		b.WriteString(".in\n.fi\n")
	}
}

// lineOf is a line of text, escaped where roff would take it for a request.
func lineOf(text string) string {
	text = escaped(text)
	if strings.HasPrefix(text, ".") {
		return `\&` + text
	}
	return text
}

// escaped spells a text so that roff prints exactly its characters, in ASCII, whatever the file's assumed encoding.
func escaped(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\\':
			b.WriteString(`\e`)
		case r == '-':
			b.WriteString(`\-`)
		case r == '"':
			b.WriteString(`\(dq`)
		case r == '\'':
			b.WriteString(`\(aq`)
		case r == '`':
			b.WriteString(`\(ga`)
		case r == '^':
			b.WriteString(`\(ha`)
		case r == '~':
			b.WriteString(`\(ti`)
		case r == '\n':
			b.WriteByte(' ')
		case r > '~':
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
