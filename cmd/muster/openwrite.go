package main

import (
	"cmp"
	"context"
	"path/filepath"
	"strings"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/openrows"
	"muster/pipeline/ledger"
	"muster/reports"
)

// writeOpen writes the open rows as a workbook. When all are from one book that is available, it is like the workbook
// of its run, with the sheets Fix and Uncertain; else it is a list, and beside it is such a workbook for each available
// book with rows to fill in there.
func (p *program) writeOpen(ctx context.Context, f openFlags, l *ledger.Ledger, books []*openrows.Book) error {
	if len(books) == 1 && books[0].AtHand {
		return p.writeOpenBook(ctx, f, l, books[0], f.output)
	}
	var lines []reports.OpenLine
	for _, b := range books {
		fix := ""
		if b.AtHand && b.ToFillIn() {
			fix = fixBeside(f.output, b)
			if err := p.writeOpenBook(ctx, f, l, b, fix); err != nil {
				return err
			}
		}
		lines = append(lines, openrows.Lines(p.words, b, fix)...)
	}
	err := reports.WriteOpen(f.output, reports.OpenHead{Words: p.words, Zone: time.Local, Now: p.now(),
		Password: f.report.password}, lines)
	if err != nil {
		return err
	}
	p.say("cmd_open.written", "file", f.output)
	return nil
}

// fixBeside is the workbook of one book beside the list: LIST.BOOK.RUN.xlsx.
func fixBeside(list string, b *openrows.Book) string {
	ext := filepath.Ext(list)
	name := strings.TrimSuffix(filepath.Base(b.Path()), filepath.Ext(b.Path()))
	return strings.TrimSuffix(list, ext) + "." + name + "." + b.Run.ID + ext
}

// writeOpenBook writes the open rows of one book, which is available.
func (p *program) writeOpenBook(ctx context.Context, f openFlags, l *ledger.Ledger, b *openrows.Book,
	path string) error {
	again := againFlags{book: f.reading, report: f.report}
	again.report.paths = []string{path}
	again.book.provider = cmp.Or(f.provider, b.Run.DefinitionName())
	def, err := definition(again.book.provider)
	if err != nil {
		return err
	}
	book, err := again.book.openAgain(ctx, def, l, *b.Run, b.File())
	if err != nil {
		return err
	}
	defer book.Close() // it is only read
	var rows []int
	for _, r := range b.Rows {
		rows = append(rows, r.Outcome.Row)
	}
	end, err := enrol.ReportOpen(ctx, p.jobAgain(&again, def, l, *b.Run), l, *b.Run, book, rows)
	if err != nil {
		return err
	}
	p.say("cmd_open.written", "file", path)
	(&resultPrinter{program: p}).toDo(end)
	return nil
}
