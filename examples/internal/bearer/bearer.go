// Package bearer logs people in with signed tokens (JWT, RFC 7519) that a client
// sends along with each request.
package bearer

import (
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const life = 15 * time.Minute

// Tokens makes tokens and reads them.
type Tokens struct{ key []byte }

// New makes a key, which is as old as the process: its tokens don't outlive it.
func New() *Tokens {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return &Tokens{key}
}

// Issue makes a token for a user.
func (t *Tokens) Issue(userID string) (string, error) {
	return jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.RegisteredClaims{
		Subject: userID, ExpiresAt: jwt.NewNumericDate(time.Now().Add(life)),
	}).SignedString(t.key)
}

// UserID is whose token the request has. One that is missing, forged or too old
// is nobody's: "".
func (t *Tokens) UserID(r *http.Request) string {
	text, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	var claims jwt.RegisteredClaims
	_, err := jwt.ParseWithClaims(text, &claims, func(*jwt.Token) (any, error) { return t.key, nil },
		// Without this a token could choose how it is checked.
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithExpirationRequired())
	if err != nil {
		return ""
	}
	return claims.Subject
}
