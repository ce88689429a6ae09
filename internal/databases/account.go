package databases

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
)

// account is who runs a server; nil is whoever runs the tests.
type account struct {
	name     string
	uid, gid int
}

// unprivileged returns the first of the accounts that exists, when root runs the
// tests: a server refuses to run as root, and rightly.
func unprivileged(names []string) (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range names {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.Atoi(found.Uid)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.Atoi(found.Gid)
		if err != nil {
			return nil, err
		}
		return &account{name, uid, gid}, nil
	}
	return nil, fmt.Errorf("a database server does not run as root, and none of the users %q exists", names)
}

// own gives a file or folder to the account.
func (a *account) own(path string) error {
	if a == nil {
		return nil
	}
	return os.Chown(path, a.uid, a.gid)
}

// command is the command as the account runs it.
func (a *account) command(command []string) []string {
	if a == nil {
		return command
	}
	return append([]string{"setpriv", "--reuid", a.name, "--regid", strconv.Itoa(a.gid), "--clear-groups", "--"}, command...)
}
