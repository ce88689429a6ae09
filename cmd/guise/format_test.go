package main

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/guise-go/guise"
)

// formatColumns are the columns of docs/log-format.md, in its order, from number
// 2 on.
var formatColumns = strings.Fields(`prev seq time kind impersonation_id
	actor_id actor_username actor_name actor_email actor_tenant
	subject_id subject_username subject_name subject_email subject_tenant
	by_id by_username by_name by_email by_tenant
	mode reason ticket cause code note method path status duration
	client_ip user_agent request_id purged_to purged_hash`)

// strangersVerifier is what somebody might write who has docs/log-format.md
// alone, and not a line of Guise. It returns what is wrong, or "".
func strangersVerifier(db *sql.DB) (string, error) {
	rows, err := db.Query("SELECT " + strings.Join(formatColumns, ", ") + ", hash FROM guise_events ORDER BY seq")
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var firstPrev, lastHash string
	var first, last int
	vouched := false
	for rows.Next() {
		fields, hash, err := stranger(rows)
		if err != nil {
			return "", err
		}
		seq, _ := strconv.Atoi(fields["seq"])
		if first == 0 {
			first, firstPrev = seq, fields["prev"]
			last, lastHash = seq-1, firstPrev
		}
		switch {
		case seq != last+1:
			return fmt.Sprintf("%d follows %d", seq, last), nil
		case fields["prev"] != lastHash:
			return fmt.Sprintf("%d has another prev", seq), nil
		case netstringsHash(fields) != hash:
			return fmt.Sprintf("%d has another hash", seq), nil
		}
		vouched = vouched || fields["kind"] == "purged" && fields["purged_to"] == strconv.Itoa(first-1) && fields["purged_hash"] == firstPrev
		last, lastHash = seq, hash
	}
	begins := first == 1 && firstPrev == strings.Repeat("0", 64)
	if first != 0 && !begins && !vouched {
		return fmt.Sprintf("it begins with %d", first), nil
	}
	return "", rows.Err()
}

// stranger reads a row: every field as text, hashes in hexadecimal.
func stranger(rows *sql.Rows) (fields map[string]string, hash string, err error) {
	values := make([][]byte, len(formatColumns)+1)
	into := make([]any, len(values))
	for n := range values {
		into[n] = &values[n]
	}
	if err := rows.Scan(into...); err != nil {
		return nil, "", err
	}
	fields = map[string]string{}
	for n, column := range formatColumns {
		fields[column] = string(values[n])
	}
	for _, column := range []string{"prev", "purged_hash"} {
		fields[column] = hex.EncodeToString([]byte(fields[column]))
	}
	return fields, hex.EncodeToString(values[len(formatColumns)]), nil
}

func netstringsHash(fields map[string]string) string {
	encoded := "13:guise-event-1,"
	for _, column := range formatColumns {
		encoded += strconv.Itoa(len(fields[column])) + ":" + fields[column] + ","
	}
	sum := sha256.Sum256([]byte(encoded))
	return hex.EncodeToString(sum[:])
}

// TestP9_Format_AStrangersVerifierAgrees: docs/log-format.md is enough to check a
// log on any engine, and what it describes finds what was forged.
func TestP9_Format_AStrangersVerifierAgrees(t *testing.T) {
	t.Parallel()
	for engine, address := range addresses {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			where, db := written(t, address(t))
			everything := guise.Event{Kind: guise.KindRequest, Time: time.Date(2026, 5, 4, 9, 10, 11, 123456000, time.UTC), ImpersonationID: "ï-1",
				Actor:   guise.Actor{User: guise.User{ID: "a", Username: "b", Name: "Zoë 🎭", Email: "d", Tenant: "e"}},
				Subject: guise.Subject{User: guise.User{ID: "f", Username: "g", Name: "h", Email: "i", Tenant: "日本"}},
				By:      guise.Actor{User: guise.User{ID: "k", Username: "l", Name: "m", Email: "n", Tenant: "o"}},
				Mode:    "p", Reason: "q,3:x", Ticket: "r", Cause: "s", Code: "t", Note: "u\r\n\t", Method: "v", Path: "w", Status: 503,
				Duration: 1234567 * time.Microsecond, ClientIP: "x", UserAgent: "y", RequestID: "z"}
			if err := reopened(t, where).Append(t.Context(), everything); err != nil {
				t.Fatal(err)
			}
			if wrong, err := strangersVerifier(db); wrong != "" || err != nil {
				t.Fatalf("as it was written: %s, %v", wrong, err)
			}
			execAll(t, db, dropTriggers[engine])
			for _, step := range []struct{ forge, says, mend string }{
				{`UPDATE guise_events SET reason = 'a call' WHERE seq = 3`, "3 has another hash", `UPDATE guise_events SET reason = 'a question' WHERE seq = 3`},
				{`UPDATE guise_events SET time = time + 1 WHERE seq = 11`, "11 has another hash", `UPDATE guise_events SET time = time - 1 WHERE seq = 11`},
				{`UPDATE guise_events SET duration = duration + 1 WHERE seq = 11`, "11 has another hash", `UPDATE guise_events SET duration = duration - 1 WHERE seq = 11`},
				{`UPDATE guise_events SET seq = 12 WHERE seq = 11`, "12 follows 10", `UPDATE guise_events SET seq = 11 WHERE seq = 12`},
				{`UPDATE guise_events SET purged_to = 2 WHERE kind = 'purged'`, "has another hash", `UPDATE guise_events SET purged_to = 1 WHERE kind = 'purged'`},
				{`UPDATE guise_events SET prev = hash WHERE seq = 5`, "5 has another prev", `UPDATE guise_events SET prev = (SELECT h FROM (SELECT hash AS h FROM guise_events WHERE seq = 4) x) WHERE seq = 5`},
				{`DELETE FROM guise_events WHERE seq = 2`, "it begins with 3", ""},
			} {
				execAll(t, db, step.forge)
				if wrong, err := strangersVerifier(db); !strings.Contains(wrong, step.says) || err != nil {
					t.Errorf("%s: %q, %v; want %q", step.forge, wrong, err, step.says)
				}
				if step.mend != "" {
					execAll(t, db, step.mend)
				}
			}
		})
	}
}
