package database

import (
	"errors"
	"regexp"
	"strings"
)

// driversOwn is an address as a driver has it: user:password@tcp(host:port)/name,
// user:password@/name, or host=… user=…; and a URL that lacks its slashes.
var driversOwn = regexp.MustCompile(`(?is)@(tcp6?|unix)\(|^[^:/@]*:[^/].*@/|(^|\s)(host|user|password|dbname)\s*=|^(postgres|postgresql|mysql|mariadb):/?[^/]`)

// errDriversOwn does not quote the address, which has a password in it more
// often than not.
var errDriversOwn = errors.New("the address is one of a driver's own; write a URL, such as postgres://user:password@host:port/database or " +
	"mysql://user:password@host:port/database, or sqlite:PATH if it is a file's name")

// passwords are where the password of an address begins and ends.
var passwords = []*regexp.Regexp{
	regexp.MustCompile(`(://[^:/@\s]*:)\S*(@)`),
	regexp.MustCompile(`(?i)(\w:)[^\s/]\S*(@(?:tcp6?|unix)\(|@/)`),
	regexp.MustCompile(`(?i)(password\s*=\s*)(?:'[^']*'|[^\s&]+)()`),
}

// Masked is a text without the passwords of the addresses in it: one that stands
// where no address belongs comes back in an error.
func Masked(text string) string {
	for _, password := range passwords {
		text = password.ReplaceAllStringFunc(text, func(found string) string {
			if strings.Contains(found, ":password@") { // of an error that says what to write
				return found
			}
			return password.ReplaceAllString(found, "${1}xxxxx${2}")
		})
	}
	return text
}
