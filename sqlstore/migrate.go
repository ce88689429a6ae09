package sqlstore

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

//go:embed migrations
var migrationFiles embed.FS

// Migration is one step towards the tables that this version needs.
type Migration struct {
	Version int
	Name    string
	SQL     string
	// Checksum is the SHA-256 of SQL, in hexadecimal.
	Checksum string

	engine Engine
}

// Migrations lists every step for an engine, the first version first. [Open]
// applies those that are missing; to have someone else do so, print them.
func Migrations(engine Engine) ([]Migration, error) {
	if _, err := dialectOf(engine); err != nil {
		return nil, err
	}
	folder := path.Join("migrations", string(engine))
	files, err := migrationFiles.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	migrations := make([]Migration, 0, len(files))
	for _, file := range files {
		text, err := migrationFiles.ReadFile(path.Join(folder, file.Name()))
		if err != nil {
			return nil, err
		}
		migration, err := parseMigration(file.Name(), string(text))
		if err != nil {
			return nil, err
		}
		migration.engine = engine
		migrations = append(migrations, migration)
	}
	slices.SortFunc(migrations, func(a, b Migration) int { return cmp.Compare(a.Version, b.Version) })
	return migrations, nil
}

// Missing lists the migrations that the database lacks, the first version
// first, and changes nothing: what [Open] would apply. A database that a newer
// version has migrated is an error.
func Missing(ctx context.Context, db *sql.DB, engine Engine) ([]Migration, error) {
	all, err := Migrations(engine)
	if err != nil {
		return nil, err
	}
	dialect, err := dialectOf(engine)
	if err != nil {
		return nil, err
	}
	missing, err := (&Store{db: db, dialect: dialect}).missing(ctx, db, all)
	if err != nil {
		return nil, fmt.Errorf("sqlstore: asking for the migrations: %w", err)
	}
	return missing, nil
}

// parseMigration reads a file called <version>_<name>.sql.
func parseMigration(file, text string) (Migration, error) {
	number, name, _ := strings.Cut(strings.TrimSuffix(file, ".sql"), "_")
	version, err := strconv.Atoi(number)
	if err != nil {
		return Migration{}, fmt.Errorf("sqlstore: migration file %q does not begin with its version: %w", file, err)
	}
	// A checkout on Windows may have other line ends; it is the same migration.
	text = strings.ReplaceAll(text, "\r\n", "\n")
	sum := sha256.Sum256([]byte(text))
	return Migration{Version: version, Name: name, SQL: text, Checksum: hex.EncodeToString(sum[:])}, nil
}

// String is the migration as a script for the engine's command line; the script
// also records that the migration was applied.
func (m Migration) String() string {
	text := m.SQL
	if m.engine == MySQL {
		text = mysqlScript(m.statements())
	}
	return fmt.Sprintf("-- Guise, migration %d: %s\n\n%s\nINSERT INTO guise_migrations (version, name, checksum)\n\tVALUES (%d, '%s', '%s');\n",
		m.Version, m.Name, text, m.Version, m.Name, m.Checksum)
}

// statements splits the SQL, for drivers that run one statement at a time. The
// files have a blank line between two statements and nowhere else.
func (m Migration) statements() []string {
	return strings.Split(strings.TrimSpace(m.SQL), "\n\n")
}

// migrate applies what the database lacks. It first asks without a lock: an
// up-to-date database is only read, by a user who need not own its tables.
func (s *Store) migrate(ctx context.Context) error {
	all, err := Migrations(s.dialect.engine)
	if err != nil {
		return err
	}
	var missing []Migration
	err = s.patiently(ctx, func(ctx context.Context) (err error) {
		missing, err = s.missing(ctx, s.db, all)
		return err
	})
	if err != nil || len(missing) == 0 {
		return err
	}
	return s.transact(ctx, transaction{prepare: s.dialect.prepareAlone, begin: s.beginPlainly, do: func(ctx context.Context, in session) error {
		if err := s.alone(ctx, in); err != nil {
			return err
		}
		// Asked again under the lock: another instance may have been first.
		missing, err := s.missing(ctx, in, all)
		if err != nil {
			return err
		}
		for _, migration := range missing {
			if err := s.apply(ctx, in, migration); err != nil {
				return fmt.Errorf("%d (%s): %w", migration.Version, migration.Name, err)
			}
		}
		return nil
	}})
}

// errNotAlone counts as a busy database, whatever the engine.
var errNotAlone = errors.New("sqlstore: another instance is migrating the database")

// alone makes sure that no other instance migrates until the transaction ends.
func (s *Store) alone(ctx context.Context, in session) error {
	if s.dialect.tryAlone == "" {
		return nil
	}
	got, err := collect(ctx, in, scanBool, s.dialect.tryAlone)
	if err == nil && (len(got) != 1 || !got[0]) {
		err = errNotAlone
	}
	return err
}

func (s *Store) apply(ctx context.Context, in session, m Migration) error {
	for _, statement := range m.statements() {
		if _, err := in.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	_, err := in.ExecContext(ctx, s.dialect.recordVersion, m.Version, m.Name, m.Checksum)
	return err
}

// missing returns which migrations the database has not had yet.
func (s *Store) missing(ctx context.Context, from querier, all []Migration) ([]Migration, error) {
	tables, err := collect(ctx, from, scanCount, s.dialect.migrated)
	if err != nil {
		return nil, err
	}
	if len(tables) != 1 || tables[0] == 0 {
		return all, nil
	}
	applied, err := collect(ctx, from, scanVersion, s.dialect.versions)
	if err != nil {
		return nil, err
	}
	return outstanding(all, applied)
}

// outstanding compares what there is with what was applied.
func outstanding(all, applied []Migration) ([]Migration, error) {
	missing := slices.Clone(all)
	for _, had := range applied {
		n := slices.IndexFunc(missing, func(m Migration) bool { return m.Version == had.Version })
		switch {
		case n < 0:
			return nil, fmt.Errorf("the database is at version %d, and this program knows versions up to %d: use a newer program",
				had.Version, all[len(all)-1].Version)
		case missing[n].Checksum != had.Checksum:
			return nil, fmt.Errorf("version %d in the database has checksum %s, and in this program %s: they are different builds",
				had.Version, had.Checksum, missing[n].Checksum)
		}
		missing = slices.Delete(missing, n, n+1)
	}
	return missing, nil
}

func scanCount(scan func(...any) error) (n int, err error) {
	err = scan(&n)
	return n, err
}

func scanBool(scan func(...any) error) (yes bool, err error) {
	err = scan(&yes)
	return yes, err
}

func scanVersion(scan func(...any) error) (m Migration, err error) {
	err = scan(&m.Version, &m.Checksum)
	return m, err
}
