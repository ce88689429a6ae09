-- What actors do is counted here: sets of hashes, each until a time in
-- microseconds since 1970 UTC. It is no part of the log.
CREATE TABLE IF NOT EXISTS guise_tallies (
	tally  BINARY(32) NOT NULL,
	member BINARY(32) NOT NULL,
	ends   BIGINT     NOT NULL,
	PRIMARY KEY (tally, member),
	INDEX guise_tallies_ends (ends)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
