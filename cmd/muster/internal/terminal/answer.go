package terminal

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// Yes reports whether an answer is one of the words for yes, whatever its case.
func Yes(answer string, words []string) bool {
	return slices.Contains(words, strings.ToLower(strings.TrimSpace(answer)))
}

// Typed reports whether an answer is the number n, which neither a reflex nor pasted text is.
func Typed(answer string, n int) bool { return strings.TrimSpace(answer) == strconv.Itoa(n) }

// Person is a person who can be asked.
type Person struct {
	In  io.Reader
	Out io.Writer
	// Screen is Out when that is a terminal; it may be nil.
	Screen *Screen
}

// Ask writes a question and reads one line. Where In is a terminal, text that was typed before the question is
// dropped. Its error is ctx's when ctx is done before the answer, as with [ReadAnswer].
func (p Person) Ask(ctx context.Context, question string) (string, error) {
	if f, ok := p.In.(*os.File); ok {
		// If it cannot be dropped it is at least visible after the question.
		_ = dropTypeAhead(int(f.Fd()))
	}
	if p.Screen != nil {
		question = Wrap(question, p.Screen.Width())
	}
	if _, err := io.WriteString(p.Out, question); err != nil {
		return "", fmt.Errorf("ask: %w", err)
	}
	answer, err := ReadAnswer(ctx, p.In)
	if err == nil && p.Screen != nil {
		p.Screen.Answered()
	}
	return answer, err
}

// mostAnswer is the longest answer that is read, in bytes.
const mostAnswer = 100

// ReadAnswer reads one line and nothing after it, because that may answer the next question. A line that does not
// end, or is longer than 100 bytes, gives "". It ends with ctx's error when ctx is done while it waits for a file; a
// read of anything else, and of a file on a system that is neither Linux nor macOS, must end by itself.
func ReadAnswer(ctx context.Context, in io.Reader) (string, error) {
	wait := ctx.Err
	if f, ok := in.(*os.File); ok {
		// When ctx is done, one end of the pipe is closed, so that the other can be read.
		woken, wake, err := os.Pipe()
		if err != nil {
			return "", pipeline.Fail("run.no_answer", "cause", err)
		}
		defer woken.Close()
		defer wake.Close()
		defer context.AfterFunc(ctx, func() { wake.Close() })()
		wait = func() error {
			if err := waitFor(int(f.Fd()), int(woken.Fd())); err != nil {
				return pipeline.Fail("run.no_answer", "cause", err)
			}
			return ctx.Err()
		}
	}
	var line []byte
	one := make([]byte, 1)
	for {
		if err := wait(); err != nil {
			return "", err
		}
		n, err := in.Read(one)
		switch {
		case n == 1 && one[0] == '\n':
			if len(line) > mostAnswer {
				return "", nil
			}
			return string(line), nil
		case n == 1 && len(line) <= mostAnswer:
			line = append(line, one[0])
		}
		if err != nil {
			return "", nil
		}
	}
}
