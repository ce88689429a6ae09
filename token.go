package guise

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"strings"
)

// TokenHash is the SHA-256 of the token in the cookie. A store keeps only
// this, so that reading the database lets nobody act as anyone.
type TokenHash [sha256.Size]byte

// IsZero reports whether there is no token.
func (h TokenHash) IsZero() bool { return h == TokenHash{} }

// token is the cookie's value: 256 random bits in URL-safe base64.
type token string

const tokenLength = 43

func newToken() token {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return token(base64.RawURLEncoding.EncodeToString(b[:]))
}

func (t token) hash() TokenHash { return sha256.Sum256([]byte(t)) }

// wellFormed spares the store a look-up for what can't be a token.
func (t token) wellFormed() bool {
	if len(t) != tokenLength {
		return false
	}
	// Strict, and no line breaks (which the decoder would skip): one token has one spelling.
	_, err := base64.RawURLEncoding.Strict().DecodeString(string(t))
	return err == nil && !strings.ContainsAny(string(t), "\r\n")
}

// LogValue keeps the token out of logs: who has it acts as the subject.
func (t token) LogValue() slog.Value { return slog.StringValue("[redacted]") }
