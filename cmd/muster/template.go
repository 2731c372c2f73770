package main

import (
	"muster/cmd/muster/internal/newfile"
	"muster/pipeline"

	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"muster/templates"
)

// templateFlags are the flags of `muster template`.
type templateFlags struct {
	provider string
	out      string
	shape    string
	repeat   []string
}

func (p *program) templateCommand() *cobra.Command {
	var f templateFlags
	c := &cobra.Command{
		Use:     "template " + p.sentence("command.template_args"),
		Short:   p.sentence("command.template_short"),
		Long:    p.sentence("command.template_long"),
		Example: p.sentence("command.template_example"),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return pipeline.Wrong("cmd_template.several_providers", "count", len(args)).
					Try("cmd_template.one_provider")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				if f.provider != "" && f.provider != args[0] {
					return pipeline.Wrong("cmd_template.two_providers", "first", args[0], "second", f.provider).
						Try("cmd_template.name_one")
				}
				f.provider = args[0]
			}
			return p.writeTemplate(f)
		},
	}
	c.Flags().StringVar(&f.provider, "provider", "", p.sentence("cmd_flags.provider"))
	c.ValidArgsFunction = suggestProviders
	c.Flags().StringVarP(&f.out, "output", "o", "", p.sentence("cmd_flags.output_template"))
	c.Flags().StringVar(&f.shape, "shape", "", p.sentence("cmd_flags.shape"))
	c.Flags().StringArrayVar(&f.repeat, "repeat", nil, p.sentence("cmd_flags.repeat"))
	return c
}

func (p *program) writeTemplate(f templateFlags) error {
	def, err := definition(f.provider)
	if err != nil {
		return err
	}
	repeat, err := parseRepeat(f.repeat)
	if err != nil {
		return err
	}
	blank, err := def.Blank(templates.BlankOptions{Shape: f.shape, Repeat: repeat})
	if err != nil {
		return err
	}
	var write func(io.Writer) error
	var columns []string
	leadingZeros := false
	switch strings.ToLower(filepath.Ext(f.out)) {
	case ".csv":
		write, leadingZeros = func(w io.Writer) error { return blank.WriteCSV(w, p.words) }, true
		columns = append(columns, p.sentence("cmd_template.columns", "count", len(blank.Columns())))
	case ".xlsx":
		write, columns = func(w io.Writer) error { return blank.WriteXLSX(w, p.words) }, p.columnsOf(blank)
	case "":
		if f.out == "" {
			return pipeline.Wrong("cmd_template.output_missing").Try("cmd_template.such_as")
		}
		fallthrough
	default:
		return pipeline.Wrong("cmd_template.output_ending", "file", f.out)
	}
	if err := newfile.Write(f.out, write); err != nil {
		return err
	}
	check := []string{"muster", "check", f.out, "--provider", f.provider}
	if len(blank.Sheets) > 1 && !leadingZeros {
		check = append(check, "--sheet", blank.Sheets[0].Name)
	}
	text := p.sentence("cmd_template.written", "file", f.out, "columns", columns,
		"command", pipeline.ShellCommand(check...)) + "\n"
	if leadingZeros {
		text += p.sentence("cmd_template.leading_zeros") + "\n"
	}
	_, err = fmt.Fprint(p.stdout, text)
	return err
}

// columnsOf says which columns of a blank workbook to fill in.
func (p *program) columnsOf(b *templates.Blank) []string {
	if len(b.Sheets) == 1 {
		return []string{p.sentence("cmd_template.columns", "count", len(b.Sheets[0].Columns))}
	}
	var sheets []string
	for _, s := range b.Sheets {
		sheets = append(sheets, p.sentence("cmd_template.sheet", "name", s.Name, "count", len(s.Columns)))
	}
	return sheets
}

// parseRepeat reads GROUP=N.
func parseRepeat(texts []string) (map[string]int, error) {
	repeat := map[string]int{}
	for _, text := range texts {
		group, number, ok := strings.Cut(text, "=")
		n, err := strconv.Atoi(number)
		if !ok || err != nil || group == "" {
			return nil, pipeline.Wrong("cmd_template.repeat", "text", text).Try("cmd_template.repeat_such_as")
		}
		if _, twice := repeat[group]; twice {
			return nil, pipeline.Wrong("cmd_template.repeat_twice", "group", group)
		}
		repeat[group] = n
	}
	return repeat, nil
}
