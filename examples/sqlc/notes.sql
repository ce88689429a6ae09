-- name: NotesOf :many
-- NotesOf are one user's notes, the oldest first.
SELECT text FROM notes WHERE owner = $1 ORDER BY id;

-- name: AddNote :exec
-- AddNote adds a note to its owner's, and says who really wrote it.
INSERT INTO notes (owner, written_by, text) VALUES ($1, $2, $3);
