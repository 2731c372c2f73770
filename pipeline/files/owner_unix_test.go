//go:build unix

package files

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

func TestOtherOwner(t *testing.T) {
	folder := t.TempDir()
	own := filepath.Join(folder, "own")
	if err := os.WriteFile(own, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{own, filepath.Join(folder, "none"), filepath.Join(folder, "none", "none")} {
		if owner := OtherOwner(path); owner != "" {
			t.Errorf("%s belongs to %s", path, owner)
		}
	}
	// A file of another user: the root folder, or, for root, a file that it gave away.
	theirs, want := "/", "root"
	if os.Geteuid() == 0 {
		theirs, want = own, strconv.Itoa(1<<20+7)
		if err := os.Chown(own, 1<<20+7, -1); err != nil {
			t.Fatal(err)
		}
	} else if info, err := os.Stat("/"); err != nil {
		t.Fatal(err)
	} else if u, err := user.LookupId(strconv.Itoa(int(info.Sys().(*syscall.Stat_t).Uid))); err == nil {
		want = u.Username
	}
	if owner := OtherOwner(theirs); owner != want {
		t.Errorf("%s belongs to %q, want %q", theirs, owner, want)
	}
}
