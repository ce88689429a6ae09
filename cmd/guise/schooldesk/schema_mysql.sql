-- School Desk's own tables on MariaDB and MySQL. Guise keeps its tables beside
-- them. What identifies somebody is compared byte by byte, as on the other
-- engines, and not by a collation to which many texts are one.

-- How far the generated customers go, so that a later start adds only the rest.
-- It also marks the database as School Desk's, so it is made first.
CREATE TABLE IF NOT EXISTS schooldesk_generated (
  id        INT PRIMARY KEY CHECK (id = 1),
  customers INT NOT NULL
) ENGINE InnoDB;
INSERT IGNORE INTO schooldesk_generated (id, customers) VALUES (1, 0);

CREATE TABLE IF NOT EXISTS schools (
  id   BIGINT PRIMARY KEY,
  name VARCHAR(200) NOT NULL UNIQUE,
  city VARCHAR(200) NOT NULL
) ENGINE InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS users (
  id            BIGINT PRIMARY KEY,
  username      VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL UNIQUE,
  full_name     VARCHAR(200) NOT NULL,
  email         VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL UNIQUE,
  password_hash VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  school_id     BIGINT NOT NULL,
  about         VARCHAR(500) NOT NULL DEFAULT '',
  is_active     BOOLEAN NOT NULL DEFAULT TRUE,
  is_staff      BOOLEAN NOT NULL DEFAULT FALSE,
  is_superuser  BOOLEAN NOT NULL DEFAULT FALSE,
  last_login    BIGINT, -- Unix seconds, NULL is never
  FOREIGN KEY (school_id) REFERENCES schools (id)
) ENGINE InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS courses (
  id          BIGINT PRIMARY KEY,
  school_id   BIGINT NOT NULL,
  school_year VARCHAR(7) NOT NULL, -- 2025/26
  position    INT NOT NULL, -- the place in the school's list, picks the colour
  title       VARCHAR(200) NOT NULL,
  teacher     VARCHAR(200) NOT NULL,
  room        VARCHAR(200) NOT NULL,
  UNIQUE (school_id, school_year, position),
  FOREIGN KEY (school_id) REFERENCES schools (id)
) ENGINE InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS lessons (
  id        BIGINT AUTO_INCREMENT PRIMARY KEY,
  course_id BIGINT NOT NULL,
  weekday   INT NOT NULL CHECK (weekday BETWEEN 1 AND 5), -- 1 is Monday
  starts    CHAR(5) NOT NULL, -- 08:30
  ends      CHAR(5) NOT NULL,
  UNIQUE (course_id, weekday, starts),
  FOREIGN KEY (course_id) REFERENCES courses (id)
) ENGINE InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS enrolments (
  user_id   BIGINT NOT NULL,
  course_id BIGINT NOT NULL,
  PRIMARY KEY (user_id, course_id),
  FOREIGN KEY (user_id) REFERENCES users (id),
  FOREIGN KEY (course_id) REFERENCES courses (id)
) ENGINE InnoDB;

-- How a user last chose to see the timetable. It is remembered until changed.
CREATE TABLE IF NOT EXISTS saved_views (
  user_id     BIGINT PRIMARY KEY,
  school_year VARCHAR(7) NOT NULL, -- show only this school year, '' is all
  FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS notes (
  id         BIGINT AUTO_INCREMENT PRIMARY KEY,
  user_id    BIGINT NOT NULL,
  text       TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  INDEX notes_of_user (user_id, id),
  FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS tickets (
  id        BIGINT AUTO_INCREMENT PRIMARY KEY,
  reference VARCHAR(50) NOT NULL UNIQUE,
  user_id   BIGINT NOT NULL,
  subject   VARCHAR(500) NOT NULL,
  body      TEXT NOT NULL,
  answer    TEXT NOT NULL, -- what support wrote last
  is_open   BOOLEAN NOT NULL,
  FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS sessions (
  token  VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
  data   MEDIUMBLOB NOT NULL,
  expiry BIGINT NOT NULL, -- Unix milliseconds
  INDEX sessions_by_expiry (expiry)
) ENGINE InnoDB;
