// Package guise lets the people who help customers act as a customer, inside
// any Go web application, to see what the customer sees. It is safe (every
// request is authorised again), visible (a banner on every HTML page),
// accountable (a tamper-evident log: a start or a write is recorded before it
// happens) and cheap (a request that does not impersonate pays next to nothing).
//
// # Words
//
// The actor is the person really logged in, who acts as someone else; the
// subject is the user being impersonated. The real user is who is logged in,
// the effective user is whom the application sees: they differ only while
// impersonating. An impersonation is one bounded period in which an actor acts
// as a subject: one row, a start, a limit, an end. In the words of RFC 8693
// this is delegation shown as impersonation: the data never loses the actor.
//
// # Use
//
// [New] makes a [Manager] from a [Config]. [Manager.Middleware] goes around the
// whole application, router and all; give it the session middleware as
// Config.Sessions. Where the application loads its current user, [EffectiveID]
// says whose page it is; where that can't be one place, Config.Assume puts the
// subject where the application looks. [Manager.Run] ends what nobody ends; call
// it once in each process.
//
// Only what the middleware wraps knows of impersonation. Other routes of an
// application, such as an API next to the pages, go on serving the real user.
//
// # Packages
//
// sqlstore and memstore keep impersonations and their log; sqlusers finds users
// in the application's own table; console makes the pages; sqlguard makes the
// database refuse what a read-only impersonation writes. guisetest tests
// impersonation in an application; storetest and userstest say what a [Store]
// and a [Directory] must do, and test it.
package guise
