PRAGMA journal_mode = DELETE; DELETE FROM superseded
