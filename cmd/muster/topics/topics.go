// Package topics has the pages of help that belong to no command and are
// written by hand: a file of its name for each language, in lines that fit a
// terminal of 80 columns. A page is plain Markdown of four forms: its title
// ("# "), headings ("## "), blocks of code between fences, and text that is
// shown as it is.
package topics

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

//go:embed */*.md
var files embed.FS

// Page is one page in one language.
type Page struct {
	Name  string // "systemd"
	Title string // what the page is about, in a line
	Parts []Part
}

// Part is what stands below a heading. The first part of a page has none.
type Part struct {
	Heading string
	Text    string // lines of at most 80 characters, but for code; code is indented by two
}

// Names are the names of the pages in a language, in order.
func Names(language string) (names []string) {
	found, err := fs.Glob(files, language+"/*.md")
	if err != nil { // only of a bad pattern
		return nil
	}
	for _, file := range found {
		names = append(names, strings.TrimSuffix(path.Base(file), ".md"))
	}
	return names
}

// Source is the Markdown of a page, in the default language where it has no
// other; "" where there is no such page.
func Source(name, language, otherwise string) string {
	for _, l := range []string{language, otherwise} {
		if raw, err := files.ReadFile(path.Join(l, name+".md")); err == nil {
			return string(raw)
		}
	}
	return ""
}

// Parse reads the Markdown of a page.
func Parse(name, source string) Page {
	p := Page{Name: name, Parts: []Part{{}}}
	code := false
	for line := range strings.Lines(source) {
		now := &p.Parts[len(p.Parts)-1]
		switch {
		case strings.HasPrefix(line, "```"):
			code = !code
		case code && strings.TrimSpace(line) != "":
			now.Text += "  " + line
		case code:
			now.Text += line
		case strings.HasPrefix(line, "# "):
			p.Title = strings.TrimSpace(line[2:])
		case strings.HasPrefix(line, "## "):
			p.Parts = append(p.Parts, Part{Heading: strings.TrimSpace(line[3:])})
		default:
			now.Text += line
		}
	}
	for i := range p.Parts {
		p.Parts[i].Text = strings.Trim(p.Parts[i].Text, "\n") + "\n"
	}
	return p
}

// String is the page as a terminal shows it.
func (p Page) String() string {
	var b strings.Builder
	for i, part := range p.Parts {
		if i > 0 {
			b.WriteString("\n")
		}
		if part.Heading != "" {
			b.WriteString(strings.ToUpper(part.Heading) + "\n\n")
		}
		b.WriteString(part.Text)
	}
	return b.String()
}
