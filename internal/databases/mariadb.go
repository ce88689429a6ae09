package databases

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os/exec"
	"strings"

	"github.com/go-sql-driver/mysql"
)

func mariadb() *kind {
	return &kind{
		name:     "MariaDB",
		variable: "GUISE_TEST_MYSQL",
		help:     "install it with `make setup` or `apt-get install mariadb-server-core mariadb-client-core`",
		schemes:  []string{"mysql", "mariadb"},
		driver:   "mysql",
		dsn:      mysqlDSN,

		create: func(database string) string { return "CREATE DATABASE " + database + " CHARACTER SET utf8mb4" },
		drop:   func(database string) string { return "DROP DATABASE IF EXISTS " + database },

		accounts:   []string{"mysql", "nobody"},
		find:       findMariaDB,
		initialise: initialiseMariaDB,
		run:        runMariaDB,
		stop:       "KILL", // it is one process, whose files go too
		follow:     followMariaDB,
		promote:    promoteMariaDB,
	}
}

// mysqlDSN writes a URL as the driver has it: user:password@tcp(host:port)/name.
func mysqlDSN(address *url.URL) (string, error) {
	password, _ := address.User.Password()
	config, err := mysql.ParseDSN("/?" + address.RawQuery)
	if err != nil {
		return "", fmt.Errorf("%s: %w", address.Redacted(), err)
	}
	config.User, config.Passwd = address.User.Username(), password
	config.Net, config.Addr = "tcp", address.Host
	if address.Port() == "" {
		config.Addr = net.JoinHostPort(address.Hostname(), "3306")
	}
	config.DBName = strings.TrimPrefix(address.Path, "/")
	return config.FormatDSN(), nil
}

// findMariaDB looks in /usr/sbin too, which is on root's PATH alone.
func findMariaDB() (programs, error) {
	initialise, err := exec.LookPath("mariadb-install-db")
	if err != nil {
		return programs{}, errors.New("no mariadb-install-db on the PATH")
	}
	if _, err := exec.LookPath("my_print_defaults"); err != nil {
		return programs{}, errors.New("no my_print_defaults on the PATH, which mariadb-install-db needs")
	}
	for _, server := range []string{"mariadbd", "/usr/sbin/mariadbd"} {
		if path, err := exec.LookPath(server); err == nil {
			return programs{initialise, path}, nil
		}
	}
	return programs{}, errors.New("no mariadbd on the PATH or in /usr/sbin")
}

// initSQL runs at every start. A statement ends with its line.
const initSQL = `CREATE USER IF NOT EXISTS '%[1]s'@'127.0.0.1' IDENTIFIED BY '%[2]s';
GRANT ALL ON *.* TO '%[1]s'@'127.0.0.1' WITH GRANT OPTION;
`

// initialiseMariaDB, like runMariaDB, keeps to a folder of its own for what is
// temporary: a server that starts removes what it finds there.
func initialiseMariaDB(s *Server) []string {
	return []string{
		s.programs.initialise, "--no-defaults", "--datadir=" + s.data(), "--tmpdir=" + s.dir, "--skip-test-db", "--skip-name-resolve",
		"--auth-root-authentication-method=socket", // root has no password, and nobody gets in as root over TCP
	}
}

func runMariaDB(s *Server) []string {
	buffers := "32M"
	if s.with(Roomy) {
		buffers = "1G"
	}
	args := []string{
		s.programs.serve, "--no-defaults", "--datadir=" + s.data(), "--tmpdir=" + s.dir, "--socket=" + s.dir + "/socket", "--pid-file=" + s.dir + "/pid",
		"--bind-address=127.0.0.1", fmt.Sprint("--port=", s.port), "--skip-name-resolve",
		"--init-file=" + s.secret(fmt.Sprintf(initSQL, login, s.password)),
		"--character-set-server=utf8mb4", "--max-connections=200",
		"--innodb-buffer-pool-size=" + buffers, "--innodb-log-file-size=16M",
	}
	if !s.with(Durable) {
		args = append(args, "--innodb-flush-method=nosync")
	}
	if s.with(Replicated) {
		args = append(args, fmt.Sprint("--server-id=", s.port), "--log-bin=binlog", "--rpl-semi-sync-slave-enabled=ON")
	}
	return args
}

// followMariaDB makes an empty server do everything that the other has done.
func followMariaDB(standby, of *Server) error {
	if err := standby.firstStart(); err != nil {
		return err
	}
	for _, statement := range []string{
		fmt.Sprintf("CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = %d, MASTER_USER = '%s', MASTER_PASSWORD = '%s', MASTER_CONNECT_RETRY = 1",
			of.port, login, of.password),
		"SET GLOBAL read_only = ON",
		"START SLAVE",
	} {
		if err := standby.kind.administer(context.Background(), standby.url(), statement); err != nil {
			return errors.Join(err, standby.remove())
		}
	}
	return nil
}

// promoteMariaDB first lets the server do what it has been told about: it
// acknowledges that before it is done.
func promoteMariaDB(ctx context.Context, s *Server) error {
	const behind = `BEGIN NOT ATOMIC
		WHILE NOT EXISTS (SELECT 1 FROM information_schema.processlist WHERE command = 'Slave_SQL' AND state LIKE '%has read all relay log%') DO
			DO sleep(0.02);
		END WHILE;
	END`
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for _, statement := range []string{"STOP SLAVE IO_THREAD", behind, "STOP SLAVE", "SET GLOBAL read_only = OFF"} {
		if err := s.kind.administer(ctx, s.url(), statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}
