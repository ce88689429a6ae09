// Package console has the pages on which people find a user, act as them, and
// read what was done: server-rendered from html/template, with a style sheet
// and a small script that no page depends on. It owns how things look and what
// they are called, and decides nothing: package guise decides, and says in a
// [guise.Page] what there is to show.
//
// # Pages of one's own
//
// Config.Templates replaces single files of this package. A file of the same
// name takes the place of that one and leaves the rest:
//
//   - users.html, user.html, live.html, log.html, entry.html, unattached.html,
//     explain.html, ended.html, leave.html, write.html, problem.html: one page
//     each. It defines "title", plain text for the title bar, and "content",
//     what stands in the main part.
//   - layout.html: what is around every page.
//   - brand.html, head.html, footer.html: the name in the corner, more for the
//     head (nothing, unless one puts something there), and the last line.
//   - parts.html: the pieces that several pages share.
//   - assets/…: files served in addition to the console's own, or instead of
//     them. assets/theme.css, when there is one, is linked after console.css:
//     the place for one's own colours.
//
// The dot of a page has the fields of a [guise.Page] and, besides, MayFind and the
// like, which say what to offer; URL gives an address of the console, Asset that
// of a file of assets/. Functions need no dot: T gives a text of the catalogue;
// person and marks write who a [guise.User] is, two who acts as whom in a
// [guise.Impersonation], mode and state what these are called, and moment a time.
// What else there is serves the console's own templates, and may change; what
// lists repeat is made in Go, and no template redefines it. The functions bdi,
// short, mail and line write what users typed: isolated from the direction of the
// text around it and, with short, cut to a line; mail is for an e-mail address.
// The function line is short without an element, for places where there can be
// none: a title, an attribute.
//
// The pages are shown under a Content-Security-Policy that allows no inline
// styles, no inline scripts and no other hosts: the browser ignores any that a
// template has.
package console
