package users_test

import (
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/guise-go/guise"
	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/sqlusers"
	"github.com/guise-go/guise/userstest"
)

var onMySQL = engine{
	name: "MySQL", ordinary: mysqlOrdinary, shapes: mysqlShapes,
	open: func(t testing.TB) *sql.DB { return openMySQL(t, databases.MySQL(t)) },
	clear: func(t testing.TB, db *sql.DB) *sql.DB {
		run(t, db, "DROP VIEW IF EXISTS users; DROP TABLE IF EXISTS users, people, robots, `Order`")
		return db
	},
}

// openMySQL lets a schema be several statements.
func openMySQL(t testing.TB, d *databases.Database) *sql.DB {
	t.Helper()
	config, err := mysql.ParseDSN(d.DSN)
	if err != nil {
		t.Fatal(err)
	}
	config.MultiStatements = true
	several := *d
	several.DSN = config.FormatDSN()
	return several.Open(t)
}

// givenMySQL names what an insert takes.
const givenMySQL = ` FROM (SELECT CAST(? AS CHAR) AS id, CAST(? AS CHAR) AS username, nullif(?, '') AS name, nullif(?, '') AS email,
	nullif(?, '') AS tenant, ? AS active, ? AS staff, ? AS superuser, nullif(?, '') AS team) AS v`

var mysqlOrdinary = shape{
	name: "integer keys",
	schema: `CREATE TABLE users (id INT AUTO_INCREMENT PRIMARY KEY, username VARCHAR(100) NOT NULL, name VARCHAR(2000), email TEXT, tenant VARCHAR(100),
		is_active BOOLEAN NOT NULL, is_staff BOOLEAN NOT NULL, is_superuser BOOLEAN NOT NULL, team VARCHAR(100))`,
	insert: `INSERT INTO users SELECT id, username, name, email, tenant, active, staff, superuser, team` + givenMySQL,
	remove: `DELETE FROM users WHERE CAST(id AS CHAR) = ?`,
	config: sqlusers.Config{
		Engine: sqlusers.MySQL, Table: "users",
		ID: "id", Username: "username", Name: "name", Email: "email", Tenant: "tenant",
		Active: "is_active", Staff: "is_staff", Superuser: "is_superuser",
		Attributes: map[string]string{userstest.Attribute: "team"},
	},
}

func mysqlShapes(t *testing.T) []shape {
	another := databases.MySQL(t).Open(t)
	var database, version string
	if err := another.QueryRow(`SELECT database(), version()`).Scan(&database, &version); err != nil {
		t.Fatal(err)
	}
	shapes := []shape{
		mysqlOrdinary,
		mysqlOrdinary.with("unsigned keys, flags in bits",
			`CREATE TABLE users (id BIGINT UNSIGNED ZEROFILL PRIMARY KEY, username VARCHAR(100), name VARCHAR(100), email VARCHAR(100), tenant VARCHAR(100),
				is_active BIT(1), is_staff BIT(1), is_superuser BIT(8), team VARCHAR(100))`,
			mysqlOrdinary.insert, nil, func(n int) string {
				return "184467440737095" + strings.Repeat("0", 5-len(strconv.Itoa(n))) + strconv.Itoa(n)
			}),
		mysqlOrdinary.with("UUIDs in text, flags as words, an index on the tenant",
			`CREATE TABLE users (id CHAR(36) CHARACTER SET ascii PRIMARY KEY, username VARCHAR(100), name VARCHAR(100), email VARCHAR(100), tenant VARCHAR(100),
				is_active ENUM('Y', 'N'), is_staff CHAR(5), is_superuser VARCHAR(5), team VARCHAR(9), KEY (tenant))`,
			`INSERT INTO users SELECT id, username, name, email, tenant, if(active, 'Y', 'N'), if(staff, 'TRUE', 'false'), if(superuser, 'yes', NULL), team`+givenMySQL,
			nil, uuid),
		mysqlOrdinary.with("text keys without case, in latin1",
			`CREATE TABLE users (id VARCHAR(40) CHARACTER SET latin1 PRIMARY KEY, username VARCHAR(100), name VARCHAR(100), email VARCHAR(100),
				tenant VARCHAR(40) CHARACTER SET latin1, is_active INT, is_staff INT, is_superuser INT, team VARCHAR(40) CHARACTER SET utf8mb3)`,
			mysqlOrdinary.insert, nil, mixedCase),
		mysqlOrdinary.with("text keys without an index",
			`CREATE TABLE users (id VARCHAR(40) COLLATE utf8mb4_unicode_ci, username VARCHAR(100), name VARCHAR(100) COLLATE utf8mb4_turkish_ci, email LONGTEXT,
				tenant VARCHAR(40) COLLATE utf8mb4_bin, is_active INT, is_staff INT, is_superuser INT, team VARCHAR(40) COLLATE utf8mb4_unicode_ci)`,
			mysqlOrdinary.insert, nil, mixedCase),
		mysqlOrdinary.with("decimal keys",
			`CREATE TABLE users (id DECIMAL(20, 0) PRIMARY KEY, username VARCHAR(100), name VARCHAR(100), email VARCHAR(100), tenant VARCHAR(100),
				is_active INT, is_staff INT, is_superuser DECIMAL(2, 1), team VARCHAR(100))`,
			mysqlOrdinary.insert, nil, nil),
		mysqlOrdinary.with("binary keys",
			`CREATE TABLE users (id BINARY(16) PRIMARY KEY, username VARCHAR(100), name VARCHAR(100), email VARCHAR(100), tenant VARCHAR(100),
				is_active INT, is_staff INT, is_superuser INT, team VARCHAR(100))`,
			`INSERT INTO users SELECT unhex(id), username, name, email, tenant, active, staff, superuser, team`+givenMySQL,
			nil, hexadecimal).removing(`DELETE FROM users WHERE id = unhex(?)`),
		mysqlOrdinary.with("keys by an expression",
			`CREATE TABLE users (nr INT PRIMARY KEY, username VARCHAR(100), name VARCHAR(100), email VARCHAR(100), tenant VARCHAR(100),
				is_active INT, is_staff INT, is_superuser INT, team VARCHAR(100))`,
			`INSERT INTO users SELECT substr(id, 5), username, name, email, tenant, active, staff, superuser, team`+givenMySQL,
			func(c *sqlusers.Config) { c.ID = "(concat('usr_', nr))" },
			func(n int) string { return "usr_" + strconv.Itoa(n) }).removing(`DELETE FROM users WHERE nr = substr(?, 5)`),
		mysqlOrdinary.with("reserved, mixed-case and quoted names",
			"CREATE TABLE `Order` (`Group` INT PRIMARY KEY, `select` VARCHAR(100), `Full Name` VARCHAR(100), `e``mail` VARCHAR(100), `u.t` VARCHAR(100),"+
				"`is]active` INT, `'staff'` INT, `--` INT, `?` VARCHAR(100))",
			"INSERT INTO `Order` SELECT id, username, name, email, tenant, active, staff, superuser, team"+givenMySQL,
			func(c *sqlusers.Config) {
				*c = sqlusers.Config{
					Engine: sqlusers.MySQL, Table: "Order",
					ID: "group", Username: "select", Name: "Full Name", Email: "e`mail", Tenant: "u.t",
					Active: "is]active", Staff: "'staff'", Superuser: "--", Attributes: map[string]string{userstest.Attribute: "?"},
				}
			}, nil).removing("DELETE FROM `Order` WHERE CAST(`Group` AS CHAR) = ?"),
		mysqlOrdinary.with("another database, a dot in the name",
			"DROP TABLE IF EXISTS "+database+".`old.users`; CREATE TABLE "+database+".`old.users` (id BIGINT PRIMARY KEY, username VARCHAR(100),"+
				"name VARCHAR(100), email VARCHAR(100), tenant VARCHAR(100), is_active INT, is_staff INT, is_superuser INT, team VARCHAR(100))",
			"INSERT INTO "+database+".`old.users` SELECT id, username, name, email, tenant, active, staff, superuser, team"+givenMySQL,
			func(c *sqlusers.Config) { c.Table = database + `."old.users"` }, nil).removing("DELETE FROM " + database + ".`old.users` WHERE CAST(id AS CHAR) = ?"),
		mysqlOrdinary.with("two names, an enum, a role, a JSON column, soft deletion",
			`CREATE TABLE users (id INT PRIMARY KEY, username VARCHAR(100), first VARCHAR(100), last VARCHAR(100), email VARCHAR(100), tenant VARCHAR(100),
				status ENUM('active', 'locked'), roles VARCHAR(100), settings JSON, deleted_at DATETIME);
			INSERT INTO users VALUES (900001, 'anna', 'Anna', 'Lind', '100%', '1', 'active', 'staff superuser', '{"team":"red"}', now())`,
			`INSERT INTO users SELECT id, username, substring_index(name, ' ', 1), nullif(substr(name, char_length(substring_index(name, ' ', 1)) + 2), ''), email, tenant,
				if(active, 'active', 'locked'), concat(if(staff, 'staff ', ''), if(superuser, 'superuser', '')), json_object('team', coalesce(team, '')), NULL`+givenMySQL,
			func(c *sqlusers.Config) {
				name := "(concat(u.first, coalesce(concat(' ', u.last), '')))"
				c.Name, c.Search = name, []string{"username", name, "email"}
				c.Active, c.Staff, c.Superuser = "(u.status = 'active')", "(u.roles LIKE '%staff%')", "(u.roles LIKE '%superuser')"
				c.Attributes = map[string]string{userstest.Attribute: "(json_unquote(json_extract(u.settings, '$.team')))"}
				c.Where = "u.deleted_at IS NULL OR u.roles = '?' -- not deleted"
			}, nil),
		mysqlOrdinary.with("a view over two tables",
			`CREATE TABLE people (id INT PRIMARY KEY, username VARCHAR(100), name VARCHAR(100), email VARCHAR(100), tenant VARCHAR(100), flags INT, team VARCHAR(100));
			CREATE TABLE robots (id INT, name VARCHAR(100));
			CREATE VIEW users AS SELECT id, username, name, email, tenant, flags & 1 AS is_active, flags & 2 > 0 AS is_staff, flags & 4 > 0 AS is_superuser, team FROM people
				UNION ALL SELECT id, NULL, name, NULL, NULL, 0, 0, 0, NULL FROM robots`,
			`INSERT INTO people SELECT id, username, name, email, tenant, active + 2 * staff + 4 * superuser, team`+givenMySQL,
			nil, nil).removing(`DELETE FROM people WHERE CAST(id AS CHAR) = ?`),
		mysqlOrdinary.with("columns that are computed, stored or not",
			`CREATE TABLE users (id INT PRIMARY KEY, username VARCHAR(100), first VARCHAR(100), last VARCHAR(100), email VARCHAR(100), tenant VARCHAR(100), flags INT, team VARCHAR(100),
				name VARCHAR(201) AS (concat(first, coalesce(concat(' ', last), ''))) STORED, is_active BOOLEAN AS (flags & 1) VIRTUAL,
				is_staff BOOLEAN AS (flags & 2 > 0) VIRTUAL, is_superuser BOOLEAN AS (flags & 4 > 0) STORED)`,
			`INSERT INTO users (id, username, first, last, email, tenant, flags, team) SELECT id, username, substring_index(name, ' ', 1),
				nullif(substr(name, char_length(substring_index(name, ' ', 1)) + 2), ''), email, tenant, active + 2 * staff + 4 * superuser, team`+givenMySQL,
			nil, nil),
		mysqlOrdinary.with("text keys compared byte by byte, in utf8mb3",
			`CREATE TABLE users (id VARCHAR(40) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin PRIMARY KEY, username VARCHAR(100) CHARACTER SET utf8mb3, name VARCHAR(100),
				email VARCHAR(100) CHARACTER SET latin1 COLLATE latin1_bin, tenant VARCHAR(40) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin,
				is_active INT, is_staff INT, is_superuser INT, team VARCHAR(40) CHARACTER SET latin1 COLLATE latin1_bin)`,
			mysqlOrdinary.insert, nil, mixedCase),
		mysqlOrdinary.with("keys and texts in binary columns, by expressions",
			`CREATE TABLE users (id VARBINARY(40) PRIMARY KEY, username VARBINARY(100), name VARBINARY(400), email VARBINARY(100), tenant VARBINARY(40),
				is_active INT, is_staff INT, is_superuser INT, team VARBINARY(40))`,
			mysqlOrdinary.insert, func(c *sqlusers.Config) {
				text := func(name string) string { return "(CONVERT(u." + name + " USING utf8mb4))" }
				c.ID, c.Username, c.Name, c.Email, c.Tenant = "(CAST(CONVERT(u.id USING utf8mb4) AS CHAR(40)))", text("username"), text("name"), text("email"), text("tenant")
				c.Attributes = map[string]string{userstest.Attribute: text("team")}
			}, mixedCase).removing(`DELETE FROM users WHERE id = CAST(? AS BINARY)`),
		mysqlOrdinary.with("a partitioned table",
			`CREATE TABLE users (id INT PRIMARY KEY, username VARCHAR(100), name VARCHAR(100), email VARCHAR(100), tenant VARCHAR(100),
				is_active INT, is_staff INT, is_superuser INT, team VARCHAR(100)) PARTITION BY HASH (id) PARTITIONS 4`,
			mysqlOrdinary.insert, nil, nil),
	}
	if strings.Contains(version, "MariaDB") { // MySQL has no such type
		shapes = append(shapes, mysqlOrdinary.with("UUID keys",
			`CREATE TABLE users (id UUID PRIMARY KEY, username VARCHAR(100), name VARCHAR(100), email VARCHAR(100), tenant VARCHAR(100),
				is_active INT, is_staff INT, is_superuser INT, team VARCHAR(100))`,
			mysqlOrdinary.insert, nil, uuid))
	}
	return shapes
}

// An ID is a part of the query's text: prepared, the first few would keep their
// statements on the server for ever, and ask it once more.
func TestMySQL_LookUpsPrepareNothing(t *testing.T) {
	t.Parallel()
	db := onMySQL.open(t)
	db.SetMaxOpenConns(1)
	d := mysqlOrdinary.directory(t, db, guise.User{ID: "7", Username: "ada"})
	prepared := func() (n int) {
		t.Helper()
		var name string
		if err := db.QueryRow(`SHOW SESSION STATUS LIKE 'Com_stmt_prepare'`).Scan(&name, &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := prepared()
	for id := range 9 {
		if u, err := d.User(t.Context(), strconv.Itoa(id)); (err == nil) != (id == 7) {
			t.Errorf("User(%d) = %+v, %v", id, u, err)
		}
	}
	if n := prepared() - before; n != 0 {
		t.Errorf("to look nine users up, %d statements were prepared", n)
	}
}

// A key that is unique together with an expression is not unique by itself.
func TestMySQL_KeysThatAreUniqueWithAnExpression(t *testing.T) {
	t.Parallel()
	db := onMySQL.open(t)
	if _, err := db.Exec(`CREATE TABLE users (id VARCHAR(40) COLLATE utf8mb4_general_ci, username VARCHAR(9), name VARCHAR(9), email VARCHAR(9), tenant VARCHAR(9),
		is_active INT, is_staff INT, is_superuser INT, team VARCHAR(9), UNIQUE KEY (id, (upper(name))))`); err != nil {
		t.Skipf("no expressions in an index, as on MariaDB: %v", err)
	}
	run(t, db, `INSERT INTO users (id, name) VALUES ('ab', '1'), ('AB', '2'), ('b', '3')`)
	d, err := sqlusers.New(db, mysqlOrdinary.config)
	if err != nil {
		t.Fatal(err)
	}
	if found := everyone(t, d, guise.Query{Limit: 1}); !slices.Equal(found, []string{"AB", "ab", "b"}) {
		t.Errorf("by pages of one it finds %q", found)
	}
}
