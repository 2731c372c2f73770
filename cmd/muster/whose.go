package main

import (
	"os"
	"os/user"
	"strings"
)

// person is the name that the system gives to whoever runs muster; "" where it
// has none.
func person() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(u.Username), " ")
}

// machine is the host's name, only to tell a person; "" where it has none.
func machine() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return name
}
