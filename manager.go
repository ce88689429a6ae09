package guise

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"sync"
	"time"

	"github.com/guise-go/guise/internal/language"
	"github.com/guise-go/guise/internal/partition"
	"github.com/guise-go/guise/internal/routes"
)

// Manager is the impersonation system of one application: a middleware around
// the application, and the endpoints under Config.BasePath. Make it with
// [New]. It is safe for use by many goroutines. Who acts as whom is in the store
// alone, so any number of Managers, in any number of processes, may share one. A
// Manager itself keeps only the activity that is about to be logged, the
// connections that are open through it, and parts of the banner that are the
// same for everyone.
type Manager struct {
	config Config
	cookie handleCookie
	ticket *regexp.Regexp

	outside                              public
	jar                                  *partition.Jar
	open                                 *connections
	exclude, forbid, logout, login, safe *routes.Set
	modes                                map[Mode]*routes.Set

	console   Console
	catalogue *language.Catalogue
	banner    *banner
	endpoints *http.ServeMux
	origin    *http.CrossOriginProtection
	activity  *activity
	// stopped is closed by endStreams when Run is over: nothing is held open any
	// longer.
	stopped    chan struct{}
	endStreams func()
	unknown    sync.Once // says that Identify and Users disagree
	deadlines
}

// New makes a Manager. Everything that is wrong with the Config is reported
// at once: the error joins a [*ConfigError] for each problem. It starts no
// goroutine; see [Manager.Run].
func New(config Config) (*Manager, error) {
	config = config.withDefaults()
	m := &Manager{
		config: config,
		cookie: newHandleCookie(config.InsecureCookies),
		origin: http.NewCrossOriginProtection(),
		modes:  map[Mode]*routes.Set{},

		stopped: make(chan struct{}),
	}
	m.endStreams = sync.OnceFunc(func() { close(m.stopped) })
	m.activity, m.open = newActivity(m), newConnections()
	if err := errors.Join(config.validate(), m.parseRoutes(), m.loadPages()); err != nil {
		return nil, err
	}
	m.deadlines, m.config = deadlines{config.StoreTimeout}, config.bounded()
	m.outside, _ = parsePublic(config.PublicPrefix) // validated above
	if m.outside.origin != "" {
		if err := m.origin.AddTrustedOrigin(m.outside.origin); err != nil {
			return nil, &ConfigError{"PublicPrefix", err.Error()}
		}
	}
	m.ticket = regexp.MustCompile(`^(?:` + config.TicketPattern + `)$`)
	m.endpoints = m.routeEndpoints()
	return m, nil
}

func (m *Manager) parseRoutes() error {
	var p problems
	parse := func(field string, patterns []string) *routes.Set {
		set, errs := routes.Parse(field, patterns)
		for _, err := range errs {
			var wrong *routes.Error
			if errors.As(err, &wrong) {
				p.add(field, "pattern %q %s", wrong.Pattern, wrong.Reason)
			}
		}
		for _, sentence := range set.Doubtful() {
			m.config.Logger.Warn("guise: Config." + field + ": " + sentence)
		}
		return set
	}
	c := m.config
	m.exclude = parse("Exclude", c.Exclude)
	m.forbid = parse("Forbid", c.Forbid)
	m.logout = parse("Logout", c.Logout)
	m.safe = parse("SafeRoutes", c.SafeRoutes)
	if path, ok := localPath(c.LoginURL); ok {
		m.login = parse("LoginURL", []string{routes.Literal(http.MethodPost, path)})
	}
	var errs []error
	m.jar, errs = partition.New(c.IsolateCookies, m.cookie.name)
	for _, err := range errs {
		p.add("IsolateCookies", "%v", err)
	}
	for mode, patterns := range c.Modes {
		m.modes[mode] = parse("Modes", patterns)
	}
	for _, sentence := range m.forbid.Warnings() {
		c.Logger.Warn("guise: Config.Forbid: " + sentence)
	}
	return errors.Join(p...)
}

func (m *Manager) loadPages() error {
	var p problems
	var err error
	if m.catalogue, err = loadTexts(); err != nil {
		return err
	}
	if m.banner, err = newBanner(m.config.Templates); err != nil {
		p.add("Templates", "%v", err)
	}
	if m.config.Console == nil {
		return errors.Join(p...)
	}
	m.console, err = m.config.Console(ConsoleOptions{
		Templates: m.config.Templates, NewWindow: m.config.NewWindow, NextParam: m.config.NextParam,
	})
	if err != nil {
		p.add("Console", "%v", err)
	}
	return errors.Join(p...)
}

// Run does what no request does: it ends what has reached its limit, closes what
// is left open in an impersonation that has ended (or about which the store has
// not answered for Config.StoreTimeout), writes the activity that waits to be
// logged and, where Config.AllowPurge lets it, once an hour deletes what is older
// than Config.RetainFor; the log names nobody for that. When the context is over,
// it ends what the console's pages hold open, so that a server can shut down, and
// returns the context's error. Call it once in each process; any number of them
// may run on one store.
func (m *Manager) Run(ctx context.Context) error {
	// Each on its own goroutine: what is over must end, and be closed, within a
	// second, however long a purge takes or a write waits.
	var running sync.WaitGroup
	defer context.AfterFunc(ctx, m.endStreams)()
	if m.config.purges() {
		running.Go(func() { m.purgeNowAndThen(ctx) })
	}
	running.Go(func() { m.every(ctx, "closing connections", m.closeEnded) })
	m.every(ctx, "sweep", m.sweep)
	running.Wait()
	return ctx.Err()
}

// Close writes the activity that waits to be logged. Call it when no request
// is under way any more.
func (m *Manager) Close(ctx context.Context) error { return m.activity.flush(ctx) }

// now is the time by the Config's clock, as the store keeps it.
func (m *Manager) now() time.Time { return m.config.Clock().UTC().Truncate(time.Microsecond) }

// modeKnown reports whether there is such a mode.
func (m *Manager) modeKnown(mode Mode) bool {
	_, own := m.config.Modes[mode]
	return own || mode == ReadOnly || mode == ReadWrite
}
