package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/guise-go/guise/cmd/guise/internal/database"
	"github.com/guise-go/guise/cmd/guise/schooldesk"
	"github.com/guise-go/guise/sqlstore"
)

// demo is "guise demo".
type demo struct {
	Addr          string        `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to serve (${default})."`
	Data          string        `default:"${data}" placeholder:"DIR" help:"Folder of the SQLite database; created if missing, kept between runs (${default})."`
	DB            string        `name:"db" placeholder:"URL" help:"Use this database in place of --data: postgres://… or mysql://… (MariaDB, too), empty or a demo's already. Demos on one database share logins and impersonations."`
	Users         int           `default:"1200" placeholder:"N" help:"Have at least N generated customers (${default})."`
	Policy        string        `default:"superusers" enum:"superusers,staff" placeholder:"superusers|staff" help:"Who may act as customers: superusers, or staff too (${default})."`
	RequireReason bool          `help:"Nobody may act as a customer without giving a reason."`
	MaxDuration   time.Duration `default:"1h" placeholder:"D" help:"Longest time to act as someone, such as 90s, 10m or 1h; below 0 is no limit (${default})."`
	IdleTimeout   time.Duration `default:"15m" placeholder:"D" help:"End it after this long without a request; below 0 is no limit (${default})."`
	MaxDepth      int           `default:"1" placeholder:"N" help:"How many may be stacked, acting as someone from acting as someone (${default})."`
	Starts        int           `default:"20" placeholder:"N" help:"How often one person may act as someone in a minute; below 0 is no limit (${default})."`
}

// defaultData is the folder of the demo's data when none is named.
func defaultData() string {
	cache, err := os.UserCacheDir()
	if err != nil { // no home folder: a container, a service
		cache = os.TempDir()
	}
	return filepath.Join(cache, "guise-demo")
}

// Validate says what is wrong with a flag's value; the parser calls it.
func (d *demo) Validate() error {
	_, port, err := net.SplitHostPort(d.Addr)
	if number, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || number > 65535 {
		return fmt.Errorf("--addr is %q; it must be HOST:PORT, as 127.0.0.1:8080", d.Addr)
	}
	if strings.TrimSpace(d.Data) == "" {
		return errors.New("--data is empty; name a folder, which is created if missing")
	}
	if _, err := d.server(); err != nil {
		return err
	}
	if d.Users < 0 {
		return fmt.Errorf("--users is %d; it must be 0 or more", d.Users)
	}
	if d.MaxDuration == 0 {
		return errors.New("--max-duration is 0; name a time such as 10m, or -1s for no limit")
	}
	if d.IdleTimeout == 0 {
		return errors.New("--idle-timeout is 0; name a time such as 10m, or -1s for no limit")
	}
	if d.MaxDepth < 1 {
		return fmt.Errorf("--max-depth is %d; it must be 1 or more", d.MaxDepth)
	}
	if d.Starts == 0 {
		return errors.New("--starts is 0; name a number, or -1 for no limit")
	}
	return nil
}

// server is the server's database to use; zero is none. GUISE_DB is not looked
// at: it may name an application's own, and the demo makes tables and people.
func (d *demo) server() (database.Address, error) {
	if d.DB == "" {
		return database.Address{}, nil
	}
	if d.Data != defaultData() {
		return database.Address{}, errors.New("--db and --data name two databases; leave one of them out")
	}
	address, err := database.Parse(d.DB)
	switch {
	case err != nil:
		return database.Address{}, fmt.Errorf("--db: %w", err)
	case address.Engine == sqlstore.SQLite:
		return database.Address{}, errors.New("--db is no server's address; write postgres://… or mysql://…, or name the folder of an SQLite database by --data")
	}
	return address, nil
}

// Run serves the demo until it is interrupted.
func (d *demo) Run(ctx context.Context, out output) error {
	server, err := d.server()
	if err != nil {
		return usageError{err}
	}
	listener, err := d.listen(ctx)
	if err != nil {
		return err
	}
	defer listener.Close()
	app, err := schooldesk.Open(ctx, schooldesk.Options{
		Data:   d.Data,
		Server: server,
		Users:  d.Users,
		Impersonation: schooldesk.Impersonation{
			Policy:        d.Policy,
			RequireReason: d.RequireReason,
			MaxDuration:   d.MaxDuration,
			IdleTimeout:   d.IdleTimeout,
			MaxDepth:      d.MaxDepth,
			Starts:        d.Starts,
		},
		Logger: slog.New(slog.NewTextHandler(out.stderr, nil)),
	})
	if errors.Is(err, schooldesk.ErrData) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	place := d.Data
	if server.Engine != "" {
		place = server.String()
	}
	d.greet(out, listener.Addr(), place, app.Seeded())
	return serve(ctx, listener, app)
}

func (d *demo) listen(ctx context.Context) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", d.Addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, usageError{fmt.Errorf("%s is in use by another program; choose another address with --addr", d.Addr)}
	case err != nil:
		return nil, usageError{fmt.Errorf("cannot serve at --addr %s: %w", d.Addr, err)}
	}
	return listener, nil
}

// greet says where the demo is and what to do first.
func (d *demo) greet(out output, addr net.Addr, place string, data schooldesk.Seeded) {
	var what string
	switch {
	case data.New:
		what = fmt.Sprintf("new: %d people, %d of them generated", data.Users, data.Generated)
	case data.Added > 0:
		what = fmt.Sprintf("kept, %d generated customers added: %d people now", data.Added, data.Users)
	default:
		what = fmt.Sprintf("kept: %d people, %d of them generated", data.Users, data.Generated)
	}
	if ip := addr.(*net.TCPAddr); !ip.IP.IsLoopback() {
		fmt.Fprintln(out.stderr, "guise: whoever reaches this address can log in as anyone; keep the demo on 127.0.0.1")
	}
	fmt.Fprintf(out.stdout, `School Desk, the Guise demo

  open     http://%s
  log in   admin@schooldesk.example, password demo
  data     %s
           %s

The login page tells the story, and whom else to log in as. Ctrl-C stops.
`, addr, place, what)
}

// serve answers requests until ctx ends, then lets those under way finish.
func serve(ctx context.Context, listener net.Listener, app *schooldesk.App) error {
	server := &http.Server{
		Handler:           app.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
	server.RegisterOnShutdown(app.HangUp)
	background, stopBackground := context.WithCancel(context.Background())
	ran, served := make(chan error, 1), make(chan error, 1)
	go func() { ran <- app.Run(background) }()
	go func() { served <- server.Serve(listener) }()

	var failed error
	select {
	case <-ctx.Done():
	case failed = <-served:
	}
	stopped := shutDown(server)
	stopBackground()
	if err := <-ran; !errors.Is(err, context.Canceled) {
		failed = errors.Join(failed, err)
	}
	closing, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	return errors.Join(failed, stopped, app.Close(closing))
}

// grace is how long what is under way may take to finish.
const grace = 5 * time.Second

// shutDown lets the requests under way finish, and cuts off those that don't.
func shutDown(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if server.Shutdown(ctx) == nil {
		return nil
	}
	return server.Close()
}
