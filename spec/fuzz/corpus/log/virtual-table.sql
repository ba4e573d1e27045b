DROP TABLE import; CREATE VIRTUAL TABLE import USING fts5(import, source, time, digest)
