package schooldesk

import (
	"fmt"

	"golang.org/x/crypto/bcrypt"
)

// passwords hashes and compares passwords.
type passwords struct {
	cost int
	// none is a hash that no password fits. It costs as much to compare as a
	// real one, so that the time a login takes does not tell which e-mails are
	// known.
	none []byte
}

func newPasswords(cost int) (passwords, error) {
	if cost == 0 {
		cost = bcrypt.DefaultCost
	}
	none, err := bcrypt.GenerateFromPassword([]byte("no password"), cost)
	if err != nil {
		return passwords{}, fmt.Errorf("hashing a password: %w", err)
	}
	return passwords{cost: cost, none: none}, nil
}

// hash makes what the database keeps of a password.
func (p passwords) hash(password string) (string, error) {
	hash, err := bcrypt.GenerateFromPassword([]byte(password), p.cost)
	if err != nil {
		return "", fmt.Errorf("hashing a password: %w", err)
	}
	return string(hash), nil
}

// fits says whether the password is the one that was hashed; "" is the hash of
// someone who isn't known, whom no password fits.
func (p passwords) fits(hash, password string) bool {
	if hash == "" {
		_ = bcrypt.CompareHashAndPassword(p.none, []byte(password)) // for the time it takes
		return false
	}
	return bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) == nil
}
