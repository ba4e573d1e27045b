CREATE INDEX evil ON record (hex(zeroblob(sequence))); CREATE INDEX evil2 ON import (length(source))
