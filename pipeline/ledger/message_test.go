package ledger

import (
	"errors"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// TestArgumentsAreKept: a message reads back with its arguments, of whatever type; an error becomes a message, and a
// type that messages do not use becomes text.
func TestArgumentsAreKept(t *testing.T) {
	part := pipeline.Say("part", "n", 1)
	place := pipeline.Place{Kind: "ledger", File: "a.db", Row: 4}
	for _, tt := range []struct{ value, want any }{
		{"text", "text"},
		{"", ""},
		{17, 17},
		{2.5, 2.5},
		{[]string{"A", "B"}, []string{"A", "B"}},
		{[]string{}, []string{}},
		{[]int{3, 40}, []int{3, 40}},
		{part, part},
		{[]*pipeline.Message{part, pipeline.Say("alone")}, []*pipeline.Message{part, pipeline.Say("alone")}},
		{noon, noon},
		{90 * time.Second, 90 * time.Second},
		{300 * time.Millisecond, 300 * time.Millisecond},
		{pipeline.Uncertain, pipeline.Uncertain},
		{pipeline.Counts{pipeline.Created: 3}, pipeline.Counts{pipeline.Created: 3}},
		{place, place},
		{pipeline.Localized{"es": "hola"}, pipeline.Localized{"es": "hola"}},
		{[]pipeline.Localized{{"": "a"}, {"": "b"}}, []pipeline.Localized{{"": "a"}, {"": "b"}}},
		{pipeline.Fail("full", "path", "a.db"), pipeline.Say("full", "path", "a.db")},
		{pipeline.Wrong("full").At(place), pipeline.Say("at_place", "place", place, "sentence", pipeline.Say("full"))},
		{fs.ErrExist, pipeline.Say("system.exists")},
		{errors.New("odd"), said("odd")},
		{3 + 4i, "(3+4i)"},
	} {
		m := pipeline.Say("code", "value", tt.value)
		l := &Ledger{english: func(*pipeline.Message) string { return "in English" }}
		kept := l.textsOf(m)
		if kept.english != "in English" || kept.says == "" {
			t.Errorf("%v: %+v", tt.value, kept)
		}
		got, err := kept.message()
		if diff := cmp.Diff(pipeline.Say("code", "value", tt.want), got); err != nil || diff != "" {
			t.Errorf("%T %v (-want +got), %v:\n%s", tt.value, tt.value, err, diff)
		}
	}
}

// An argument that a newer version may have written is shown as it is.
func TestArgumentsOfNewerVersions(t *testing.T) {
	m, err := texts{"in English", `{"code":"c","args":{"a":{"new":1},"b":[{"x":2}],"c":true}}`}.message()
	want := pipeline.Say("c", "a", `{"new":1}`, "b", `[{"x":2}]`, "c", "true")
	if diff := cmp.Diff(want, m); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

// TestTextsOfNobody: a text without a code is in the old column alone, where older versions stored it.
func TestTextsOfNobody(t *testing.T) { forStores(t, testTextsOfNobody) }

func testTextsOfNobody(t *testing.T, on rooms) {
	l := &Ledger{english: (*pipeline.Message).String}
	if kept := l.textsOf(said("try later")); kept != (texts{english: "try later"}) {
		t.Errorf("%+v", kept)
	}
	if kept := l.textsOf(nil); kept != (texts{}) {
		t.Errorf("%+v", kept)
	}
}

// TestMessagesOfOlderVersions: a ledger from before messages had codes reads as it was written, in every place where
// a message is stored.
func TestMessagesOfOlderVersions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.db")
	older(t, path, 6)
	h := ask(connect(t.Context(), address(path, modeWrite)))(t)
	_, err := h.conn.ExecContext(t.Context(), `
		UPDATE run SET halt = 'interrupted', finished = 2;
		INSERT INTO layout (number, paths) VALUES (1, '[]');
		INSERT INTO customer (ref, namespace, state, run, row, at, body, layout, fields, keys, idempotency_key, message)
			VALUES (1, 1, 'rejected', 1, 4, 1, x'', 1, x'', x'', 'k', 'said of the customer');
		INSERT INTO attempt (customer, number, run, sent, ended, verdict, http_status, code, message, request_id)
			VALUES (1, 1, 1, 1, 2, 'refused', 400, '', 'said at once', '');
		INSERT INTO outcome (run, row, state, customer, http_status, code, message, request_id, attempts, at, problems)
			VALUES (1, 4, 'rejected', 1, 400, '', '{"code":"of the provider"}', '', 1, 1,
				'[{"code":"email","message":"is not an e-mail address"}]'),
			(1, 5, 'duplicate', 0, 0, 'same_data', 'row 4 has the same NIT', '', 0, 1, '')`)
	must(t, errors.Join(err, h.close()))
	l := openAt(t, path)
	ctx := t.Context()
	if run := ask(l.Run(ctx, "old"))(t); !cmp.Equal(run.Halt, said("interrupted")) {
		t.Errorf("halt %v", run.Halt)
	}
	got := outcomes(t, l, "old")
	if !cmp.Equal(got[4].Message, said(`{"code":"of the provider"}`)) || !cmp.Equal(got[4].Problems[0].Message,
		said("is not an e-mail address")) || !cmp.Equal(got[5].Message, said("row 4 has the same NIT")) {
		t.Errorf("outcomes %+v", got)
	}
	if a := ask(l.Attempts(ctx, 1))(t); !cmp.Equal(a[0].Message, said("said at once")) {
		t.Errorf("attempts %+v", a)
	}
	c := ask(l.Customers(ctx, []int64{1}))(t)[0]
	if !cmp.Equal(c.Outcome.Message, said("said of the customer")) ||
		!cmp.Equal(c.Attempts[0].Message, said("said at once")) {
		t.Errorf("story %+v", c)
	}
}
