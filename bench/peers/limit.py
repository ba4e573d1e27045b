"""The limit: write what is in memory to a file, and print the seconds it took.

    limit.py FILE TARGET [sync]

It writes the bytes of FILE in pieces of 256 KiB, to the page cache; with
'sync' also to the disk.
"""

import os
import sys
import time

PIECE = 256 * 1024

with open(sys.argv[1], "rb") as source:
    content = memoryview(source.read())
start = time.monotonic()
target = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
for at in range(0, len(content), PIECE):
    piece = content[at:at + PIECE]
    if os.write(target, piece) != len(piece):
        sys.exit("the target is full")
if sys.argv[3:] == ["sync"]:
    os.fsync(target)
os.close(target)
print(time.monotonic() - start)
