package main

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
	"muster/pipeline/wording"
	"muster/reports"
)

// In English the headers of the sheet Results are the names that programs read in the other formats, and its sheets
// keep the names of earlier versions.
func TestEnglishReport(t *testing.T) {
	words := wordsIn(wording.Default)
	var headers []string
	for _, name := range reports.Columns() {
		headers = append(headers, words.Say(pipeline.MessageCode("report.column_"+name)))
	}
	if d := cmp.Diff(reports.Columns(), headers); d != "" {
		t.Error(d)
	}
	for code, name := range map[pipeline.MessageCode]string{"summary": pipeline.SummarySheet,
		"results": pipeline.ResultsSheet, "problems": pipeline.ProblemsSheet, "uncertain": pipeline.UncertainSheet,
		"fix": pipeline.FixSheet} {
		if got := words.Say("report.sheet_" + code); got != name {
			t.Errorf("the sheet %s is called %s", name, got)
		}
	}
	for _, s := range pipeline.States() {
		if got := words.State(s); got != string(s) {
			t.Errorf("%s is called %s", s, got)
		}
	}
}

// No word that `muster settle` reads means two things in two languages.
func TestVerdictsMeanOneThing(t *testing.T) {
	column := func(name string) pipeline.MessageCode { return pipeline.MessageCode("report.column_" + name) }
	means := map[string]map[string]string{"column": {}, "word": {}, "sheet": {}}
	for _, lang := range wording.Languages() {
		words := wordsIn(lang)
		note := func(kind, what, text string) {
			text = strings.ToLower(text)
			if other, there := means[kind][text]; there && other != what {
				t.Errorf("%s: the %s %q is %s, and %s elsewhere", lang, kind, text, what, other)
			}
			means[kind][text] = what
		}
		for _, name := range []string{reports.VerdictRow, reports.VerdictState, reports.VerdictCustomerID,
			reports.VerdictKey, reports.VerdictRun, reports.VerdictSettle} {
			note("column", name, words.Say(column(name)))
		}
		for _, name := range []string{"column", "cell", "value", "new", "sent", "advice", "name", "code", "message"} {
			note("column", name, words.Say(column(name)))
		}
		for _, s := range pipeline.States() {
			note("word", string(s), words.State(s))
		}
		note("word", string(pipeline.Pending), words.Message(reports.StateReady()))
		note("word", "absent", words.Say("report.absent"))
		note("word", "accept", words.Say("report.accept"))
		for _, role := range []string{"summary", "results", "problems", "uncertain", "fix"} {
			note("sheet", role, words.Say(pipeline.MessageCode("report.sheet_"+role)))
		}
	}
}

// Names of sheets, and the prompts and errors of drop-downs, are within Excel's limits (Excel specifications and
// limits; ECMA-376 part 1, 18.3.1.32).
func TestWorkbookTextsFit(t *testing.T) {
	for _, lang := range wording.Languages() {
		words := wordsIn(lang)
		fits := func(m *pipeline.Message, most int) {
			if text := words.Message(m); text == "" || len(utf16.Encode([]rune(text))) > most {
				t.Errorf("%s: %s has more than %d characters, or none: %q", lang, m.Code, most, text)
			}
		}
		for _, role := range []string{"summary", "results", "problems", "uncertain", "fix"} {
			m := pipeline.Say(pipeline.MessageCode("report.sheet_" + role))
			fits(m, 28) // a number may follow
			if name := words.Message(m); strings.ContainsAny(name, `:\/?*[]'`) || strings.EqualFold(name, "history") {
				t.Errorf("%s: a sheet cannot be called %q", lang, name)
			}
		}
		fits(pipeline.Say("report.column_customer_id"), 32)
		fits(pipeline.Say("report.not_listed"), 32)
		fits(pipeline.Say("report.listed_only"), 225)
		fits(pipeline.Say("report.prompt_for_id", "absent", pipeline.Say("report.absent")), 225)
	}
}
