package terminal

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
)

// Two questions in a row take one line each.
func TestAnAnswerIsOneLine(t *testing.T) {
	in := strings.NewReader("y\nn and " + strings.Repeat("x", 500) + "\ny\n")
	for i, want := range []string{"y", "", "y", ""} {
		if got, err := ReadAnswer(t.Context(), in); got != want || err != nil {
			t.Errorf("answer %d is %q (%v), want %q", i, got, err, want)
		}
	}
}

func TestWhatIsAYes(t *testing.T) {
	for answer, want := range map[string]bool{"y": true, " Yes \r": true, "Y": true, "": false, "yep": false,
		"5": false} {
		if got := Yes(answer, []string{"y", "yes"}); got != want {
			t.Errorf("%q is a yes: %v", answer, got)
		}
	}
	for answer, want := range map[string]bool{"388": true, " 388 \r": true, "38": false, "388 and more": false,
		"y": false, "": false} {
		if got := Typed(answer, 388); got != want {
			t.Errorf("%q is 388: %v", answer, got)
		}
	}
}

// Waiting for an answer ends with the context, and an answer after that is for the next question; a line that does
// not end is no answer.
func TestAQuestionThatIsGivenUp(t *testing.T) {
	in, person, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	defer person.Close()
	say := func(text string) {
		t.Helper()
		if _, err := person.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	asked := make(chan error)
	go func() {
		_, err := ReadAnswer(ctx, in)
		asked <- err
	}()
	cancel()
	if err := <-asked; !errors.Is(err, context.Canceled) {
		t.Fatalf("given up: %v", err)
	}
	say("y\nhalf a li")
	if got, err := ReadAnswer(t.Context(), in); got != "y" || err != nil {
		t.Errorf("%q, %v; want a y", got, err)
	}
	person.Close()
	if got, err := ReadAnswer(t.Context(), in); got != "" || err != nil {
		t.Errorf("at the end: %q, %v", got, err)
	}
}
