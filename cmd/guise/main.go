// Command guise has the operator's tools, and the demo of Guise: School Desk, an
// application in which support staff act as customers. Run "guise demo" and open
// the address it prints.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"reflect"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/guise-go/guise/cmd/guise/internal/database"
	"github.com/guise-go/guise/cmd/guise/internal/plain"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// The exit statuses.
const (
	exitNo     = 1 // the answer is no, as of a log that does not hold
	exitUsage  = 2 // a wrong flag or value, or an address that can't be had
	exitFailed = 3 // it was asked rightly and did not work
)

// commands is the command line; each field is a subcommand.
type commands struct {
	Log     logCommands   `cmd:"" help:"Read, check, export and purge the log of impersonations."`
	Live    liveCommands  `cmd:"" help:"See who acts as whom now, and end it."`
	Users   usersCommands `cmd:"" help:"Find users as Guise does, and make that fast."`
	Explain explain       `cmd:"" help:"Say which rules let an actor act as a subject: exit status 1 if one does not."`
	Doctor  doctor        `cmd:"" help:"Look at the database and a running application: exit status 1 if something is wrong."`
	Migrate migrate       `cmd:"" help:"Make Guise's tables in a database, or print how."`
	Copy    copyLog       `cmd:"" help:"Copy impersonations and their log to another database, also of another engine."`
	Demo    demo          `cmd:"" help:"Serve School Desk, an application to try Guise with."`
	Version version       `cmd:"" help:"Print the version."`
}

// output is where a command prints.
type output struct{ stdout, stderr io.Writer }

// line prints one line, in which nothing is left that a terminal obeys.
func (o output) line(text string) error {
	_, err := fmt.Fprintln(o.stdout, plain.Text(text))
	return err
}

// json prints one JSON document.
func (o output) json(value any) error {
	encoded, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(o.stdout, plain.JSON(encoded))
	return err
}

// errNo is an answer of no, which has been printed.
var errNo = errors.New("no")

// noError is an answer of no that has still to be said.
type noError struct{ error }

// Unwrap returns what the answer is.
func (e noError) Unwrap() error { return e.error }

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
		if panicked := recover(); panicked != nil {
			code, ok := panicked.(exited)
			if !ok {
				panic(panicked)
			}
			status = int(code)
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c commands
	parser, err := newParser(&c, stdout, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "guise:", err)
		return exitFailed
	}
	command, err := parser.Parse(args)
	if unfinished, ok := errors.AsType[*kong.ParseError](err); ok && stopsAtGroup(unfinished.Context) {
		parser.Stdout = stderr // it was not asked for
		_ = unfinished.Context.PrintUsage(false)
		return exitUsage
	}
	if err == nil {
		err = refuseEmpty(command)
	}
	if err == nil {
		command.BindTo(ctx, (*context.Context)(nil))
		err = command.Run(output{stdout, stderr})
	} else {
		err = usageError{err}
	}
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errNo):
		return exitNo
	}
	fmt.Fprintln(stderr, "guise:", plain.Line(database.Masked(strings.TrimPrefix(err.Error(), "guise: "))))
	switch {
	case errors.As(err, new(usageError)):
		return exitUsage
	case errors.As(err, new(noError)):
		return exitNo
	}
	return exitFailed
}

// stopsAtGroup reports whether a command line ends before it says what to do, as
// "guise log" does: one who types that wants to see which commands there are.
func stopsAtGroup(command *kong.Context) bool {
	end := command.Path[len(command.Path)-1].Node()
	return len(command.Path) == len(command.Args)+1 && end != nil && !end.Leaf() // the path begins with the program
}

// refuseEmpty refuses a flag with nothing in it, as an unset variable of a script
// leaves it. Fail closed: a filter would let everything through, and with a head
// there would be nothing to compare.
func refuseEmpty(command *kong.Context) error {
	for _, part := range command.Path {
		if part.Flag != nil && part.Flag.Target.Kind() == reflect.String && part.Flag.Target.String() == "" {
			return usageError{fmt.Errorf("--%s is empty: give it a value, or leave it out", part.Flag.Name)}
		}
	}
	return nil
}

// newParser reads a command line into c.
func newParser(c *commands, stdout, stderr io.Writer) (*kong.Kong, error) {
	return kong.New(c,
		kong.Name("guise"),
		kong.Description("Act as a customer in a Go web application, safely. Try it: guise demo"),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { panic(exited(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Vars{"data": defaultData()},
	)
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
