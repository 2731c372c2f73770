package notify

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"strings"
	"time"

	"muster/pipeline"
)

const (
	// commandTime is how long a program may take, and postTime how long a web address.
	commandTime = time.Minute
	postTime    = 10 * time.Second
)

// Arguments are the program and the arguments in --notify-command: the whole text is a program if one of that name
// exists; otherwise the text is split into words. No shell is involved.
func Arguments(command string) []string {
	if _, err := exec.LookPath(command); err == nil {
		return []string{command}
	}
	return strings.Fields(command)
}

// Run starts a program with a notice on its standard input, and waits for it. Its output goes to output. environ is
// its environment.
func Run(ctx context.Context, arguments []string, notice []byte, environ []string, output io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	c := exec.CommandContext(ctx, arguments[0], arguments[1:]...)
	c.Stdin, c.Stdout, c.Stderr, c.Env = bytes.NewReader(append(notice, '\n')), output, output, environ
	c.WaitDelay = time.Second
	if err := c.Run(); err != nil {
		var ended *exec.ExitError
		switch {
		case errors.Is(ctx.Err(), context.DeadlineExceeded):
			return pipeline.Fail("notify.too_slow", "time", commandTime)
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.As(err, &ended) && ended.ExitCode() >= 0:
			return pipeline.Fail("notify.exit_code", "code", ended.ExitCode())
		}
		return err
	}
	return nil
}

// WithoutSecrets is an environment without what only muster may see: its own variables, and the folder of a service's
// credentials.
func WithoutSecrets(environ []string) []string {
	kept := []string{} // not nil, which would mean the whole environment
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(strings.ToUpper(name), "MUSTER_") && name != "CREDENTIALS_DIRECTORY" {
			kept = append(kept, entry)
		}
	}
	return kept
}

// Findable reports whether a command's program exists.
func Findable(arguments []string) bool {
	if len(arguments) == 0 {
		return false
	}
	_, err := exec.LookPath(arguments[0])
	return err == nil
}
