package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/newfile"
	"muster/pipeline"
)

// reportCorrected writes the book again with the cells of the sheet Fix in it.
func (p *program) reportCorrected(ctx context.Context, f againFlags, args []string) (err error) {
	switch {
	case f.corrected == "" || f.from == "":
		return pipeline.Wrong("cmd_show.corrected_and_from").Try("cmd_show.corrected_such_as")
	case len(f.report.paths) > 0 || f.report.annotated != "":
		return pipeline.Wrong("cmd_show.corrected_alone").Try("cmd_show.corrected_such_as")
	case len(args) > 0 && f.book.fixRun != "":
		return pipeline.Wrong("cmd_show.corrected_run_twice").Try("cmd_show.corrected_such_as")
	case len(args) > 0:
		f.book.fixRun = args[0]
	}
	if err := newfile.Absent(f.corrected); err != nil {
		return err
	}
	from := []string{f.from}
	if f.book.fixRun != "" {
		f.book.fixBook = f.bookPath
	}
	def, err := p.definitionFor(ctx, &f.book, f.ledger, from)
	if err != nil {
		return err
	}
	j := p.job(def, pipeline.Target{})
	s, err := f.book.source(f.bookPath)
	if err != nil {
		return err
	}
	if f.book.fix != nil {
		run := f.book.fix.Run
		s.Reading = s.Reading.Or(run.Reading)
		if s.Reading.Encoding == "" {
			s.Reading.Encoding = run.ReadAs
		}
	}
	f.book.reading = pipeline.Reading{} // how to read the book, and not the sheet
	fix, err := f.book.open(ctx, &j, f.from)
	if err != nil {
		return err
	}
	defer fix.Close()
	written := false
	c, err := enrol.Correct(ctx, fix, s, f.corrected, func(write func(io.Writer) error) error {
		err := newfile.Write(f.corrected, write)
		written = err == nil
		return err
	})
	if err != nil && written {
		return errors.Join(err, os.Remove(f.corrected)) // its content is not what was meant
	}
	if err != nil {
		return err
	}
	if c.Left > 0 {
		p.say("cmd_show.corrected_left", "count", c.Left)
	}
	_, err = fmt.Fprintln(p.stdout, p.sentence("cmd_show.corrected_book", "file", f.corrected, "book", c.Book,
		"rows", pipeline.Say("rows", "count", c.Rows), "cells", pipeline.Say("cmd_show.corrected_cells", "count", c.Cells)))
	return err
}
