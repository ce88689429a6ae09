// Package console has the pages on which people find a user, act as them, and
// read what was done: server-rendered from html/template, with a style sheet
// and a small script that is nowhere needed. It owns how things look and what
// they are called, and decides nothing: package guise decides, and says in a
// [guise.Page] what there is to show.
//
// # Pages of one's own
//
// Config.Templates takes the place of single files here. A file of the same
// name replaces that one and leaves the rest:
//
//   - users.html, user.html, live.html, log.html, entry.html, explain.html,
//     ended.html, leave.html, write.html, problem.html: one page each. It defines "title", plain text
//     for the title bar, and "content", what stands in the main part.
//   - layout.html: what is around every page.
//   - brand.html, head.html, footer.html: the name in the corner, more for the
//     head (nothing, unless one puts something there), and the last line.
//   - parts.html: the pieces that several pages share.
//   - assets/…: files served beside the console's own, or instead of them.
//     assets/theme.css, when there is one, is linked after console.css: the
//     place for one's own colours.
//
// The dot of a page is a [guise.Page] with more methods: T gives a text of the
// catalogue, URL an address of the console, Asset that of a file of assets/.
// The functions bdi, short and mail write what users typed: isolated from the
// direction of the text around it and, with short, cut to a line; mail is for
// an address.
//
// The pages are shown under a Content-Security-Policy without inline styles,
// inline scripts or other hosts; what a template has of these, the browser
// leaves out.
package console
