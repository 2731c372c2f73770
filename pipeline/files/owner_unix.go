//go:build unix

package files

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// OtherOwner is the user that has the file at path, or its folder where there is
// no such file; "" when that is the user of this process, or nobody can say. A
// user without a name is given by number.
func OtherOwner(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		info, err = os.Stat(filepath.Dir(path))
	}
	if err != nil {
		return ""
	}
	status, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(status.Uid) == os.Geteuid() {
		return ""
	}
	id := strconv.Itoa(int(status.Uid))
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return id
}
