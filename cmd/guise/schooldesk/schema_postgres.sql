-- School Desk's own tables on PostgreSQL. Guise keeps its tables beside them.

-- How far the generated customers go, so that a later start adds only the rest.
-- It also marks the database as School Desk's, so it is made first.
CREATE TABLE IF NOT EXISTS schooldesk_generated (
  id        integer PRIMARY KEY CHECK (id = 1),
  customers integer NOT NULL
);
INSERT INTO schooldesk_generated (id, customers) VALUES (1, 0) ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS schools (
  id   bigint PRIMARY KEY,
  name text NOT NULL UNIQUE,
  city text NOT NULL
);

CREATE TABLE IF NOT EXISTS users (
  id            bigint PRIMARY KEY,
  username      text NOT NULL UNIQUE,
  full_name     text NOT NULL,
  email         text NOT NULL UNIQUE,
  password_hash text NOT NULL,
  school_id     bigint NOT NULL REFERENCES schools (id),
  about         text NOT NULL DEFAULT '',
  is_active     boolean NOT NULL DEFAULT true,
  is_staff      boolean NOT NULL DEFAULT false,
  is_superuser  boolean NOT NULL DEFAULT false,
  last_login    bigint -- Unix seconds, NULL is never
);

CREATE TABLE IF NOT EXISTS courses (
  id          bigint PRIMARY KEY,
  school_id   bigint NOT NULL REFERENCES schools (id),
  school_year text NOT NULL, -- 2025/26
  position    integer NOT NULL, -- the place in the school's list, picks the colour
  title       text NOT NULL,
  teacher     text NOT NULL,
  room        text NOT NULL,
  UNIQUE (school_id, school_year, position)
);

CREATE TABLE IF NOT EXISTS lessons (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  course_id bigint NOT NULL REFERENCES courses (id),
  weekday   integer NOT NULL CHECK (weekday BETWEEN 1 AND 5), -- 1 is Monday
  starts    text NOT NULL, -- 08:30
  ends      text NOT NULL,
  UNIQUE (course_id, weekday, starts)
);

CREATE TABLE IF NOT EXISTS enrolments (
  user_id   bigint NOT NULL REFERENCES users (id),
  course_id bigint NOT NULL REFERENCES courses (id),
  PRIMARY KEY (user_id, course_id)
);
CREATE INDEX IF NOT EXISTS enrolments_by_course ON enrolments (course_id);

-- How a user last chose to see the timetable. It is remembered until changed.
CREATE TABLE IF NOT EXISTS saved_views (
  user_id     bigint PRIMARY KEY REFERENCES users (id),
  school_year text NOT NULL -- show only this school year, '' is all
);

CREATE TABLE IF NOT EXISTS notes (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id    bigint NOT NULL REFERENCES users (id),
  text       text NOT NULL,
  created_at bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS notes_of_user ON notes (user_id, id);

CREATE TABLE IF NOT EXISTS tickets (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  user_id   bigint NOT NULL REFERENCES users (id),
  subject   text NOT NULL,
  body      text NOT NULL,
  answer    text NOT NULL, -- what support wrote last
  is_open   boolean NOT NULL
);

CREATE TABLE IF NOT EXISTS sessions (
  token  text PRIMARY KEY,
  data   bytea NOT NULL,
  expiry bigint NOT NULL -- Unix milliseconds
);
CREATE INDEX IF NOT EXISTS sessions_by_expiry ON sessions (expiry);
