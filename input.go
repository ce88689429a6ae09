package guise

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The fields of the endpoints' forms and JSON bodies.
const (
	fieldUserID   = "user_id"
	fieldReason   = "reason"
	fieldTicket   = "ticket"
	fieldMode     = "mode"
	fieldDuration = "duration"
	fieldNote     = "note"
)

// How long a field may be, in bytes.
const (
	maxBody   = 64 << 10
	maxID     = 128 // of an impersonation
	maxUserID = 255
	maxReason = 4000
	maxTicket = 255
	maxNote   = 4000
	maxField  = 2048 // any other
	maxQuery  = 255
)

// InputError is a field that is missing or malformed. Nothing was done.
type InputError struct {
	// Field is as the endpoints name it, such as "user_id" or "duration".
	Field string
	// Problem continues the sentence after the field: "is longer than 255 bytes".
	Problem string
}

// Error returns the field, quoted, and its problem.
func (e *InputError) Error() string { return strconv.Quote(e.Field) + " " + e.Problem }

// Bodies that are refused as a whole.
var (
	errBodyTooLarge = fmt.Errorf("the request is larger than %d KiB", maxBody>>10)
	errMediaType    = errors.New("send a form (application/x-www-form-urlencoded) or JSON (application/json)")
)

// fields are the fields of a body, each given once.
type fields map[string]string

// readFields reads a form or a JSON object. JSON may hold no other fields than
// those named; a form may, since frameworks put their own into every form.
func (v *visit) readFields(names ...string) (fields, error) {
	if v.r.ContentLength > maxBody {
		return nil, errBodyTooLarge // unread
	}
	body, err := io.ReadAll(http.MaxBytesReader(v.w, v.r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, errBodyTooLarge
	case err != nil:
		return nil, &InputError{"body", "could not be read to its end"}
	}
	var read fields
	switch kind := mediaType(v.r.Header.Get("Content-Type")); {
	case kind == "application/json":
		read, err = jsonFields(body, names)
	case kind == "application/x-www-form-urlencoded", kind == "" && len(body) == 0:
		read, err = formFields(body, names)
	default:
		return nil, errMediaType
	}
	if err != nil {
		return nil, err
	}
	return read, read.check()
}

func formFields(body []byte, names []string) (fields, error) {
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, &InputError{"body", "is not a well-formed form"}
	}
	return onceEach(values, names)
}

// onceEach are these fields; of two equal ones nobody can tell which is meant.
func onceEach(values url.Values, names []string) (fields, error) {
	read := fields{}
	for _, name := range names {
		switch given := values[name]; len(given) {
		case 0:
		case 1:
			read[name] = given[0]
		default:
			return nil, &InputError{name, "is given more than once"}
		}
	}
	return read, nil
}

// jsonFields reads one flat object of texts and whole numbers. It goes token
// by token because a decoder would let the last of two equal keys win.
func jsonFields(body []byte, names []string) (fields, error) {
	malformed := &InputError{"body", "is not one JSON object of texts and whole numbers"}
	if !utf8.Valid(body) {
		return nil, malformed
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, malformed
	}
	read := fields{}
	for decoder.More() {
		key, err := decoder.Token()
		name, ok := key.(string)
		if err != nil || !ok {
			return nil, malformed
		}
		if err := read.takeJSON(decoder, name, names); err != nil {
			return nil, err
		}
	}
	if _, err := decoder.Token(); err != nil {
		return nil, malformed
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, malformed
	}
	return read, nil
}

func (f fields) takeJSON(decoder *json.Decoder, name string, names []string) error {
	if !slices.Contains(names, name) {
		return &InputError{clean(name, 40), "is no field of this; there are " + strings.Join(names, ", ")}
	}
	if _, doubled := f[name]; doubled {
		return &InputError{name, "is given more than once"}
	}
	value, err := decoder.Token()
	if err != nil {
		return &InputError{name, "is not well-formed JSON"}
	}
	switch value := value.(type) {
	case string:
		f[name] = value
	case json.Number:
		if strings.ContainsAny(value.String(), ".eE") {
			return &InputError{name, "must be a text or a whole number"}
		}
		f[name] = value.String()
	default:
		return &InputError{name, "must be a text or a whole number"}
	}
	return nil
}

// check refuses what can't be stored or read, and what is too long.
func (f fields) check() error {
	for _, name := range slices.Sorted(maps.Keys(f)) { // of several that are wrong, always the same
		if err := checkText(name, f[name], fieldLimit(name)); err != nil {
			return err
		}
	}
	return nil
}

func fieldLimit(name string) int {
	switch name {
	case fieldUserID:
		return maxUserID
	case fieldReason:
		return maxReason
	case fieldTicket:
		return maxTicket
	case fieldNote:
		return maxNote
	}
	return maxField
}

func checkText(name, value string, limit int) error {
	switch {
	case len(value) > limit:
		return &InputError{name, fmt.Sprintf("is longer than %d bytes", limit)}
	case !utf8.ValidString(value):
		return &InputError{name, "is not valid UTF-8"}
	case strings.IndexByte(value, 0) >= 0:
		return &InputError{name, "holds a NUL character"}
	}
	return nil
}

// duration is the field in seconds; 0 when it isn't given.
func (f fields) duration() (time.Duration, error) {
	text := f[fieldDuration]
	if text == "" {
		return 0, nil
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds < 1 || seconds > maxSeconds {
		return 0, &InputError{fieldDuration, fmt.Sprintf("must be a number of seconds from 1 to %d", maxSeconds)}
	}
	return time.Duration(seconds) * time.Second, nil
}

// maxSeconds is the longest duration that can be asked for: a year.
const maxSeconds = 365 * 24 * 60 * 60

// queryFields are fields of the address, each no longer than the limit.
func queryFields(r *http.Request, limit int, names ...string) (fields, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, &InputError{"query", "is not well-formed"}
	}
	read, err := onceEach(values, names)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if err := checkText(name, read[name], limit); err != nil {
			return nil, err
		}
	}
	return read, nil
}

// queryText is one field of the address.
func queryText(r *http.Request, name string, limit int) (string, error) {
	read, err := queryFields(r, limit, name)
	return read[name], err
}
