package sqlguard_test

import "database/sql/driver"

// kinds are the drivers that there can be: each of database/sql's optional
// interfaces is alone in one of them, and together with all others in another.
func kinds() map[string]func(*record) driver.Conn {
	bareStmt, bareRows := func(s stmt) driver.Stmt { return s }, func(r rows) driver.Rows { return &r }
	kinds := map[string]func(*record) driver.Conn{}
	connection := func(name string, build func(*record, conn) driver.Conn) {
		kinds["a connection with "+name] = func(r *record) driver.Conn { return build(r, conn{r, bareStmt, bareRows}) }
	}
	connection("nothing", func(_ *record, c conn) driver.Conn { return c })
	connection("Ping", func(r *record, c conn) driver.Conn {
		return struct {
			conn
			pinger
		}{c, pinger{r}}
	})
	connection("Exec", func(_ *record, c conn) driver.Conn {
		return struct {
			conn
			execer
		}{c, execer{c}}
	})
	connection("ExecContext", func(_ *record, c conn) driver.Conn {
		return struct {
			conn
			execerCtx
		}{c, execerCtx{c}}
	})
	connection("Query", func(_ *record, c conn) driver.Conn {
		return struct {
			conn
			queryer
		}{c, queryer{c}}
	})
	connection("QueryContext", func(_ *record, c conn) driver.Conn {
		return struct {
			conn
			queryerCtx
		}{c, queryerCtx{c}}
	})
	connection("Exec and Query", func(_ *record, c conn) driver.Conn {
		return struct {
			conn
			execer
			queryer
		}{c, execer{c}, queryer{c}}
	})
	connection("ErrSkip for arguments", func(_ *record, c conn) driver.Conn {
		return struct {
			conn
			skipper
		}{c, skipper{c}}
	})
	connection("PrepareContext", func(_ *record, c conn) driver.Conn {
		return struct {
			conn
			preparer
		}{c, preparer{c}}
	})
	connection("BeginTx", func(r *record, c conn) driver.Conn {
		return struct {
			conn
			beginner
		}{c, beginner{r}}
	})
	connection("ResetSession", func(r *record, c conn) driver.Conn {
		return struct {
			conn
			resetter
		}{c, resetter{r}}
	})
	connection("IsValid", func(r *record, c conn) driver.Conn {
		return struct {
			conn
			validator
		}{c, validator{r}}
	})
	connection("CheckNamedValue", func(r *record, c conn) driver.Conn {
		return struct {
			conn
			checker
		}{c, checker{r}}
	})
	connection("all", func(r *record, c conn) driver.Conn { return all(r, c) })

	statement := func(name string, build func(stmt) driver.Stmt) {
		kinds["a statement with "+name] = func(r *record) driver.Conn { return conn{r, build, bareRows} }
		kinds["all, and a statement with "+name] = func(r *record) driver.Conn {
			c := conn{r, build, bareRows}
			return struct {
				conn
				checker
				preparer
			}{c, checker{r}, preparer{c}}
		}
	}
	statement("ExecContext", func(s stmt) driver.Stmt {
		return struct {
			stmt
			stmtExecer
		}{s, stmtExecer{s}}
	})
	statement("QueryContext", func(s stmt) driver.Stmt {
		return struct {
			stmt
			stmtQueryer
		}{s, stmtQueryer{s}}
	})
	statement("CheckNamedValue", func(s stmt) driver.Stmt {
		return struct {
			stmt
			checker
		}{s, checker{s.r}}
	})
	statement("ColumnConverter", func(s stmt) driver.Stmt {
		return struct {
			stmt
			converter
		}{s, converter{s.r}}
	})
	statement("all", func(s stmt) driver.Stmt {
		return struct {
			stmt
			stmtExecer
			stmtQueryer
			checker
			converter
		}{s, stmtExecer{s}, stmtQueryer{s}, checker{s.r}, converter{s.r}}
	})

	result := func(name string, build func(*rows) driver.Rows) {
		made := func(r rows) driver.Rows { return build(&r) }
		kinds["rows with "+name] = func(r *record) driver.Conn { return conn{r, bareStmt, made} }
		kinds["all, and rows with "+name] = func(r *record) driver.Conn { return all(r, conn{r, bareStmt, made}) }
	}
	result("NextResultSet", func(r *rows) driver.Rows {
		return struct {
			*rows
			sets
		}{r, sets{r}}
	})
	result("ScanType", func(r *rows) driver.Rows {
		return struct {
			*rows
			scanType
		}{rows: r}
	})
	result("DatabaseTypeName", func(r *rows) driver.Rows {
		return struct {
			*rows
			typeName
		}{rows: r}
	})
	result("Length", func(r *rows) driver.Rows {
		return struct {
			*rows
			length
		}{rows: r}
	})
	result("Nullable", func(r *rows) driver.Rows {
		return struct {
			*rows
			nullable
		}{rows: r}
	})
	result("PrecisionScale", func(r *rows) driver.Rows {
		return struct {
			*rows
			precisions
		}{rows: r}
	})
	result("all", func(r *rows) driver.Rows {
		return struct {
			*rows
			sets
			scanType
			typeName
			length
			nullable
			precisions
		}{rows: r, sets: sets{r}}
	})
	return kinds
}

func all(r *record, c conn) driver.Conn {
	return struct {
		conn
		pinger
		execerCtx
		queryerCtx
		preparer
		beginner
		resetter
		validator
		checker
	}{
		c, pinger{r}, execerCtx{c}, queryerCtx{c}, preparer{c}, beginner{r}, resetter{r}, validator{r}, checker{r},
	}
}
