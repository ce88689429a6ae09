-- What actors do is counted here: sets of hashes, each until a time in
-- microseconds since 1970 UTC. It is no part of the log.
CREATE TABLE guise_tallies (
	tally  BYTEA  NOT NULL,
	member BYTEA  NOT NULL,
	ends   BIGINT NOT NULL,
	PRIMARY KEY (tally, member)
);

CREATE INDEX guise_tallies_ends ON guise_tallies (ends);
