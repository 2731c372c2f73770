package main

import (
	"muster/cmd/muster/internal/newfile"
	"muster/pipeline"

	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"muster/templates"
)

func (p *program) exportProviderCommand() *cobra.Command {
	var whole bool
	c := &cobra.Command{
		Use:     "export " + p.sentence("command.providers_export_args"),
		Short:   p.sentence("command.providers_export_short"),
		Long:    p.sentence("command.providers_export_long"),
		Example: p.sentence("command.providers_export_example"),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return pipeline.Wrong("cmd_providers.export_arguments").Try("cmd_providers.export_such_as")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return p.exportProvider(args[0], args[1], whole) },
	}
	c.Flags().BoolVar(&whole, "whole", false, p.sentence("cmd_flags.whole"))
	return c
}

func (p *program) exportProvider(name, dir string, whole bool) error {
	set, err := templates.Embedded()
	if err != nil {
		return err
	}
	if !set.Has(name) {
		return pipeline.Wrong("cmd_providers.not_embedded", "name", name).
			Try("cmd_providers.embedded", "names", set.Names())
	}
	def, err := set.Find(name)
	if err != nil {
		return err
	}
	files, err := exportDefinition(def, dir, whole)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.stdout, p.sentence("cmd_providers.exported", "folder", dir, "count", len(files),
		"name", name, "command", pipeline.ShellCommand("muster", "providers", "test", dir)))
	return err
}

// exportDefinition writes a definition's files to a folder that does not exist yet or is empty; whole includes all
// that an overlay has from its base. When it fails, it leaves no files behind.
func exportDefinition(def *templates.Definition, dir string, whole bool) (files []string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, pipeline.MistakeOf(err).Try("cmd_providers.new_folder")
	}
	there, err := os.ReadDir(dir)
	if err != nil {
		return nil, pipeline.MistakeOf(err).Try("cmd_providers.new_folder")
	}
	if len(there) > 0 {
		return nil, pipeline.Wrong("cmd_providers.folder_not_empty").Try("cmd_providers.new_or_empty_folder").
			At(pipeline.Place{File: dir})
	}
	texts, err := def.Texts(whole)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			for _, f := range files {
				err = errors.Join(err, os.Remove(f))
			}
		}
	}()
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		path := filepath.Join(dir, name)
		if err := newfile.Write(path, func(w io.Writer) error {
			_, err := w.Write(texts[name])
			return err
		}); err != nil {
			return files, err
		}
		files = append(files, path)
	}
	return files, nil
}
