package database

import (
	"path/filepath"
	"testing"
)

// MariaDB starts a new MariaDB server that ends with the test. The programs of the server have
// to be in PATH or in their directory on Debian.
func MariaDB(t testing.TB) Source {
	t.Helper()
	s := newServer(t, "mysql")
	temporary := "--tmpdir=" + s.dir // in a shared directory, a starting server deletes files of other servers
	data, socket := filepath.Join(s.dir, "data"), filepath.Join(s.dir, "s")
	s.run(find(t, "mariadb-install-db", "/usr/bin", "mariadb-server"),
		"--no-defaults", temporary, "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve")
	s.program = find(t, "mariadbd", "/usr/sbin", "mariadb-server")
	s.args = []string{
		"--no-defaults", temporary, "--datadir=" + data, "--socket=" + socket, "--pid-file=" + filepath.Join(s.dir, "pid"),
		"--skip-networking", "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0", "--max-connections=100",
	}
	s.driver, s.dsn = "mysql", "root@unix("+socket+")/mysql"
	return s.serve()
}
