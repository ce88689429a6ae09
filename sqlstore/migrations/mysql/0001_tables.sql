-- What has been applied. The application refuses a database that is newer
-- than itself. Each statement here may be run again: one that makes a table
-- can't be undone when a later one fails.
CREATE TABLE IF NOT EXISTS guise_migrations (
	version    INTEGER PRIMARY KEY,
	name       VARCHAR(255) NOT NULL,
	checksum   CHAR(64)     NOT NULL,
	applied_at BIGINT       NOT NULL DEFAULT (floor(unix_timestamp(now(6)) * 1000000))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Times everywhere are microseconds since 1970 UTC. Names are copied in and
-- nothing refers to the application's tables, so that the log still says who
-- it is about when a user has been deleted.
--
-- token_hash is the SHA-256 of the cookie's token. An active row without one
-- waits below another. An ended row keeps its last. search is what a search
-- of the log looks through, in one case.
--
-- Impersonations' IDs are bytes, because to a collation a space at the end is
-- none. Users' IDs may be longer than an index allows: actor_key and
-- subject_key, their hashes, stand for them. in_use holds together the few rows
-- that requests ask for. writes makes every update a change, and so counted.
CREATE TABLE IF NOT EXISTS guise_impersonations (
	id                VARBINARY(255) NOT NULL PRIMARY KEY,
	stack_id          VARBINARY(255) NOT NULL,
	parent_id         VARBINARY(255) NOT NULL,
	depth             BIGINT NOT NULL,
	state             VARCHAR(64) NOT NULL,
	mode              LONGTEXT NOT NULL,
	reason            LONGTEXT NOT NULL,
	ticket            LONGTEXT NOT NULL,
	code              LONGTEXT NOT NULL,
	actor_id          LONGTEXT NOT NULL,
	actor_username    LONGTEXT NOT NULL,
	actor_name        LONGTEXT NOT NULL,
	actor_email       LONGTEXT NOT NULL,
	actor_tenant      LONGTEXT NOT NULL,
	subject_id        LONGTEXT NOT NULL,
	subject_username  LONGTEXT NOT NULL,
	subject_name      LONGTEXT NOT NULL,
	subject_email     LONGTEXT NOT NULL,
	subject_tenant    LONGTEXT NOT NULL,
	started_at        BIGINT NOT NULL,
	expires_at        BIGINT,
	last_seen_at      BIGINT NOT NULL,
	ended_at          BIGINT,
	cause             LONGTEXT NOT NULL,
	ended_by_id       LONGTEXT NOT NULL,
	ended_by_username LONGTEXT NOT NULL,
	ended_by_name     LONGTEXT NOT NULL,
	ended_by_email    LONGTEXT NOT NULL,
	ended_by_tenant   LONGTEXT NOT NULL,
	note              LONGTEXT NOT NULL,
	return_to         LONGTEXT NOT NULL,
	client_ip         LONGTEXT NOT NULL,
	user_agent        LONGTEXT NOT NULL,
	token_hash        BINARY(32),
	search            LONGTEXT NOT NULL,
	writes            BIGINT NOT NULL DEFAULT 0,
	in_use            BOOLEAN GENERATED ALWAYS AS (state = 'active' AND token_hash IS NOT NULL) STORED,
	actor_key         BINARY(32) GENERATED ALWAYS AS (unhex(sha2(actor_id, 256))) STORED,
	subject_key       BINARY(32) GENERATED ALWAYS AS (unhex(sha2(subject_id, 256))) STORED,
	UNIQUE INDEX guise_impersonations_token (token_hash),
	INDEX guise_impersonations_stack (stack_id, state),
	INDEX guise_impersonations_log (started_at DESC, id),
	INDEX guise_impersonations_actor (actor_key, started_at DESC, id),
	INDEX guise_impersonations_subject (subject_key, started_at DESC, id),
	INDEX guise_impersonations_state (state, started_at DESC, id),
	INDEX guise_impersonations_running (in_use, started_at DESC, id),
	INDEX guise_impersonations_running_of (actor_key, in_use, started_at DESC, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- prev and hash chain the events: see guise.Event.Digest. purged_to and
-- purged_hash say of a purge where what is left begins.
CREATE TABLE IF NOT EXISTS guise_events (
	seq              BIGINT NOT NULL PRIMARY KEY,
	time             BIGINT NOT NULL,
	kind             VARCHAR(64) NOT NULL,
	impersonation_id VARBINARY(255) NOT NULL,
	actor_id         LONGTEXT NOT NULL,
	actor_username   LONGTEXT NOT NULL,
	actor_name       LONGTEXT NOT NULL,
	actor_email      LONGTEXT NOT NULL,
	actor_tenant     LONGTEXT NOT NULL,
	subject_id       LONGTEXT NOT NULL,
	subject_username LONGTEXT NOT NULL,
	subject_name     LONGTEXT NOT NULL,
	subject_email    LONGTEXT NOT NULL,
	subject_tenant   LONGTEXT NOT NULL,
	by_id            LONGTEXT NOT NULL,
	by_username      LONGTEXT NOT NULL,
	by_name          LONGTEXT NOT NULL,
	by_email         LONGTEXT NOT NULL,
	by_tenant        LONGTEXT NOT NULL,
	mode             LONGTEXT NOT NULL,
	reason           LONGTEXT NOT NULL,
	ticket           LONGTEXT NOT NULL,
	cause            LONGTEXT NOT NULL,
	code             LONGTEXT NOT NULL,
	note             LONGTEXT NOT NULL,
	method           LONGTEXT NOT NULL,
	path             LONGTEXT NOT NULL,
	status           BIGINT NOT NULL,
	duration         BIGINT NOT NULL,
	client_ip        LONGTEXT NOT NULL,
	user_agent       LONGTEXT NOT NULL,
	request_id       LONGTEXT NOT NULL,
	purged_to        BIGINT NOT NULL,
	purged_hash      BINARY(32) NOT NULL,
	prev             BINARY(32) NOT NULL,
	hash             BINARY(32) NOT NULL,
	INDEX guise_events_impersonation (impersonation_id, seq)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The newest event, in one row. Every write locks it first, so that the chain
-- never forks. A purge sets purging for as long as its transaction lasts.
CREATE TABLE IF NOT EXISTS guise_head (
	id      INTEGER    PRIMARY KEY CHECK (id = 1),
	seq     BIGINT     NOT NULL,
	hash    BINARY(32) NOT NULL,
	purging BOOLEAN    NOT NULL DEFAULT 0
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT IGNORE INTO guise_head (id, seq, hash) VALUES (1, 0, unhex(repeat('00', 32)));

-- Who owns these tables can drop these triggers: they stop slips, and the chain
-- shows the rest. TRUNCATE fires none.
CREATE TRIGGER IF NOT EXISTS guise_events_unchanged BEFORE UPDATE ON guise_events FOR EACH ROW
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'guise: events are never changed';

CREATE TRIGGER IF NOT EXISTS guise_events_kept BEFORE DELETE ON guise_events FOR EACH ROW
BEGIN
	IF NOT EXISTS (SELECT 1 FROM guise_head WHERE purging = 1) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'guise: events are only removed by a purge';
	END IF;
END;

CREATE TRIGGER IF NOT EXISTS guise_events_appended BEFORE INSERT ON guise_events FOR EACH ROW
BEGIN
	IF NEW.seq <= (SELECT seq FROM guise_head) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'guise: events are only added at the end';
	END IF;
END;
