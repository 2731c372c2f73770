//go:build unix

package files

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// OtherOwner returns the user who owns the file at path, or its folder if there is no such file; "" if that is the user
// of this process, or is not known. A user without a name is returned as a number.
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
