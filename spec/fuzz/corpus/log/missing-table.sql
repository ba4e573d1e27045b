DROP TABLE superseded
