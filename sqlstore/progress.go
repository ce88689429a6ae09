package sqlstore

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/guise-go/guise"
)

const (
	// partsAtOnce is how many impersonations one query looks at.
	partsAtOnce = 100

	answered = `kind = 'request' AND status <> 0`
	// progressPart adds up the newest events of one impersonation, which the
	// index on guise_events has side by side. count(CASE …) counts what is not
	// NULL.
	progressPart = ` count(*), count(CASE WHEN ` + answered + ` THEN 1 END),
		count(CASE WHEN ` + answered + ` AND method NOT IN ('GET', 'HEAD', 'OPTIONS') THEN 1 END),
		coalesce(max(CASE WHEN ` + answered + ` THEN seq END), 0)
		FROM (SELECT seq, kind, status, method FROM guise_events WHERE impersonation_id = `
	lastRequests = `SELECT seq, time, method, path, status FROM guise_events WHERE seq IN (`
)

// Progress implements [guise.Lookup]. However many events there are, it asks
// twice for each hundred IDs: for what the newest add up to, and for the last.
func (s *Store) Progress(ctx context.Context, ids []string, newest int) (map[string]guise.Progress, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	all := map[string]guise.Progress{}
	// Events about no impersonation have no ID, so "" is none.
	fit := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "" || unfit(id) })
	for some := range slices.Chunk(fit, partsAtOnce) {
		if err := s.progress(ctx, all, some, max(newest, 0)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (s *Store) progress(ctx context.Context, all map[string]guise.Progress, ids []string, newest int) error {
	query, args := s.dialect.progress(ids, newest)
	parts, err := read(ctx, s, scanPart, query, args...)
	if err != nil {
		return err
	}
	about, seqs := map[int64]string{}, []any{}
	for _, part := range parts {
		if part.looked == 0 {
			continue
		}
		part.More = part.looked == newest
		all[ids[part.nth]] = part.Progress
		if part.lastSeq > 0 {
			about[part.lastSeq] = ids[part.nth]
			seqs = append(seqs, part.lastSeq)
		}
	}
	if len(seqs) == 0 {
		return nil
	}
	last, err := read(ctx, s, scanLast, lastRequests+s.dialect.marks(1, len(seqs))+`)`, seqs...)
	for _, request := range last {
		one := all[about[request.Seq]]
		one.Last = request
		all[about[request.Seq]] = one
	}
	return err
}

// progress is one query for all these: a part for each, which says whose it is.
func (d *dialect) progress(ids []string, newest int) (query string, args []any) {
	parts := make([]string, len(ids))
	for n, id := range ids {
		parts[n] = `SELECT ` + strconv.Itoa(n) + `,` + progressPart + d.marks(2*n+1, 1) +
			` ORDER BY seq DESC LIMIT ` + d.marks(2*n+2, 1) + `) newest`
		args = append(args, id, newest)
	}
	return strings.Join(parts, ` UNION ALL `), args
}

// part is the progress of one of those asked for.
type part struct {
	nth, looked int
	lastSeq     int64
	guise.Progress
}

func scanPart(scan func(...any) error) (p part, err error) {
	err = scan(&p.nth, &p.looked, &p.Requests, &p.Writes, &p.lastSeq)
	return p, err
}

func scanLast(scan func(...any) error) (r guise.LastRequest, err error) {
	var at int64
	err = scan(&r.Seq, &at, &r.Method, &r.Path, &r.Status)
	r.Time = time.UnixMicro(at).UTC()
	return r, err
}
