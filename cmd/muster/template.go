package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

func (p *program) templateCommand() *cobra.Command {
	var provider, out string
	c := &cobra.Command{
		Use:     "template --provider NAME|DIR -o FILE.xlsx|.csv",
		Short:   "Write a blank book: one column for each field",
		Example: "  muster template --provider passport -o merchants.xlsx",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			def, err := definition(provider)
			if err != nil {
				return err
			}
			var write func(io.Writer) error
			switch strings.ToLower(filepath.Ext(out)) {
			case ".csv":
				write = def.WriteBlankCSV
			case ".xlsx":
				write = def.WriteBlankXLSX
			default:
				return usage("", "-o %q: name a file that ends in .xlsx or .csv", out)
			}
			if err := writeNewFile(out, write); err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.stdout, "%s: %s; fill a row for each merchant, then `muster check %s --provider %s`\n", out, count(len(def.Columns()), "column"), out, provider)
			return err
		},
	}
	c.Flags().StringVar(&provider, "provider", "", "passport, juicyway, connectfi, or the folder of a definition of your own")
	c.Flags().StringVarP(&out, "output", "o", "", "the file to write: .xlsx or .csv")
	return c
}

// writeNewFile writes a file that is not there yet, whole or not at all.
func writeNewFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return usage("name another file, or remove that one", "%s: is there already", path)
	case err != nil:
		return usage("", "%w", err)
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
