// Command terminal draws what a terminal of 100 columns shows, from standard
// input, as an SVG: colours, what was written over, and lines that are cut. Its
// argument is the command that was typed.
package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"log"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	columns = 100
	width   = 8.4 // of a character, in pixels
	height  = 19  // of a line
)

// styles are those that muster uses, by the code that switches each on.
var styles = map[string]string{"1": `font-weight="bold"`, "2": `fill="#8b949e"`, "31": `fill="#ff7b72"`,
	"32": `fill="#7ee787"`, "33": `fill="#e3b341"`, "34": `fill="#79c0ff"`, "35": `fill="#d2a8ff"`,
	"36": `fill="#76e3ea"`, "90": `fill="#8b949e"`}

var escape = regexp.MustCompile(`\x1b\[([0-9;?]*)([A-Za-z])`)

type picture struct {
	lines  strings.Builder
	count  int    // lines that are drawn
	line   string // the one that is being written, in tspans
	length int    // its characters
	style  string
}

// text writes characters of one style, cut where the terminal cuts them.
func (p *picture) text(s string) {
	for s != "" {
		if p.length == columns {
			p.end()
		}
		part := []rune(s)
		part = part[:min(len(part), columns-p.length)]
		s = s[len(string(part)):]
		var clean strings.Builder
		_ = xml.EscapeText(&clean, []byte(string(part))) // it writes to memory
		p.line += fmt.Sprintf("<tspan %s>%s</tspan>", p.style, clean.String())
		p.length += len(part)
	}
}

// end begins a new line.
func (p *picture) end() {
	if p.line != "" {
		fmt.Fprintf(&p.lines, "<text fill=\"#c9d1d9\" x=\"20\" y=\"%d\" textLength=\"%.1f\" xml:space=\"preserve\">%s</text>\n",
			30+height*p.count, width*float64(p.length), strings.ReplaceAll(p.line, "<tspan >", "<tspan>"))
	}
	p.line, p.length = "", 0
	p.count++
}

// write writes a line with its codes.
func (p *picture) write(line string) {
	for line != "" {
		at := escape.FindStringSubmatchIndex(line)
		if at == nil {
			p.text(line)
			break
		}
		p.text(line[:at[0]])
		if line[at[4]:at[5]] == "m" {
			for _, code := range strings.Split(line[at[2]:at[3]], ";") {
				switch code {
				case "", "0", "22", "39":
					p.style = ""
				default:
					p.style = strings.TrimSpace(p.style + " " + styles[code])
				}
			}
		}
		line = line[at[1]:]
	}
	p.end()
}

func main() {
	log.SetFlags(0)
	session, err := io.ReadAll(os.Stdin)
	if err != nil || len(os.Args) != 2 || !utf8.Valid(session) {
		log.Fatalf("usage: terminal COMMAND <SESSION >PICTURE.svg (%v)", err)
	}
	p := &picture{style: `fill="#ffffff" font-weight="bold"`}
	p.write("$ " + os.Args[1])
	p.style = ""
	for line := range strings.Lines(string(session)) {
		line = strings.TrimRight(line, "\r\n")
		p.write(line[strings.LastIndex(line, "\r")+1:])
	}
	fmt.Printf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %d\" font-size=\"14\"",
		40+columns*width, 25+height*p.count)
	fmt.Print(" font-family=\"ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace\">\n")
	fmt.Printf("<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"#0d1117\"/>\n%s</svg>\n", p.lines.String())
}
