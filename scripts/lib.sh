# What the scripts beside this file share. Sourced, never run.

# check_go stops with one clear line when Go is missing or too old for go.work.
check_go() {
	if ! command -v go >/dev/null; then
		echo "Go is not installed, or not on the PATH: see https://go.dev/doc/install" >&2
		exit 1
	fi
	# The go command itself compares its version with go.work's and explains.
	go list -m >/dev/null
}

# has_compiler: the race detector needs a C compiler and the C library's headers.
has_compiler() {
	printf '#include <stdlib.h>\nint main(void) { return 0; }\n' |
		$(go env CC) -x c -o /dev/null - 2>/dev/null
}

# is_browser NAME prints NAME's path when it is a Chromium that runs. It has to
# be asked for its version: on Ubuntu the command may be a stub that does
# nothing but say "install the snap".
is_browser() {
	path=$(command -v "$1") || return 1
	"$path" --version 2>/dev/null </dev/null | grep -q Chrom || return 1
	echo "$path"
}

# find_browser prints the path of a Chromium. When GUISE_CHROMIUM names one,
# only that one will do. test/internal/chromium looks in the same places.
find_browser() {
	if [ -n "${GUISE_CHROMIUM:-}" ]; then
		is_browser "$GUISE_CHROMIUM"
		return
	fi
	for name in chromium chromium-browser google-chrome google-chrome-stable; do
		is_browser "$name" && return
	done
	return 1
}

# has_postgres and has_mariadb: the server's programs, where Debian puts them
# first. internal/databases looks in the same places.
has_postgres() {
	for path in /usr/lib/postgresql/*/bin/initdb "$(command -v initdb)"; do
		[ -x "$path" ] && [ -x "$(dirname "$path")/postgres" ] && return
	done
	return 1
}

has_mariadb() {
	command -v mariadb-install-db >/dev/null && command -v my_print_defaults >/dev/null || return 1
	command -v mariadbd >/dev/null || [ -x /usr/sbin/mariadbd ]
}

# has_packages: the files of scripts/packages, as they were when they were chosen.
has_packages() {
	if command -v sha256sum >/dev/null; then
		sha256sum -c --status scripts/packages.sha256 2>/dev/null
	else
		shasum -a 256 -c --status scripts/packages.sha256 2>/dev/null
	fi
}

# stage prints the heading of one part of a run.
stage() {
	printf '\n== %s\n' "$1"
}
