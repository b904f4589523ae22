# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs on a terminal of a given size."""
import fcntl
import os
import pty
import select
import struct
import termios

END = b'\0 the end'


def start(terminal, command, env, cwd):
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
        for standard in range(3):
            os.dup2(terminal, standard)
        os.closerange(3, 64)
        os.chdir(cwd)
        os.execvpe(command[0], command, env)
    finally:
        os._exit(111)


def run(command, env, rows, columns, cwd='.', after=None, keys=b''):
    """What it wrote until it ended, as bytes, and its exit status. keys are typed once `after` was read."""
    fd, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
    # Kept open: what is written last may be lost to a reader where nobody has the terminal any more.
    end = os.open(os.ttyname(terminal), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    pid = start(terminal, command, env, cwd)
    os.close(terminal)
    ended = os.pidfd_open(pid)
    wanted = [fd, ended]
    text = b''
    while not text.endswith(END):
        ready = select.select(wanted, [], [])[0]
        if ended in ready:
            try:
                os.write(end, END)
                wanted = [fd]
            except BlockingIOError:
                pass
        if fd in ready:
            text += os.read(fd, 65536)
        if after and after in text:
            os.write(fd, keys)
            after = None
    for one in fd, end, ended:
        os.close(one)
    return text.removesuffix(END), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
