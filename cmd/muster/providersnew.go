package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/newdefinition"
	"muster/cmd/muster/internal/terminal"
	"muster/pipeline"
	"muster/templates"
)

// newProviderFlags are the flags of `muster providers new`.
type newProviderFlags struct {
	answers, example, schema string
	questions                bool
}

func (p *program) newProviderCommand() *cobra.Command {
	var f newProviderFlags
	c := &cobra.Command{
		Use:         "new " + p.sentence("command.providers_new_args"),
		Short:       p.sentence("command.providers_new_short"),
		Long:        p.sentence("command.providers_new_long"),
		Annotations: withExitCodes(p.sentence("command.providers_new_exit")),
		Example:     p.sentence("command.providers_new_example"),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 && !(f.questions && len(args) == 0) {
				return pipeline.Wrong("new_definition.one_folder").Try("new_definition.such_as")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if f.questions {
				_, err := fmt.Fprint(p.stdout, newdefinition.Blank(p.words.Message))
				return err
			}
			return p.newProvider(args[0], f)
		},
	}
	c.Flags().StringVar(&f.answers, "answers", "", p.sentence("cmd_flags.answers"))
	c.Flags().StringVar(&f.example, "example", "", p.sentence("cmd_flags.example_body"))
	c.Flags().StringVar(&f.schema, "schema", "", p.sentence("cmd_flags.schema_body"))
	c.Flags().BoolVar(&f.questions, "questions", false, p.sentence("cmd_flags.questions"))
	return c
}

func (p *program) newProvider(dir string, f newProviderFlags) error {
	if err := newdefinition.Absent(dir); err != nil {
		return err
	}
	answers := newdefinition.Answers{}
	switch {
	case f.answers != "":
		data, err := p.readOrStdin(f.answers)
		if err != nil {
			return err
		}
		if answers, err = newdefinition.Read(f.answers, data); err != nil {
			return err
		}
		answers.Give("example", f.example)
		answers.Give("schema", f.schema)
	case p.terminal:
		answers.Give("example", f.example)
		answers.Give("schema", f.schema)
		p.say("new_definition.begin")
		if err := answers.Interview(p.askForDefinition); err != nil {
			return err
		}
	default:
		return pipeline.Wrong("new_definition.nobody_to_ask").Try("new_definition.answers_from_a_file",
			"questions", pipeline.ShellCommand("muster", "providers", "new", "--questions"),
			"command", pipeline.ShellCommand("muster", "providers", "new", dir, "--answers", "answers.yaml"))
	}
	body, err := p.bodyOf(answers)
	if err != nil {
		return err
	}
	written, err := newdefinition.Write(dir, answers, body, p.words.Message)
	if err != nil {
		return err
	}
	test := pipeline.ShellCommand("muster", "providers", "test", dir)
	fmt.Fprintln(p.stdout, p.sentence("new_definition.written", "files", written.Files, "command", test))
	if len(written.LeftOut) > 0 {
		p.say("new_definition.left_out", "paths", written.LeftOut)
	}
	for _, path := range written.KeyFields {
		p.say("new_definition.key_field", "field", path, "pointer", "/"+strings.ReplaceAll(path, ".", "/"))
	}
	// A mistake in it is reported now, and the files stay.
	_, err = definition(dir)
	return err
}

// askForDefinition puts one question to the person at the terminal.
func (p *program) askForDefinition(q *newdefinition.Question, wrong *pipeline.Mistake) (string, error) {
	if wrong != nil {
		p.say("new_definition.again", "what", wrong.Reason())
	} else {
		fmt.Fprintf(p.stderr, "\n%s\n", wrapped(p.words.Message(q.Ask), ""))
	}
	mark := ""
	if q.Default != "" {
		mark = " [" + q.Default + "]"
	}
	line, err := p.person().Ask(context.Background(), q.Name+mark+": ")
	if err != nil || strings.TrimSpace(line) != "-" || q.Name != "example" {
		return line, err
	}
	p.say("new_definition.paste")
	var pasted json.RawMessage
	var read bytes.Buffer
	if err := json.NewDecoder(io.TeeReader(byteByByte{p.stdin}, &read)).Decode(&pasted); err != nil {
		return "", pipeline.Wrong("new_definition.example_json", "cause", templates.JSONMistake(read.Bytes()))
	}
	_, err = terminal.ReadAnswer(context.Background(), p.stdin) // the rest of the last line
	return string(pasted), err
}

// byteByByte reads one byte at a time, so that nothing after the answer is consumed, which belongs to the next
// question.
type byteByByte struct{ io.Reader }

func (r byteByByte) Read(p []byte) (int, error) { return r.Reader.Read(p[:min(1, len(p))]) }

// bodyOf reads the schema or the example that the answers name.
func (p *program) bodyOf(a newdefinition.Answers) (b newdefinition.Body, err error) {
	if path := a.Get("schema"); path != "" {
		b.Schema, err = p.readOrStdin(path)
		return b, err
	}
	switch example := a.Get("example"); {
	case example == "":
		return b, nil
	case strings.HasPrefix(example, "{"):
		b.Example = []byte(example)
	default:
		b.Example, err = p.readOrStdin(example)
	}
	return b, err
}

// readOrStdin reads a file, or standard input for -.
func (p *program) readOrStdin(path string) (data []byte, err error) {
	if path == "-" {
		data, err = io.ReadAll(p.stdin)
	} else {
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, pipeline.Wrong("new_definition.unreadable", "cause", pipeline.WithoutPath(err)).
			At(pipeline.Place{File: path})
	}
	return data, nil
}
