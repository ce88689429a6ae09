CREATE TABLE IF NOT EXISTS notes (
	id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	owner      text NOT NULL,
	written_by text NOT NULL,
	text       text NOT NULL
);
