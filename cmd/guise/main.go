// Command guise is the demo of Guise: School Desk, an application in which
// support staff act as customers. Run "guise demo" and open the address it
// prints.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/alecthomas/kong"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// The exit statuses.
const (
	exitFailed = 1 // it was asked rightly and did not work
	exitUsage  = 2 // a wrong flag or value, or an address that can't be had
)

// commands is the command line; each field is a subcommand.
type commands struct {
	Demo    demo    `cmd:"" help:"Serve School Desk, an application to try Guise with."`
	Version version `cmd:"" help:"Print the version."`
}

// output is where a command prints.
type output struct{ stdout, stderr io.Writer }

// usageError is a mistake in how the command was called, not a failure in what
// it does.
type usageError struct{ error }

// Unwrap returns what was wrong.
func (e usageError) Unwrap() error { return e.error }

// exited is what the parser's exit becomes, after it has printed help.
type exited int

// run is the whole command. A mistake is one line on stderr.
func run(args []string, stdout, stderr io.Writer) (status int) {
	defer func() {
		if code, ok := recover().(exited); ok {
			status = int(code)
		}
	}()
	var c commands
	parser, err := kong.New(&c,
		kong.Name("guise"),
		kong.Description("Act as a customer in a Go web application, safely. Try it: guise demo"),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { panic(exited(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Vars{"data": defaultData()},
	)
	if err != nil {
		fmt.Fprintln(stderr, "guise:", err)
		return exitFailed
	}
	command, err := parser.Parse(args)
	if err == nil {
		err = command.Run(output{stdout, stderr})
	} else {
		err = usageError{err}
	}
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "guise:", err)
	if errors.As(err, new(usageError)) {
		return exitUsage
	}
	return exitFailed
}

type version struct{}

// Run prints the version of the module, or "devel" where it was built from a
// working copy.
func (version) Run(out output) error {
	number := "devel"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		number = info.Main.Version
	}
	_, err := fmt.Fprintln(out.stdout, "guise", number)
	return err
}
