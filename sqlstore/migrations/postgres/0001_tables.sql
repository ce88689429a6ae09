-- What has been applied. The application refuses a database that is newer
-- than itself.
CREATE TABLE guise_migrations (
	version    INTEGER PRIMARY KEY,
	name       TEXT    NOT NULL,
	checksum   TEXT    NOT NULL,
	applied_at BIGINT  NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000000)::BIGINT
);

-- Times everywhere are microseconds since 1970 UTC. Names are copied in and
-- nothing refers to the application's tables, so that the log still says who
-- it is about when a user has been deleted. IDs are compared byte by byte.
--
-- token_hash is the SHA-256 of the cookie's token. An active row without one
-- waits below another; an ended row keeps its last. search is what a search
-- of the log looks through, in one case.
CREATE TABLE guise_impersonations (
	id                TEXT   COLLATE "C" NOT NULL PRIMARY KEY,
	stack_id          TEXT   COLLATE "C" NOT NULL,
	parent_id         TEXT   COLLATE "C" NOT NULL,
	depth             BIGINT NOT NULL,
	state             TEXT   NOT NULL,
	mode              TEXT   NOT NULL,
	reason            TEXT   NOT NULL,
	ticket            TEXT   NOT NULL,
	code              TEXT   NOT NULL,
	actor_id          TEXT   COLLATE "C" NOT NULL,
	actor_username    TEXT   NOT NULL,
	actor_name        TEXT   NOT NULL,
	actor_email       TEXT   NOT NULL,
	actor_tenant      TEXT   NOT NULL,
	subject_id        TEXT   COLLATE "C" NOT NULL,
	subject_username  TEXT   NOT NULL,
	subject_name      TEXT   NOT NULL,
	subject_email     TEXT   NOT NULL,
	subject_tenant    TEXT   NOT NULL,
	started_at        BIGINT NOT NULL,
	expires_at        BIGINT,
	last_seen_at      BIGINT NOT NULL,
	ended_at          BIGINT,
	cause             TEXT   NOT NULL,
	ended_by_id       TEXT   NOT NULL,
	ended_by_username TEXT   NOT NULL,
	ended_by_name     TEXT   NOT NULL,
	ended_by_email    TEXT   NOT NULL,
	ended_by_tenant   TEXT   NOT NULL,
	note              TEXT   NOT NULL,
	return_to         TEXT   NOT NULL,
	client_ip         TEXT   NOT NULL,
	user_agent        TEXT   NOT NULL,
	token_hash        BYTEA,
	search            TEXT   COLLATE "C" NOT NULL
);

CREATE UNIQUE INDEX guise_impersonations_token ON guise_impersonations (token_hash) WHERE token_hash IS NOT NULL;

CREATE INDEX guise_impersonations_stack ON guise_impersonations (stack_id, state);

CREATE INDEX guise_impersonations_log ON guise_impersonations (started_at DESC, id);

CREATE INDEX guise_impersonations_actor ON guise_impersonations (actor_id, started_at DESC, id);

CREATE INDEX guise_impersonations_subject ON guise_impersonations (subject_id, started_at DESC, id);

CREATE INDEX guise_impersonations_state ON guise_impersonations (state, started_at DESC, id);

-- Of all that an actor ever did, what is in use is little: these hold nothing else.
CREATE INDEX guise_impersonations_running ON guise_impersonations (started_at DESC, id)
	WHERE state = 'active' AND token_hash IS NOT NULL;

CREATE INDEX guise_impersonations_running_of ON guise_impersonations (actor_id, started_at DESC, id)
	WHERE state = 'active' AND token_hash IS NOT NULL;

-- prev and hash chain the events: see guise.Event.Digest. purged_to and
-- purged_hash say of a purge where what is left begins.
CREATE TABLE guise_events (
	seq              BIGINT NOT NULL PRIMARY KEY,
	time             BIGINT NOT NULL,
	kind             TEXT   NOT NULL,
	impersonation_id TEXT   COLLATE "C" NOT NULL,
	actor_id         TEXT   COLLATE "C" NOT NULL,
	actor_username   TEXT   NOT NULL,
	actor_name       TEXT   NOT NULL,
	actor_email      TEXT   NOT NULL,
	actor_tenant     TEXT   NOT NULL,
	subject_id       TEXT   COLLATE "C" NOT NULL,
	subject_username TEXT   NOT NULL,
	subject_name     TEXT   NOT NULL,
	subject_email    TEXT   NOT NULL,
	subject_tenant   TEXT   NOT NULL,
	by_id            TEXT   NOT NULL,
	by_username      TEXT   NOT NULL,
	by_name          TEXT   NOT NULL,
	by_email         TEXT   NOT NULL,
	by_tenant        TEXT   NOT NULL,
	mode             TEXT   NOT NULL,
	reason           TEXT   NOT NULL,
	ticket           TEXT   NOT NULL,
	cause            TEXT   NOT NULL,
	code             TEXT   NOT NULL,
	note             TEXT   NOT NULL,
	method           TEXT   NOT NULL,
	path             TEXT   NOT NULL,
	status           BIGINT NOT NULL,
	duration         BIGINT NOT NULL,
	client_ip        TEXT   NOT NULL,
	user_agent       TEXT   NOT NULL,
	request_id       TEXT   NOT NULL,
	purged_to        BIGINT NOT NULL,
	purged_hash      BYTEA  NOT NULL,
	prev             BYTEA  NOT NULL,
	hash             BYTEA  NOT NULL
);

CREATE INDEX guise_events_impersonation ON guise_events (impersonation_id, seq);

-- The newest event, in one row. Every write locks it first, so that the chain
-- never forks. A purge sets purging for as long as its transaction lasts.
CREATE TABLE guise_head (
	id      INTEGER PRIMARY KEY CHECK (id = 1),
	seq     BIGINT  NOT NULL,
	hash    BYTEA   NOT NULL,
	purging BOOLEAN NOT NULL DEFAULT false
);

INSERT INTO guise_head (id, seq, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));

-- Who owns these tables can drop these triggers: they stop slips, and the chain
-- shows the rest. The functions find guise_head wherever they are called from.
CREATE FUNCTION guise_events_kept() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	IF TG_OP = 'UPDATE' THEN
		RAISE EXCEPTION 'guise: events are never changed';
	ELSIF NOT EXISTS (SELECT 1 FROM guise_head WHERE purging) THEN
		RAISE EXCEPTION 'guise: events are only removed by a purge';
	END IF;
	RETURN NULL;
END
$$;

CREATE TRIGGER guise_events_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON guise_events
	FOR EACH STATEMENT EXECUTE FUNCTION guise_events_kept();

CREATE FUNCTION guise_events_appended() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	IF NEW.seq <= (SELECT seq FROM guise_head) THEN
		RAISE EXCEPTION 'guise: events are only added at the end';
	END IF;
	RETURN NEW;
END
$$;

CREATE TRIGGER guise_events_appended BEFORE INSERT ON guise_events
	FOR EACH ROW EXECUTE FUNCTION guise_events_appended();
