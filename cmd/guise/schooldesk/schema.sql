-- School Desk's own tables. Guise keeps its tables beside them, in the same file.

CREATE TABLE IF NOT EXISTS schools (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  city TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS users (
  id            INTEGER PRIMARY KEY,
  username      TEXT NOT NULL UNIQUE,
  full_name     TEXT NOT NULL,
  email         TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  school_id     INTEGER NOT NULL REFERENCES schools (id),
  about         TEXT NOT NULL DEFAULT '',
  is_active     INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  is_staff      INTEGER NOT NULL DEFAULT 0 CHECK (is_staff IN (0, 1)),
  is_superuser  INTEGER NOT NULL DEFAULT 0 CHECK (is_superuser IN (0, 1)),
  last_login    INTEGER -- Unix seconds; NULL is never
);

CREATE TABLE IF NOT EXISTS courses (
  id          INTEGER PRIMARY KEY,
  school_id   INTEGER NOT NULL REFERENCES schools (id),
  school_year TEXT NOT NULL, -- 2025/26
  position    INTEGER NOT NULL, -- the place in the school's list; picks the colour
  title       TEXT NOT NULL,
  teacher     TEXT NOT NULL,
  room        TEXT NOT NULL,
  UNIQUE (school_id, school_year, position)
);

CREATE TABLE IF NOT EXISTS lessons (
  id        INTEGER PRIMARY KEY,
  course_id INTEGER NOT NULL REFERENCES courses (id),
  weekday   INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 5), -- 1 is Monday
  starts    TEXT NOT NULL, -- 08:30
  ends      TEXT NOT NULL,
  UNIQUE (course_id, weekday, starts)
);

CREATE TABLE IF NOT EXISTS enrolments (
  user_id   INTEGER NOT NULL REFERENCES users (id),
  course_id INTEGER NOT NULL REFERENCES courses (id),
  PRIMARY KEY (user_id, course_id)
) WITHOUT ROWID;

-- How a user last chose to see the timetable. It is remembered until changed.
CREATE TABLE IF NOT EXISTS saved_views (
  user_id     INTEGER PRIMARY KEY REFERENCES users (id),
  school_year TEXT NOT NULL -- show only this school year; '' is all
);

CREATE TABLE IF NOT EXISTS notes (
  id         INTEGER PRIMARY KEY,
  user_id    INTEGER NOT NULL REFERENCES users (id),
  text       TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS notes_of_user ON notes (user_id, id);

CREATE TABLE IF NOT EXISTS tickets (
  id        INTEGER PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  user_id   INTEGER NOT NULL REFERENCES users (id),
  subject   TEXT NOT NULL,
  body      TEXT NOT NULL,
  answer    TEXT NOT NULL, -- what support wrote last
  is_open   INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS sessions (
  token  TEXT PRIMARY KEY,
  data   BLOB NOT NULL,
  expiry INTEGER NOT NULL -- Unix milliseconds
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sessions_by_expiry ON sessions (expiry);

-- How far the generated customers go, so that a later start adds only the rest.
CREATE TABLE IF NOT EXISTS generated (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  customers INTEGER NOT NULL
);
INSERT INTO generated (id, customers) VALUES (1, 0) ON CONFLICT DO NOTHING;
