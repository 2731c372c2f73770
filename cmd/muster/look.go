package main

import (
	"context"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/look"
	"muster/pipeline"
	"muster/pipeline/book"
)

func (p *program) lookCommand() *cobra.Command {
	var f bookFlags
	var o look.Options
	var asJSON bool
	c := &cobra.Command{
		Use:         "look " + p.sentence("command.look_args"),
		Short:       p.sentence("command.look_short"),
		Long:        p.sentence("command.look_long", "most", look.MostDistinct),
		Annotations: withExitCodes(p.sentence("command.look_exit")),
		Example:     p.sentence("command.look_example"),
		Args: func(_ *cobra.Command, books []string) error {
			if len(books) != 1 {
				return pipeline.Wrong("cmd_map.one_book", "count", len(books)).Try("cmd_map.look_such_as")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, books []string) error {
			s, err := f.source(books[0])
			if err != nil {
				return err
			}
			o.Book = book.Options{Sheet: s.Sheet, Reading: s.Reading, Password: s.Password}
			r, err := look.At(context.Background(), books[0], o) // an interrupt ends the process: nothing is under way
			switch {
			case err != nil:
				return err
			case asJSON:
				return r.WriteJSON(p.stdout, p.english)
			}
			err = p.show(r.Text(p.words, p.stdoutWidth()))
			if err == nil && o.Column == "" {
				f.provider = "NAME"
				p.say("look.next", "command", f.mapCommand(books[0], "mapping.csv")(f.tableFlags()...))
			}
			return err
		},
	}
	c.Flags().StringVar(&f.sheet, "sheet", "", p.sentence("cmd_flags.sheet"))
	f.registerReading(p, c)
	c.Flags().StringVar(&o.Column, "column", "", p.sentence("cmd_flags.column_of_look"))
	c.Flags().BoolVar(&o.Samples, "samples", false, p.sentence("cmd_flags.samples"))
	c.Flags().BoolVar(&asJSON, "json", false, p.sentence("cmd_flags.json"))
	return c
}
