DROP TABLE record; DROP TABLE superseded; DROP TABLE import; DROP TABLE customer_record; PRAGMA encoding = 'UTF-16le'; VACUUM
