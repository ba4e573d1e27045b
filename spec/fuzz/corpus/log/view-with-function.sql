ALTER TABLE import RENAME TO i; CREATE VIEW import AS SELECT randomblob(1000000000) AS digest, 1 AS import, '' AS source, '' AS time FROM i
