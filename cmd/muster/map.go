package main

import (
	"context"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/mapsheet"
	"muster/cmd/muster/internal/newfile"
	"muster/pipeline"
	"muster/pipeline/book"
)

func (p *program) mapCommand() *cobra.Command {
	var f bookFlags
	var out string
	c := &cobra.Command{
		Use:         "map " + p.sentence("command.map_args"),
		Short:       p.sentence("command.map_short"),
		Long:        p.sentence("command.map_long", "rows", mapsheet.Sampled),
		Annotations: withExitCodes(p.sentence("command.map_exit")),
		Example:     p.sentence("command.map_example"),
		Args: func(_ *cobra.Command, books []string) error {
			if len(books) != 1 {
				return pipeline.Wrong("cmd_map.one_book", "count", len(books)).Try("cmd_map.such_as")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, books []string) error {
			return p.mapBook(context.Background(), f, books[0], out) // an interrupt ends the process
		},
	}
	c.Flags().StringVar(&f.provider, "provider", "", p.sentence("cmd_flags.provider"))
	c.Flags().StringVar(&f.sheet, "sheet", "", p.sentence("cmd_flags.sheet"))
	f.registerReading(p, c)
	c.Flags().StringVarP(&out, "output", "o", "", p.sentence("cmd_flags.output_mapping"))
	return c
}

func (p *program) mapBook(ctx context.Context, f bookFlags, path, out string) error {
	def, err := definition(f.provider)
	if err != nil {
		return err
	}
	if ext := filepath.Ext(out); out != "" && !strings.EqualFold(ext, ".xlsx") && !strings.EqualFold(ext, ".csv") {
		return pipeline.Wrong("cmd_map.output_ending", "file", out).Try("cmd_map.output_such_as")
	}
	if out != "" {
		if err := newfile.Absent(out); err != nil {
			return err
		}
	}
	s, err := f.source(path)
	if err != nil {
		return err
	}
	b, err := book.Open(path, enrol.ToBeMapped(def.Provider(), s))
	if err != nil {
		return err
	}
	defer b.Close()
	mapsheet.KnowRemarks(b)
	for _, note := range b.Notes() {
		p.sayMessage(note)
	}
	m, err := mapsheet.Suggest(ctx, def, b, out, p.words)
	if err != nil {
		return err
	}
	if m.Nothing() {
		if _, err := io.WriteString(p.stdout, m.FirstRows(f.mapCommand(path, out))); err != nil {
			return err
		}
		return m.Unknown()
	}
	next := f.mapCommand(path, usualMapping)(f.tableFlags()...)
	if out != "" {
		if err := m.Write(); err != nil {
			return err
		}
		next = f.checkCommand(path, out)
	}
	text, err := m.Text(next, p.now())
	if err != nil {
		return err
	}
	return p.show(text)
}

// usualMapping is the suggested name of a new mapping.
const usualMapping = "mapping.csv"

// checkCommand is the command that checks a book with a mapping, which says where the table is.
func (f *bookFlags) checkCommand(path, mapping string) string {
	words := []string{"muster", "check", path, "--provider", f.provider, "--mapping", mapping}
	return pipeline.ShellCommand(append(words, f.readingFlags()...)...)
}

// mapCommand is the command that maps a book again, with more flags.
func (f *bookFlags) mapCommand(path, out string) func(more ...string) string {
	words := []string{"muster", "map", path, "--provider", f.provider}
	if out != "" {
		words = append(words, "-o", out)
	}
	words = append(words, f.readingFlags()...)
	return func(more ...string) string { return pipeline.ShellCommand(slices.Concat(words, more)...) }
}

// tableFlags are the flags that say where the table is.
func (f *bookFlags) tableFlags() (words []string) {
	if f.sheet != "" {
		words = append(words, "--sheet", f.sheet)
	}
	if f.noHeader {
		words = append(words, "--no-header")
	}
	if f.reading.HeaderRow != 0 {
		words = append(words, "--header-row", strconv.Itoa(f.reading.HeaderRow))
	}
	return words
}

// readingFlags are the flags that say how a file is read, wherever its table is.
func (f *bookFlags) readingFlags() (words []string) {
	if f.reading.Encoding != "" {
		words = append(words, "--encoding", f.reading.Encoding)
	}
	if f.reading.Quotes != "" {
		words = append(words, "--quotes", f.reading.Quotes)
	}
	if f.passwordFile != "" {
		words = append(words, "--password-file", f.passwordFile)
	}
	return words
}
