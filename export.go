package guise

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// exportPage is how many rows are read at once.
const exportPage = 500

// Exporter writes impersonations one after another, as the endpoint log/export
// does: as CSV with a row of names first, in which no cell is a formula, or as
// one line of JSON each. Use [NewExporter], and Flush at the end.
type Exporter struct{ rows rowWriter }

type rowWriter interface {
	write(Impersonation) error
	flush() error
}

// NewExporter returns an exporter to w. The format is "csv" or "jsonl".
func NewExporter(w io.Writer, format string) (*Exporter, error) {
	switch format {
	case "csv":
		rows := &csvRows{csv.NewWriter(w)}
		return &Exporter{rows}, rows.Write(exportColumns)
	case "jsonl":
		return &Exporter{&jsonRows{json.NewEncoder(w)}}, nil
	}
	return nil, fmt.Errorf("guise: the format of an export is %q; it must be csv or jsonl", format)
}

// Write writes one impersonation or refused attempt. What it writes may be
// buffered until Flush.
func (e *Exporter) Write(i Impersonation) error { return e.rows.write(i) }

// Flush writes what is buffered.
func (e *Exporter) Flush() error { return e.rows.flush() }

// getExport streams the log, filtered as the log's page is, as CSV or as JSON
// lines. The client gets all of it, or the connection is aborted.
func (v *visit) getExport() error {
	actor, err := v.realActor()
	if err != nil {
		return err
	}
	if err := v.permit(v.r.Context(), actor, ActionExport); err != nil {
		return err
	}
	query, err := v.logQuery()
	if err != nil {
		return err
	}
	format, err := v.exportFormat()
	if err != nil {
		return err
	}
	if err := v.spend(limitExports, actor); err != nil {
		return err
	}
	if !v.permitted(v.r.Context(), actor, ActionSee) {
		query.ActorID = actor.ID
	}
	query.Limit = exportPage
	// The first page is read before anything is sent, so that a store that is
	// down is still a 503.
	page, err := v.config.Store.Impersonations(v.r.Context(), query)
	if err != nil {
		return fmt.Errorf("guise: reading the log: %w", err)
	}
	if err := v.meetSubjects(actor, page.Impersonations...); err != nil {
		return err
	}
	to, err := v.exportTo(format)
	if err != nil {
		return err
	}
	v.export(actor, to, query, page)
	return nil
}

// exportTypes are the formats, each with the media type that a browser is told.
var exportTypes = map[string]string{"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}

func (v *visit) exportFormat() (string, error) {
	format, err := queryText(v.r, "format", maxField)
	if err == nil && exportTypes[format] == "" {
		err = &InputError{"format", "must be csv or jsonl"}
	}
	return format, err
}

func (v *visit) exportTo(format string) (*Exporter, error) {
	header := v.w.Header()
	header.Set("Cache-Control", "private, no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Type", exportTypes[format])
	header.Set("Content-Disposition", `attachment; filename="impersonations-`+v.now().Format("20060102-150405")+`.`+format+`"`)
	return NewExporter(v.w, format)
}

func (v *visit) export(actor Actor, to *Exporter, query LogQuery, page LogPage) {
	for {
		for _, one := range page.Impersonations {
			if to.Write(one) != nil {
				return // the client has gone
			}
		}
		if to.Flush() != nil || page.Next == "" {
			return
		}
		query.Cursor = page.Next
		var err error
		if page, err = v.nextPage(actor, query); err != nil {
			// Half a log must not look like a whole one.
			v.config.Logger.ErrorContext(v.r.Context(), "guise: an export was aborted", "error", err)
			panic(http.ErrAbortHandler)
		}
	}
}

// nextPage is a page of an export and a step of its own, however long the whole
// takes.
func (v *visit) nextPage(actor Actor, query LogQuery) (LogPage, error) {
	step := *v
	step.r = v.r.WithContext(v.within(v.r.Context()))
	page, err := v.config.Store.Impersonations(step.r.Context(), query)
	if err != nil {
		return LogPage{}, err
	}
	return page, step.meetSubjects(actor, page.Impersonations...)
}

type jsonRows struct{ encoder *json.Encoder }

func (r *jsonRows) write(i Impersonation) error { return r.encoder.Encode(impersonationOf(i)) }
func (r *jsonRows) flush() error                { return nil }

var exportColumns = []string{
	"id", "state", "started_at", "expires_at", "ended_at", "cause", "mode", "reason", "ticket",
	"actor_id", "actor_username", "actor_name", "actor_email", "actor_tenant",
	"subject_id", "subject_username", "subject_name", "subject_email", "subject_tenant",
	"ended_by_id", "ended_by_name", "note", "code", "depth", "client_ip", "user_agent",
}

type csvRows struct{ *csv.Writer }

func (r *csvRows) write(i Impersonation) error {
	row := []string{
		i.ID, string(i.State), timeText(i.StartedAt), timeText(i.ExpiresAt), timeText(i.EndedAt), string(i.Cause), string(i.Mode), i.Reason, i.Ticket,
		i.Actor.ID, i.Actor.Username, i.Actor.Name, i.Actor.Email, i.Actor.Tenant,
		i.Subject.ID, i.Subject.Username, i.Subject.Name, i.Subject.Email, i.Subject.Tenant,
		i.EndedBy.ID, i.EndedBy.Name, i.Note, i.Code, strconv.Itoa(i.Depth), i.ClientIP, i.UserAgent,
	}
	for n, cell := range row {
		row[n] = noFormula(cell)
	}
	return r.Write(row)
}

func (r *csvRows) flush() error {
	r.Flush()
	return r.Error()
}

// noFormula keeps a spreadsheet from running what a customer's name or a reason
// holds (CWE-1236): what would begin a formula is marked as text. A cell begins
// where the text does, but also inside it: in many languages, spreadsheets
// separate cells at semicolons, and then ignore the quotation marks.
func noFormula(cell string) string {
	var b strings.Builder
	begins, kept := true, 0
	for i, r := range cell {
		switch {
		case begins && strings.ContainsRune("=+-@|%＝＋－＠", r), i == 0 && isCellEnd(r):
			b.WriteString(cell[kept:i] + "'")
			begins, kept = isCellEnd(r), i
		case isCellEnd(r):
			begins = true
		case !isUnseen(r):
			begins = false
		}
	}
	return b.String() + cell[kept:]
}

func isCellEnd(r rune) bool { return strings.ContainsRune(";\t\r\n", r) }

// isUnseen reports whether spreadsheets skip a character, or might, in front of
// a formula.
func isUnseen(r rune) bool {
	return r == '"' || unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
