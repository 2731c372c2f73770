package terminal

import (
	"fmt"
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// openPair returns both ends of a pseudo-terminal: the person's and the program's.
func openPair(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { person.Close() })
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile(fmt.Sprint("/dev/pts/", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { program.Close() })
	return person, program
}

// whenAsked types an answer once the question is there.
type whenAsked struct {
	person *os.File
	answer string
}

func (w whenAsked) Write(b []byte) (int, error) {
	if _, err := w.person.WriteString(w.answer); err != nil {
		return 0, err
	}
	return len(b), nil
}

// What was typed before a question is no answer to it.
func TestTypeAhead(t *testing.T) {
	person, program := openPair(t)
	for _, before := range []string{"", "y\n", "half a li"} {
		if _, err := person.WriteString(before); err != nil {
			t.Fatal(err)
		}
		p := Person{In: program, Out: whenAsked{person, "n\n"}}
		if got, err := p.Ask(t.Context(), "Go on? "); got != "n" || err != nil {
			t.Errorf("after %q the answer is %q (%v), want n", before, got, err)
		}
	}
}

func TestWidth(t *testing.T) {
	_, program := openPair(t)
	if err := unix.IoctlSetWinsize(int(program.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(t.TempDir() + "/no-terminal")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, c := range []struct {
		f    *os.File
		name string
		want int
	}{{program, "xterm", 80}, {program, "dumb", 0}, {program, "", 0}, {file, "xterm", 0}} {
		if got := Width(c.f, c.name); got != c.want {
			t.Errorf("%s as %q has %d columns, want %d", c.f.Name(), c.name, got, c.want)
		}
	}
}
