package guise

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"time"
)

// Config says who is logged in, where users and impersonations are kept, and
// who may act as whom. Identify, Users and Store are required. The zero value
// of any other field is the safe choice, but for Forbid and IsolateCookies,
// which only the application can fill in. What weakens a promise has Insecure
// in its name, but for [ActivityNone]: with it no request is recorded. [New]
// reports everything that is wrong at once.
//
// Route patterns are those of [http.ServeMux]: "/account/", "POST /logout",
// "/users/{id}/password". They, and paths such as LoginURL, are matched
// against the path as the Manager sees it; a prefix that http.StripPrefix
// took off is put back into links and redirects.
type Config struct {
	// Identify returns the ID of the user who is really logged in; "" is
	// nobody. An error means "could not look": the request is answered with
	// 503 and no impersonation ends.
	Identify func(*http.Request) (string, error)
	// Users finds users: the application's own.
	Users Directory
	// Store keeps impersonations and their log.
	Store Store

	// Policy says who may act as whom. Default: [SuperusersOnly].
	Policy Policy
	// Scope says which users an actor can find at all, in lists, in searches
	// and at the start alike: outside it a user does not exist. Default:
	// everyone.
	Scope func(context.Context, Actor) (Filter, error)
	// AllowSuperusers lets superusers act as superusers. Default: nobody may.
	//
	// Security: one superuser's account then reaches every other's.
	AllowSuperusers bool
	// Permit says who may do what other than start: nil is yes, a
	// [*DeniedError] is no. Default: superusers may do everything; and
	// whoever the Policy would let act as an imaginary active ordinary user
	// of their own tenant may find users.
	Permit func(context.Context, Actor, Action) error

	// MaxRunning is how many impersonations an actor may have running at
	// once, in all browsers; a stack counts once. Default: 1. Negative: no
	// limit.
	MaxRunning int
	// MaxDepth is how many may be stacked: acting as someone who acts as
	// someone. Default: 1, no stacking.
	MaxDepth int
	// MaxDuration is the longest an impersonation can last. Default: one
	// hour. Negative: no limit.
	MaxDuration time.Duration
	// IdleTimeout ends an impersonation without requests. Default: 15
	// minutes. Negative: no limit. When the last request came is written at
	// most once in a tenth of it, or once a minute without a limit.
	IdleTimeout time.Duration

	// StoreTimeout is how long a request waits, in all, for the store, the
	// directory and the application's own Identify, Scope, Permit, Policy and
	// BeforeStart. One that can't be checked or recorded by then is answered
	// with 503, and does not run. It reaches them as the deadline of their
	// context: what does not heed its context is waited for. What is done after
	// a request, or by [Manager.Run], has the same time for each step. Default:
	// 5 seconds. At least 100 milliseconds.
	StoreTimeout time.Duration

	// Limits say how much one actor may do in a minute, and how many people they
	// may see in a day before that is unusual. Default: that of each of its fields.
	Limits Limits

	// RequireReason makes every start need a reason, and every change to a mode
	// in which more may be done. Default: only what asks for more than
	// DefaultMode does.
	RequireReason bool
	// TicketPattern is a regular expression (RE2) which the whole ticket must
	// match; a start without a ticket is then refused. Default: a ticket may
	// be given, and may be anything.
	TicketPattern string
	// DefaultMode is the mode of a start that asks for none. Default:
	// [ReadOnly].
	DefaultMode Mode
	// Modes are the application's own modes, each with the routes at which a
	// method that isn't safe is let through. Default: none other than [ReadOnly]
	// and [ReadWrite].
	Modes map[Mode][]string
	// SafeRoutes are routes that only read although their method says
	// otherwise, such as "POST /search". They are let through in every mode.
	//
	// Security: a route that writes must not be here.
	SafeRoutes []string

	// Exclude are routes on which the real user acts while impersonating; the
	// page says so. What they do there is their own, and not in the log. A pattern without a method covers GET and HEAD alone: a
	// write that was meant as the subject must not run as the actor. The path
	// must match exactly as it is.
	Exclude []string
	// Forbid are routes that are refused while impersonating: passwords,
	// e-mail addresses, second factors, tokens, payment, deletion. They match
	// widely: the path as it is, cleaned, decoded, in another case.
	Forbid []string
	// Logout are the application's routes for logging out. While
	// impersonating they end the impersonation and keep the actor's login.
	Logout []string
	// LoginURL is where someone who isn't logged in is sent. Default: they
	// get a 401. A POST to it is forbidden while impersonating.
	LoginURL string

	// Sessions is the application's session middleware, which the Manager then
	// wraps around the application itself; don't wrap it around
	// [Manager.Middleware] too. It is run a second time to ask Identify about
	// the real session: on a GET of BasePath + "status" without a body, with the
	// request's headers (its cookies, its Authorization, those of a proxy) but for
	// those about a body, a cached copy or the connection. Default: none; it
	// stands outside the Manager.
	Sessions func(http.Handler) http.Handler
	// IsolateCookies names the application's cookies that get a life of their
	// own while impersonating: its session, above all. What the application
	// puts there then neither reaches the actor's own session nor stays for
	// the next impersonation. With a session middleware, set Sessions as well.
	// Default: none.
	//
	// Security: without it, what a page puts into the session while
	// impersonating is the actor's afterwards.
	IsolateCookies []string

	// BasePath is where the console and the endpoints are. Default:
	// "/impersonate/".
	BasePath string
	// PublicPrefix is what comes before BasePath in the browser's address,
	// when a proxy took it off: a path such as "/app". Where the proxy also
	// changes the Host, as nginx does unless told not to, an origin before that,
	// or alone: "https://app.example/school", "https://app.example".
	// Default: found from the request, which sees what http.StripPrefix took
	// off and the Host as the browser sent it.
	PublicPrefix string
	// StartURL is where a start leads that names no other place. Default: "/".
	StartURL string
	// StopURL is where leaving leads. Default: where it began.
	StopURL string
	// NextParam is the field that names another place to go to after a start
	// or a stop; only a path of this origin is followed. Default: "next".
	NextParam string

	// Console makes the pages; console.New is the one to use. Default: none. The
	// lists and records are JSON then, and what a person needs to leave, to ask
	// for write access, and to learn that it ended or was refused, is plain HTML.
	Console func(ConsoleOptions) (Console, error)
	// Templates are files that take the place of Guise's own of the same name:
	// the console's templates and assets, and the banner's banner.html,
	// banner.css and banner.js; see [BannerData]. Default: none.
	Templates fs.FS
	// NewWindow makes links that lead to acting as someone open a new window. The
	// browser's windows have one session: what is opened next in the old one is
	// the subject's too, with the banner.
	NewWindow bool
	// PageSize is how many rows a list has. Default: 20. At most 200.
	PageSize int
	// BannerPlace says where on the page the banner is. Default:
	// [BannerFirst].
	BannerPlace BannerPlace
	// InsecureNoBanner leaves the banner out.
	//
	// Security: for an application that shows one of its own on every page.
	InsecureNoBanner bool
	// Language returns the language to answer a request in, such as "de" or
	// "de-AT", or several as in an Accept-Language header. Where Guise has no
	// texts in any of them, they are in English. Default: the best of the
	// Accept-Language header.
	Language func(*http.Request) string

	// Activity says which requests made while impersonating are logged.
	// Default: [ActivityAll].
	Activity Activity
	// RetainFor is how long the log is kept. What is older is deleted by
	// [Manager.Run], once an hour, and by [Manager.Purge]; a running
	// impersonation keeps everything from its start on. Default: for ever. At
	// least 24 hours, and only with AllowPurge: a limit that nothing enforces
	// would mislead.
	RetainFor time.Duration
	// AllowPurge lets what is older than RetainFor be deleted: by Run, and by
	// whoever Permit lets purge. Each purge is an event of its own, and the
	// rest of the log still verifies; see [Verifier]. Default: the application
	// deletes nothing; `guise log purge` still can.
	//
	// Security: what is purged can't be looked into any more. By a clock that
	// is ahead, it is purged too early.
	AllowPurge bool
	// AllowNotes lets whoever Permit lets note add notes to the log: about an
	// impersonation, or of access that went another way. Default: only Guise
	// itself writes there.
	//
	// Security: a note says what its author wrote, and nothing checks it.
	AllowNotes bool
	// Assume puts the subject where the application looks for its current
	// user: a context key, a trusted header. It runs on each request made as
	// the subject. Default: the application calls [EffectiveID].
	Assume func(*http.Request, Subject) *http.Request
	// TouchLastLogin is called after each start, for an application that wants
	// it to count as a login of the subject's. An error is logged and changes
	// nothing. Default: none; Guise itself never touches a user's row.
	TouchLastLogin func(context.Context, Subject) error
	// Hooks are called before a start, and told of starts, ends, refusals and
	// limits that were reached.
	Hooks Hooks
	// ClientIP returns the client's address. Default: that of the connection.
	//
	// Security: behind a proxy, read a header only when the proxy sets it.
	ClientIP func(*http.Request) string
	// Logger gets what the operator should know. Default: [slog.Default].
	Logger *slog.Logger
	// Clock tells the time. Default: [time.Now].
	Clock func() time.Time
	// InsecureCookies names the cookie "guise" and sends it over plain HTTP.
	// Default: "__Host-guise", over HTTPS only.
	//
	// Security: for development on localhost.
	InsecureCookies bool
}

// BannerPlace is a place on the page.
type BannerPlace int

// The places for the banner.
const (
	// BannerFirst is right after the opening body tag: the first thing on the
	// page, and the first that a screen reader meets.
	BannerFirst BannerPlace = iota
	// BannerLast is right before the closing body tag.
	BannerLast
)

// Activity says which requests are logged: their method, path and status,
// never a body or the value of a query.
type Activity string

// The choices for Config.Activity. Whatever is chosen, starts, changes of mode,
// ends and refused starts are logged.
const (
	// ActivityAll logs each request.
	ActivityAll Activity = "all"
	// ActivityWrites logs those with a method other than GET, HEAD and OPTIONS,
	// and those that Guise refused.
	ActivityWrites Activity = "writes"
	// ActivityNone logs no request, also none that writes.
	ActivityNone Activity = "none"
)

// Hooks are called on the goroutine that did what they are about. All but
// BeforeStart are told what happened, after it is on record; one of these that
// panics is logged and changes nothing. The command guise calls none.
type Hooks struct {
	// BeforeStart can refuse a start that everything else allows, and a change
	// to a mode in which more may be done, by returning a [*DeniedError]. Any
	// other error is a 503. It runs before anything is on record, and a panic
	// in it is not caught: nothing starts.
	BeforeStart func(context.Context, Ask) error
	// Started, Ended and Denied get the event as it was recorded, without its
	// number and hash. For each impersonation, Ended is called once, on the
	// instance that ended it.
	Started, Ended, Denied func(context.Context, Event)
	// Limited gets the event that says that an actor has reached one of
	// Config.Limits: Code is "starts", "refusals", "searches", "exports" or
	// "people". It is called once for each minute or, for people, each day.
	Limited func(context.Context, Event)
}
