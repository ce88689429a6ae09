-- What actors do is counted here: sets of hashes, each until a time in
-- microseconds since 1970 UTC. It is no part of the log.
CREATE TABLE guise_tallies (
	tally  BLOB    NOT NULL,
	member BLOB    NOT NULL,
	ends   INTEGER NOT NULL,
	PRIMARY KEY (tally, member)
) WITHOUT ROWID;

CREATE INDEX guise_tallies_ends ON guise_tallies (ends);
