PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'source TEXT NOT NULL', 'source TEXT NOT NULL CHECK (randomblob(9) <> source)') WHERE name = 'import'
