package guise

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	maxUserID = 255
	maxReason = 4000
	maxTicket = 255
	maxNote   = 4000
	maxField  = 2048 // any other
	maxQuery  = 255
)

// inputError is a field that is missing or malformed.
type inputError struct{ field, problem string }

func (e *inputError) Error() string { return e.field + ": " + e.problem }

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
		return nil, &inputError{"body", "could not be read to its end"}
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
		return nil, &inputError{"body", "is not a well-formed form"}
	}
	read := fields{}
	for _, name := range names {
		switch given := values[name]; len(given) {
		case 0:
		case 1:
			read[name] = given[0]
		default:
			return nil, &inputError{name, "is given more than once"}
		}
	}
	return read, nil
}

// jsonFields reads one flat object of texts and whole numbers. It goes token
// by token because a decoder would let the last of two equal keys win.
func jsonFields(body []byte, names []string) (fields, error) {
	malformed := &inputError{"body", "is not one JSON object of texts and whole numbers"}
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
		return &inputError{clean(name, 40), "is no field of this; there are " + strings.Join(names, ", ")}
	}
	if _, doubled := f[name]; doubled {
		return &inputError{name, "is given more than once"}
	}
	value, err := decoder.Token()
	if err != nil {
		return &inputError{name, "is not well-formed JSON"}
	}
	switch value := value.(type) {
	case string:
		f[name] = value
	case json.Number:
		if strings.ContainsAny(value.String(), ".eE") {
			return &inputError{name, "must be a text or a whole number"}
		}
		f[name] = value.String()
	default:
		return &inputError{name, "must be a text or a whole number"}
	}
	return nil
}

// check refuses what can't be stored or read, and what is too long.
func (f fields) check() error {
	for name, value := range f {
		if err := checkText(name, value, fieldLimit(name)); err != nil {
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
		return &inputError{name, fmt.Sprintf("is longer than %d bytes", limit)}
	case !utf8.ValidString(value):
		return &inputError{name, "is not valid UTF-8"}
	case strings.IndexByte(value, 0) >= 0:
		return &inputError{name, "holds a NUL character"}
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
		return 0, &inputError{fieldDuration, fmt.Sprintf("must be a number of seconds from 1 to %d", maxSeconds)}
	}
	return time.Duration(seconds) * time.Second, nil
}

// maxSeconds is the longest duration that can be asked for: a year.
const maxSeconds = 365 * 24 * 60 * 60

// queryText is a field of the address, given at most once.
func queryText(r *http.Request, name string, limit int) (string, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return "", &inputError{"query", "is not well-formed"}
	}
	switch given := values[name]; len(given) {
	case 0:
		return "", nil
	case 1:
		return given[0], checkText(name, given[0], limit)
	}
	return "", &inputError{name, "is given more than once"}
}
