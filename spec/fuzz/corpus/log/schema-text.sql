PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE record (x' WHERE name = 'record'
