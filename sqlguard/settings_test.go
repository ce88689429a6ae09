package sqlguard

import "testing"

// A statement that sets something for the session, and does nothing else, runs as
// it is: at the end of a bracket the setting would be undone, and what comes next
// would read with that of somebody else. What might do something else is never
// taken for one.
func TestVerdict_SettingsThatStay(t *testing.T) {
	for query, want := range map[string]verdict{
		`SELECT set_config('app.tenant', $1, false)`:                                               plain,
		`select pg_catalog.set_config('app.tenant', $1, true) AS tenant`:                           plain,
		`SELECT set_config('a.b', $1::bigint::text, false), set_config('a.c', $2, false)`:          plain,
		`SELECT set_config('a.b', $1::pg_catalog.text, false) "set", current_setting('a.c', true)`: plain,
		`SELECT set_config('a.b', CAST($1 AS text), false) tenant`:                                 plain,
		`SELECT set_config('a.b', coalesce($1, current_setting('a.c'), 'x' || $2), false)`:         plain,
		`SET app.write = '1'`:           plain,
		`SET app.tenant = '1'; RESET x`: plain,

		`SELECT set_config('a.b', tenant(), false)`:                                fleeting,
		`SELECT set_config('a.b', $1::tenant, false)`:                              fleeting,
		`SELECT set_config('a.b', CAST($1 AS tenant), false)`:                      fleeting,
		`SELECT set_config('a.b', evil.text, false)`:                               fleeting,
		`SELECT set_config('a.b', text('x'), false)`:                               fleeting,
		`SELECT set_config('a.b', 'x')`:                                            fleeting, // another function of that name
		`SELECT app.set_config('a.b', 'x', false)`:                                 fleeting,
		`SELECT "set_config"('a.b', 'x', false)`:                                   fleeting,
		`SELECT current_setting('a', true, 1), set_config('a', 'b', true)`:         fleeting,
		`SELECT set_config('a.b', (SELECT name FROM tenants), false)`:              fleeting,
		`SELECT set_config('a.b', 'x', false) FROM tenants`:                        fleeting,
		`SELECT set_config('a.b', 'x', false), id FROM notes`:                      fleeting,
		`SELECT set_config('a.b', 'x', false) UNION SELECT sneak()`:                fleeting,
		`WITH a AS (SELECT set_config('a.b', 'x', false)) SELECT * FROM a`:         fleeting,
		`SET app.tenant = '3'; SELECT 1`:                                           fleeting,
		`SELECT 1; SET app.tenant = '3'`:                                           fleeting,
		`DECLARE c CURSOR WITH HOLD FOR SELECT 1`:                                  fleeting,
		`SELECT .x, set_config('a', 'b', true)`:                                    fleeting,
		`SELECT current_setting('app.tenant')`:                                     judged,
		`SELECT 'set_config'`:                                                      judged,
		`SET SESSION CHARACTERISTICS AS TRANSACTION /* not only */ READ WRITE`:     refused,
		`SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ WRITE`:                 refused,
		`SELECT set_config('a', 'b', true); SET "default_transaction_read_only"=0`: refused,
	} {
		if v, err := dialects[Postgres].verdict(query); v != want {
			t.Errorf("%s: verdict %d, %v; want %d", query, v, err, want)
		}
	}
}
