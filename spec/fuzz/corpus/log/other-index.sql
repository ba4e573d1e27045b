DROP INDEX record_by_date; CREATE INDEX record_by_date ON record (operation_date COLLATE NOCASE, abs(sequence)) WHERE id <> 'x'
