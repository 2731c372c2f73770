package wording

import (
	"bytes"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

// Every message that the program makes has a sentence in every language, whose gaps are the message's arguments; and
// every sentence belongs to a message.
func TestCatalogues(t *testing.T) {
	said := messagesOf(t, program(t))
	if len(said) < 60 {
		t.Fatalf("only %d messages were found in the program", len(said))
	}
	for _, lang := range languages(t) {
		t.Run(lang, func(t *testing.T) {
			sentences := sentencesOf(t, lang)
			for _, code := range slices.Sorted(maps.Keys(said)) {
				of, there := sentences[code]
				if !there {
					t.Errorf("%s: %s has no sentence in %s", said[code].at, code, lang)
				}
				for form, text := range forms(of) {
					names, gaps := said[code].names, gapsOf(t, code, text)
					if len(forms(of)) > 1 && !slices.Contains(gaps, "count") {
						// It chooses the form; another argument is how the number is written.
						names = slices.DeleteFunc(slices.Clone(names),
							func(name string) bool { return name == "count" })
					}
					if diff := cmp.Diff(names, gaps); diff != "" {
						t.Errorf("%s: %s, %s: the arguments are not those of the sentence (-message +sentence):\n%s",
							said[code].at, code, form, diff)
					}
				}
			}
			for _, code := range slices.Sorted(maps.Keys(sentences)) {
				if _, used := said[code]; !used {
					t.Errorf("%s is a sentence of no message", code)
				}
			}
		})
	}
}

// Every language has the same sentences.
func TestTheSameSentences(t *testing.T) {
	all := map[string]bool{}
	for _, lang := range languages(t) {
		for code := range sentencesOf(t, lang) {
			all[code] = true
		}
	}
	for _, lang := range languages(t) {
		of := sentencesOf(t, lang)
		for code := range all {
			if _, there := of[code]; !there {
				t.Errorf("%s has no sentence in %s", code, lang)
			}
		}
	}
}

// Every number has a plural form in the catalogue.
func TestPluralForms(t *testing.T) {
	for _, lang := range languages(t) {
		w, err := For(lang)
		if err != nil {
			t.Fatal(err)
		}
		for code, of := range sentencesOf(t, lang) {
			names := gapsOf(t, code, of.Other)
			for _, n := range []int{0, 1, 2, 3, 7, 11, 21, 100, 1_000_000} {
				m := &pipeline.Message{Code: pipeline.MessageCode(code)}
				for _, name := range names {
					m.Args = append(m.Args, pipeline.Arg{Name: name, Value: n})
				}
				var count any
				if slices.Contains(names, "count") || len(forms(of)) > 1 {
					count = n
				}
				read, err := w.catalogue.sentence(code, count)
				if err != nil {
					t.Errorf("%s: %s of %d: %v", lang, code, n, err)
					continue
				}
				if text, err := read.fill(w, m); err != nil || text == "" {
					t.Errorf("%s: %s of %d: %q, %v", lang, code, n, text, err)
				}
			}
		}
	}
}

// The pieces of a file, each parsed alone, are the sentences of the file parsed as a whole.
func TestPieces(t *testing.T) {
	for _, lang := range languages(t) {
		data, err := catalogues.ReadFile(lang + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		apart := map[string]*i18n.Message{}
		for code, piece := range pieces(data) {
			messages, err := i18n.ParseMessageBytes(piece, yaml.Unmarshal)
			if err != nil || len(messages) != 1 {
				t.Fatalf("%s: %s: %d messages, %v", lang, code, len(messages), err)
			}
			apart[code] = messages[0]
		}
		if diff := cmp.Diff(sentencesOf(t, lang), apart); diff != "" {
			t.Errorf("%s (-whole +pieces):\n%s", lang, diff)
		}
	}
}

// The files are easy to edit: no tabs, no white space at the end of a line or of a sentence, each code once, and all
// codes of one form.
func TestFiles(t *testing.T) {
	code := regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$`)
	for _, lang := range languages(t) {
		for _, file := range []string{lang + ".yaml"} {
			data, err := catalogues.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for n, line := range bytes.Split(data, []byte("\n")) {
				if bytes.ContainsRune(line, '\t') || !bytes.Equal(bytes.TrimRight(line, " \r"), line) {
					t.Errorf("%s, line %d has a tab, or white space at its end", file, n+1)
				}
			}
			if !bytes.HasSuffix(data, []byte("\n")) {
				t.Errorf("%s does not end with a line break", file)
			}
		}
		for id, m := range sentencesOf(t, lang) {
			if !code.MatchString(id) {
				t.Errorf("%s: the code %q is not of the form area.what_it_is", lang, id)
			}
			for form, text := range forms(m) {
				if strings.TrimSpace(text) != text && !strings.HasSuffix(id, "_question") &&
					!strings.Contains(text, "\n") {
					t.Errorf("%s: %s, %s has white space around it: %q", lang, id, form, text)
				}
				if text == "" {
					t.Errorf("%s: %s, %s is empty", lang, id, form)
				}
			}
		}
	}
}

func languages(t *testing.T) []string {
	t.Helper()
	all := Languages()
	if !slices.Contains(all, Default) {
		t.Fatal(all)
	}
	return all
}

// sentencesOf are the sentences of a language as its files have them.
func sentencesOf(t *testing.T, lang string) map[string]*i18n.Message {
	t.Helper()
	all := map[string]*i18n.Message{}
	for _, file := range []string{lang + ".yaml"} {
		data, err := fs.ReadFile(catalogues, file)
		if err != nil {
			t.Fatal(err)
		}
		messages, err := i18n.ParseMessageBytes(data, yaml.Unmarshal)
		if err != nil {
			t.Fatal(filepath.Base(file), err)
		}
		for _, m := range messages {
			all[m.ID] = m
		}
	}
	return all
}

func forms(m *i18n.Message) map[string]string {
	if m == nil {
		return nil
	}
	all := map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other}
	maps.DeleteFunc(all, func(form, text string) bool { return text == "" && form != "other" })
	return all
}

// gapsOf are the names of a sentence's gaps, each once, sorted.
func gapsOf(t *testing.T, code, text string) []string {
	t.Helper()
	read, err := sentences{}.Parse(text, "", "")
	if err != nil {
		t.Fatalf("%s: %v", code, err)
	}
	names := append([]string{}, read.(*sentence).names...)
	slices.Sort(names)
	return slices.Compact(names)
}
