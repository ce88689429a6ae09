package guise

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"
)

// Hash is a SHA-256 sum. As text it is 64 hexadecimal digits.
type Hash [sha256.Size]byte

// String returns the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// ParseHash reads what [Hash.String] writes.
func ParseHash(text string) (Hash, error) {
	var h Hash
	if len(text) != hex.EncodedLen(len(h)) {
		return h, fmt.Errorf("guise: a hash has %d hexadecimal digits, not %d", hex.EncodedLen(len(h)), len(text))
	}
	if _, err := hex.Decode(h[:], []byte(text)); err != nil {
		return Hash{}, fmt.Errorf("guise: hash %q: %w", text, err)
	}
	return h, nil
}

// chainVersion is the first field of every event's encoding, so that another
// encoding can never give the same bytes.
const chainVersion = "guise-event-1"

// Digest returns the SHA-256 of the event's canonical encoding: every field
// but Hash itself, each as a netstring (its length in bytes in decimal, a
// colon, the bytes, a comma), in the order below. Times are in microseconds
// since 1970 UTC, the duration in microseconds, hashes in hexadecimal. Since
// Prev is among them, a changed, removed, inserted or moved event shows.
func (e Event) Digest() Hash { return e.digest() }

// digest is Digest without a copy of the event.
func (e *Event) digest() Hash {
	var room [1024]byte // what most events need; a longer one takes more
	return sha256.Sum256(netstrings(room[:0]).
		text(chainVersion).hash(&e.Prev).number(e.Seq).number(e.Time.UnixMicro()).
		text(string(e.Kind)).text(e.ImpersonationID).
		user(&e.Actor.User).user(&e.Subject.User).user(&e.By.User).
		text(string(e.Mode)).text(e.Reason).text(e.Ticket).text(string(e.Cause)).text(e.Code).text(e.Note).
		text(e.Method).text(e.Path).number(int64(e.Status)).number(e.Duration.Microseconds()).
		text(e.ClientIP).text(e.UserAgent).text(e.RequestID).
		number(e.PurgedTo).hash(&e.PurgedHash))
}

// netstrings is a sequence of fields, each as a netstring. Verifying a log
// makes millions of them, so adding a field allocates nothing.
type netstrings []byte

func (n netstrings) text(field string) netstrings {
	if field == "" { // as most are
		return append(n, "0:,"...)
	}
	n = strconv.AppendInt(n, int64(len(field)), 10)
	n = append(n, ':')
	n = append(n, field...)
	return append(n, ',')
}

func (n netstrings) number(field int64) netstrings {
	var digits [20]byte
	return n.text(string(strconv.AppendInt(digits[:0], field, 10)))
}

func (n netstrings) hash(field *Hash) netstrings {
	n = append(n, "64:"...)
	n = hex.AppendEncode(n, field[:])
	return append(n, ',')
}

// user adds who somebody is.
func (n netstrings) user(u *User) netstrings {
	return n.text(u.ID).text(u.Username).text(u.Name).text(u.Email).text(u.Tenant)
}

// Chained returns the event as it stands in the log after the event with number
// prevSeq and hash prev: numbered, linked and hashed. Stores call it for each
// event they append; what a store doesn't keep is cut off first.
func (e Event) Chained(prevSeq int64, prev Hash) Event {
	e.Seq, e.Prev = prevSeq+1, prev
	e.Time = e.Time.UTC().Truncate(time.Microsecond)
	e.Duration = e.Duration.Truncate(time.Microsecond)
	e.Actor.User, e.Subject.User, e.By.User = e.Actor.identity(), e.Subject.identity(), e.By.identity()
	e.Hash = e.Digest()
	return e
}

// identity is what the log keeps of a user: who they are, not what they may.
func (u User) identity() User {
	return User{ID: u.ID, Username: u.Username, Name: u.Name, Email: u.Email, Tenant: u.Tenant}
}
