package inject

// closing returns the text that closes whatever is open at the end of the
// stream, so that the snippet after it is seen as markup. A script that was
// cut off is the exception: closing it would run the part that arrived, which
// no browser does by itself.
func (t *tokenizer) closing() (string, bool) {
	open := ""
	switch t.state {
	case stComment, stCommentBang:
		open = "-->"
	case stMarkup, stBogus, stDoctype:
		open = ">"
	case stLongName, stBeforeAttr, stAttrName, stAfterAttrName, stBareValue, stSelfClosing:
		if t.end && string(t.name.bytes()) == "script" {
			return "", false // the same: its end tag isn't whole
		}
		open = ">"
	case stBeforeValue:
		open = `"">`
	case stQuotedValue:
		open = string(t.quote) + ">"
	case stCDATA:
		open = "]]>"
	case stPI:
		open = "?>"
	case stRawText:
		if t.isScript() {
			return "", false
		}
		open = "</" + string(t.raw.element.bytes()) + ">"
	case stPlainText:
		return "", false
	}
	return open + t.nest.closing(), true
}
