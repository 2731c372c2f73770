package ledger

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// TestNamedKey: the key file of a ledger on a server must be named, is readable by its owner alone, and is made only
// together with the ledger.
func TestNamedKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.key")
	refused := func(want KeyFault, path string, begins bool) {
		t.Helper()
		_, err := namedKey(path, begins)
		var e *KeyError
		if !errors.As(err, &e) || e.Fault != want || !errors.Is(err, ErrUnusable) {
			t.Errorf("%q, begins %v: %v, want the key to be %s", path, begins, err, want)
		}
	}
	refused(KeyUnnamed, "", false)
	refused(KeyUnnamed, "", true)
	refused(KeyMissing, path, false)
	if _, err := os.Lstat(path); err == nil {
		t.Error("a missing key was made for a ledger that is there")
	}
	secret, err := namedKey(path, true)
	must(t, err)
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("a new key file has the mode %v", info.Mode())
	}
	for _, begins := range []bool{false, true} {
		if again, err := namedKey(path, begins); err != nil || !bytes.Equal(again, secret) {
			t.Errorf("begins %v: another secret, %v", begins, err)
		}
	}
	must(t, os.WriteFile(path, []byte("not a key\n"), 0o600))
	refused(KeyMalformed, path, false)
	must(t, os.WriteFile(path, nil, 0o600))
	refused(KeyMalformed, path, true)
	must(t, os.Chmod(filepath.Dir(path), 0o755))
	refused(KeyMalformed, filepath.Dir(path), false)
	// What an editor may have made of it.
	for _, text := range []string{"%s", "%s\r\n", "\ufeff%s\n", "\n%s\n\n"} {
		must(t, os.WriteFile(path, fmt.Appendf(nil, text, hex.EncodeToString(secret)), 0o600))
		if again, err := namedKey(path, false); err != nil || !bytes.Equal(again, secret) {
			t.Errorf("%q: another secret, %v", text, err)
		}
	}
	if runtime.GOOS == "windows" {
		return
	}
	refused(KeyMalformed, os.DevNull, false)
	link := path + ".link"
	must(t, os.Symlink(path, link))
	if again, err := namedKey(link, false); err != nil || !bytes.Equal(again, secret) {
		t.Errorf("a link: another secret, %v", err)
	}
	broken := path + ".broken"
	must(t, os.Symlink(path+".gone", broken))
	refused(KeyMissing, broken, false)
	refused(KeyMissing, broken, true)
	if _, err := os.Lstat(path + ".gone"); err == nil {
		t.Error("a key was made where a link leads")
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620} {
		must(t, os.Chmod(path, mode))
		refused(KeyOpen, path, false)
		refused(KeyOpen, path, true)
	}
}

// TestKeyIsMadeOnce: of several that begin a ledger at once with one key file, all have the key that is in it.
func TestKeyIsMadeOnce(t *testing.T) {
	for range 20 {
		path := filepath.Join(t.TempDir(), "ledger.key")
		secrets := make([][]byte, 8)
		var all sync.WaitGroup
		for i := range secrets {
			all.Go(func() {
				var err error
				if secrets[i], err = beginKey(path); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		kept := ask(readKey(path))(t)
		for _, secret := range secrets {
			if !bytes.Equal(secret, kept) {
				t.Fatal("a ledger was begun with a key that is lost")
			}
		}
	}
}
