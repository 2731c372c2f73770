package main

import (
	"muster/pipeline"

	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"muster/templates"
)

// templateFlags are what `muster template` was told.
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
				return pipeline.Mistakef("%d providers are named", len(args)).Try("a blank book is one provider's")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				if f.provider != "" && f.provider != args[0] {
					return pipeline.Mistakef("two providers are named: %s, and %s by --provider", args[0], f.provider).
						Try("name it once")
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
	what, advice := sheetsText(blank), ""
	switch strings.ToLower(filepath.Ext(f.out)) {
	case ".csv":
		write, what = blank.WriteCSV, pipeline.Count(len(blank.Columns()), "column")
		advice = "a spreadsheet program takes leading zeros from a .csv when it saves it; a .xlsx keeps them\n"
	case ".xlsx":
		write = blank.WriteXLSX
	case "":
		if f.out == "" {
			return pipeline.Mistakef("-o is missing: the file to write").Try("such as -o merchants.xlsx")
		}
		fallthrough
	default:
		return pipeline.Mistakef("-o %q: name a file that ends in .xlsx or .csv", f.out)
	}
	if err := writeNewFile(f.out, write); err != nil {
		return err
	}
	sheet := ""
	if len(blank.Sheets) > 1 && advice == "" {
		sheet = " --sheet " + pipeline.ShellWord(blank.Sheets[0].Name)
	}
	_, err = fmt.Fprintf(p.stdout, "%s: %s; fill a row for each merchant, then `muster check %s --provider %s%s`\n%s",
		f.out, what, pipeline.ShellWord(f.out), pipeline.ShellWord(f.provider), sheet, advice)
	return err
}

// sheetsText says what a blank workbook has to fill in.
func sheetsText(b *templates.Blank) string {
	if len(b.Sheets) == 1 {
		return pipeline.Count(len(b.Sheets[0].Columns), "column")
	}
	var sheets []string
	for _, s := range b.Sheets {
		sheets = append(sheets, fmt.Sprintf("sheet %s with %s", s.Name, pipeline.Count(len(s.Columns), "column")))
	}
	return pipeline.List(sheets)
}

// parseRepeat reads GROUP=N.
func parseRepeat(texts []string) (map[string]int, error) {
	repeat := map[string]int{}
	for _, text := range texts {
		group, number, ok := strings.Cut(text, "=")
		n, err := strconv.Atoi(number)
		if !ok || err != nil || group == "" {
			return nil, pipeline.Mistakef("--repeat %q: write the name of a group, an equals sign and a number", text).
				Try("such as --repeat businessRepresentatives=3")
		}
		if _, twice := repeat[group]; twice {
			return nil, pipeline.Mistakef("--repeat names %s twice", group)
		}
		repeat[group] = n
	}
	return repeat, nil
}

// writeNewFile writes a file that is not there yet, whole or not at all.
func writeNewFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return pipeline.Mistakef("%s: is there already", path).Try("name another file, or remove that one")
	case err != nil:
		return pipeline.Mistakef("%w", err)
	}
	err = write(f)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", path, err), os.Remove(path))
	}
	return nil
}
