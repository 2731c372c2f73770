package wording

import (
	"bytes"
	"cmp"
	"fmt"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
)

// catalogue has the sentences of one language. A sentence is parsed when it is first used: a command needs a few
// hundred of several thousand, and parsing the whole file would take most of the time of a short command. It may be
// used by several at once.
type catalogue struct {
	tag      language.Tag
	mu       sync.RWMutex // of all below
	unparsed map[string][]byte
	bundle   *i18n.Bundle // of one language, which needs no matching for each sentence
	parsed   *i18n.Localizer
}

// open reads the catalogue of a language. It returns an error if the language has no file.
func open(tag language.Tag) (*catalogue, error) {
	data, err := catalogues.ReadFile(tag.String() + ".yaml")
	if err != nil {
		return nil, err
	}
	bundle := i18n.NewBundle(tag)
	return &catalogue{tag: tag, unparsed: pieces(data), bundle: bundle, parsed: i18n.NewLocalizer(bundle)}, nil
}

// pieces cuts a file into its sentences, by code. Each begins on a line of its own, and what belongs to it is indented
// (TestFiles).
func pieces(data []byte) map[string][]byte {
	all := make(map[string][]byte, bytes.Count(data, []byte("\n")))
	code, begin := "", 0
	for at := 0; at < len(data); {
		line := data[at:]
		if end := bytes.IndexByte(line, '\n'); end >= 0 {
			line = line[:end+1]
		}
		if line[0] != ' ' && line[0] != '\n' {
			if code != "" {
				all[code] = data[begin:at]
			}
			before, _, _ := bytes.Cut(line, []byte(":"))
			code, begin = string(before), at
			if line[0] == '#' {
				code = ""
			}
		}
		at += len(line)
	}
	if code != "" {
		all[code] = data[begin:]
	}
	return all
}

// sentence returns the sentence of a code, in the plural form for count if that is a number.
func (c *catalogue) sentence(code string, count any) (*sentence, error) {
	if err := c.parse(code); err != nil {
		return nil, err
	}
	var found *sentence
	config := i18n.LocalizeConfig{MessageID: code, TemplateData: &found, TemplateParser: sentences{}}
	if n, ok := count.(int); ok {
		config.PluralCount = n
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	_, err := c.parsed.Localize(&config)
	return found, err
}

// parse parses the sentence of a code with every plural form, unless it is parsed already or does not exist.
func (c *catalogue) parse(code string) error {
	c.mu.RLock()
	_, unparsed := c.unparsed[code]
	c.mu.RUnlock()
	if !unparsed {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	piece, unparsed := c.unparsed[code]
	if !unparsed { // another goroutine parsed it meanwhile
		return nil
	}
	delete(c.unparsed, code)
	messages, err := i18n.ParseMessageBytes(piece, yaml.Unmarshal)
	if err != nil {
		return fmt.Errorf("%s.yaml: %w", c.tag, err)
	}
	for _, m := range messages {
		for _, form := range []*string{&m.Zero, &m.One, &m.Two, &m.Few, &m.Many} {
			*form = cmp.Or(*form, m.Other)
		}
	}
	return c.bundle.AddMessages(c.tag, messages...)
}
