#!/usr/bin/env python3
"""watch.py READY SECONDS COMMAND...: runs COMMAND on a terminal of its own (120x36) as an operator would who only looks.

When READY stands on it (its bytes, colours left out), and `settle` seconds later, prints "ready" and reads a line from standard input:
the measuring begins; after SECONDS it prints "done" and how many bytes the terminal got, and ends COMMAND.
"""
import fcntl, os, pty, re, select, signal, struct, sys, termios, time

ready, seconds, command = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
settle = float(os.environ.get('SETTLE', '75'))
pid, fd = pty.fork()
if pid == 0:
    os.environ['TERM'] = 'xterm-256color'
    os.execvp(command[0], command)
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 36, 120, 0, 0))
os.kill(pid, signal.SIGWINCH)


def read_until(stop):
    """Reads what comes until stop(everything) says so; how many bytes."""
    seen, n = b'', 0
    while not stop(seen):
        if select.select([fd], [], [], 0.2)[0]:
            try:
                piece = os.read(fd, 65536)
            except OSError:
                sys.exit('watch.py: it has ended: %r' % seen[-300:])
            n += len(piece)
            seen = (seen + piece)[-200000:]
    return n


limit = time.time() + 400


def there(seen):
    if time.time() > limit:
        sys.exit('watch.py: %r did not come: %r' % (ready, seen[-2000:]))
    return ready.encode() in re.sub(rb'\x1b\[[0-9;?]*[a-zA-Z]', b'', seen)


read_until(there)
end = time.time() + settle
read_until(lambda seen: time.time() > end)
print('ready', flush=True)
sys.stdin.readline()
end = time.time() + seconds
n = read_until(lambda seen: time.time() > end)
print('done %d' % n, flush=True)
sys.stdin.readline()
os.kill(pid, signal.SIGTERM)   # HUP is ignored under nohup
end = time.time() + 5
while time.time() < end and os.waitpid(pid, os.WNOHANG)[0] == 0:
    try:
        select.select([fd], [], [], 0.1)[0] and os.read(fd, 65536)
    except OSError:
        time.sleep(0.1)     # the terminal's other end is closed: it is about to end
