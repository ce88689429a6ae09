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
func (e Event) Digest() Hash {
	b := make([]byte, 0, 512)
	for _, field := range [...]string{
		chainVersion, e.Prev.String(), strconv.FormatInt(e.Seq, 10), strconv.FormatInt(e.Time.UnixMicro(), 10),
		string(e.Kind), e.ImpersonationID,
		e.Actor.ID, e.Actor.Username, e.Actor.Name, e.Actor.Email, e.Actor.Tenant,
		e.Subject.ID, e.Subject.Username, e.Subject.Name, e.Subject.Email, e.Subject.Tenant,
		e.By.ID, e.By.Username, e.By.Name, e.By.Email, e.By.Tenant,
		string(e.Mode), e.Reason, e.Ticket, string(e.Cause), e.Code, e.Note,
		e.Method, e.Path, strconv.Itoa(e.Status), strconv.FormatInt(e.Duration.Microseconds(), 10),
		e.ClientIP, e.UserAgent, e.RequestID,
		strconv.FormatInt(e.PurgedTo, 10), e.PurgedHash.String(),
	} {
		b = strconv.AppendInt(b, int64(len(field)), 10)
		b = append(b, ':')
		b = append(b, field...)
		b = append(b, ',')
	}
	return sha256.Sum256(b)
}

// Chained returns the event as it stands in the log behind the event with
// number prevSeq and hash prev: numbered, linked and hashed. Stores call it
// for each event they append; what a store can't keep is cut off first.
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
