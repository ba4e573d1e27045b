"""Runs a command in a pseudo-terminal; what it writes there comes out unchanged.

Usage: terminal.py [--columns=80] [--at=TEXT --keys=KEYS | --signal=NAME]
                   COMMAND...

When TEXT has appeared, KEYS are typed or the signal is sent. Exits as the
command does, by a signal with 128 and its number.
"""
import argparse
import fcntl
import os
import pty
import signal
import struct
import sys
import termios

options = argparse.ArgumentParser()
options.add_argument("--columns", type=int, default=80)
options.add_argument("--at")
options.add_argument("--keys", default="")
options.add_argument("--signal")
options.add_argument("command", nargs=argparse.REMAINDER)
args = options.parse_args()

# The child waits for its terminal to be as it has to be.
ready, go = os.pipe()
child, terminal = pty.fork()
if child == 0:
    os.read(ready, 1)
    os.environ["TERM"] = "xterm"  # whatever runs the specs has
    # Under nohup it is ignored, which whoever is started inherits.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    os.execvp(args.command[0], args.command)

fcntl.ioctl(terminal, termios.TIOCSWINSZ,
            struct.pack("HHHH", 24, args.columns, 0, 0))
modes = termios.tcgetattr(terminal)
modes[1] &= ~termios.OPOST  # line feeds stay what they are
termios.tcsetattr(terminal, termios.TCSANOW, modes)
os.write(go, b"!")

output, waiting, status = b"", args.at is not None, None
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:  # how Linux says that nobody has it open any more
        data = b""
    if not data:
        if status is not None:
            break
        # The last bytes may be on their way: they are there when it has ended.
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    output += data
    if waiting and args.at.encode() in output:
        waiting = False
        os.write(terminal, args.keys.encode())
        if args.signal:
            os.kill(child, getattr(signal, args.signal))

sys.stdout.buffer.write(output)
sys.stdout.flush()
sys.exit(status if status >= 0 else 128 - status)
