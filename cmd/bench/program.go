package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"muster/pipeline"
	"muster/templates"
)

// program is one build of muster, and the folder for the files of its runs. Each build has its own ledgers.
type program struct {
	name string // in the table
	path string
	dir  string
}

// usage is what one run took.
type usage struct {
	wall, cpu time.Duration
	peak      int64 // bytes; 0: not known here
}

// run runs muster and measures the whole process. ends are the exit codes that are not failures.
func (p *program) run(ctx context.Context, env, args []string, ends ...int) (usage, error) {
	if err := forgetPeak(); err != nil {
		return usage{}, fmt.Errorf("cannot reset the peak memory of this process: %w", err)
	}
	c := exec.CommandContext(ctx, p.path, args...)
	c.Dir, c.Env = p.dir, env
	start := time.Now()
	out, err := c.CombinedOutput()
	used := usage{wall: time.Since(start)}
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || !slices.Contains(ends, exit.ExitCode())) {
		return used, fmt.Errorf("%s %q: %w\n%s", p.name, args, err, out)
	}
	used.cpu, used.peak = c.ProcessState.UserTime()+c.ProcessState.SystemTime(), peak(c.ProcessState)
	return used, nil
}

// build builds the muster of this checkout into dir.
func build(ctx context.Context, dir string) (string, error) {
	path := filepath.Join(dir, "muster")
	c := exec.CommandContext(ctx, "go", "build", "-o", path, "muster/cmd/muster")
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
}

// environment has made-up credentials for a provider, and no variable that changes what muster does.
func environment(provider string) ([]string, error) {
	set, err := templates.Embedded()
	if err != nil {
		return nil, err
	}
	def, err := set.Find(provider)
	if err != nil {
		return nil, err
	}
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "TMPDIR=" + os.TempDir(), "LC_ALL=C.UTF-8"}
	for _, s := range def.Provider().MissingSecrets(nil) {
		env = append(env, pipeline.SecretVariable(provider, s.Name)+"=made-up-for-a-benchmark")
	}
	return env, nil
}

// server is a process that listens; url is where.
type server struct {
	url string
	c   *exec.Cmd
	out io.Closer
}

var address = regexp.MustCompile(`https?://[0-9.:]+[^\s,]*`)

// serve starts a server. Its first line of output must say where it listens.
func serve(ctx context.Context, path string, env, args []string) (*server, error) {
	c := exec.CommandContext(ctx, path, args...)
	c.Env, c.Stderr = env, os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	url := address.FindString(line)
	if url == "" {
		s := server{"", c, out}
		return nil, errors.Join(fmt.Errorf("%s %q did not print where it listens: %q", path, args, line), err, s.stop())
	}
	return &server{url, c, out}, nil
}

// freeAddress returns a local address at which nothing listens. Its port is below the range for outgoing connections,
// so that none of them takes it before the stand-in does.
func freeAddress() (string, error) {
	const first, ports, tries = 20_000, 10_000, 100
	var last error
	for range tries {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(first+rand.IntN(ports))))
		if err == nil {
			return l.Addr().String(), l.Close()
		}
		last = err
	}
	return "", last
}

// stop kills the server, and ignores its exit code, which says only that.
func (s *server) stop() error {
	err := s.c.Process.Kill()
	if waited := s.c.Wait(); s.c.ProcessState == nil {
		err = errors.Join(err, waited)
	}
	return err
}
