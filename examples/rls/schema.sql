-- What the transaction said; NULL where it said nothing. (A setting that an
-- earlier transaction of the same connection had is '' afterwards.) NULL equals
-- nothing and may not be stored, so whoever forgets to say who is there reads no
-- row and writes none.
CREATE OR REPLACE FUNCTION said(name text) RETURNS text LANGUAGE sql STABLE
	AS $$ SELECT NULLIF(current_setting(name, true), '') $$;

CREATE TABLE IF NOT EXISTS notes (
	id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	tenant     text NOT NULL DEFAULT said('app.tenant'),
	owner      text NOT NULL DEFAULT said('app.subject'),
	written_by text NOT NULL DEFAULT said('app.actor'),
	text       text NOT NULL
);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS own_notes ON notes;
CREATE POLICY own_notes ON notes
	USING (tenant = said('app.tenant') AND owner = said('app.subject'))
	WITH CHECK (tenant = said('app.tenant') AND owner = said('app.subject') AND written_by = said('app.actor'));

-- Roles belong to the whole server, so another database may have made it.
DO $$ BEGIN
	CREATE ROLE guise_example_notes NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT SELECT, INSERT ON notes TO guise_example_notes;
