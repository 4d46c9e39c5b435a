"""Runs one program and takes all of its descendants along when it ends, or when whoever started us dies.

Started as `python -I -S guard.py PARENT GRACE SIGNAL[,SIGNAL...] PROGRAM [ARGUMENT...]`, with nothing but the standard
library, so that it costs a few milliseconds and megabytes.

Why a process of its own: Celery's and gunicorn's children outlive a main process that was killed hard, and a process
that was killed hard cannot clean up after itself. The guard is told by the kernel when its parent dies
(PR_SET_PDEATHSIG), and descendants that lose their parent become the guard's (PR_SET_CHILD_SUBREAPER), so none is lost.

SIGTERM: send the program its stop signals, GRACE seconds apart, then kill. SIGQUIT: kill everything at once.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LISTENED = {signal.SIGTERM, signal.SIGQUIT, signal.SIGCHLD}


def main(arguments: list[str]) -> int:
    parent, grace, signals, *command = arguments
    signal.pthread_sigmask(signal.SIG_BLOCK, LISTENED)
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    if os.getppid() != int(parent):  # it died before the kernel knew that we care
        return 1
    program = spawn(command)
    try:
        status = attend(program, float(grace), [int(number) for number in signals.split(",")])
    finally:
        kill_descendants()
    return status


def spawn(command: list[str]) -> int:
    """Fork the program. Should the guard itself be killed hard, its program goes with it."""
    guard, pid = os.getpid(), os.fork()
    if pid:
        return pid
    try:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == guard:
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            os.execvp(command[0], command)  # noqa: S606 - no shell is what we want
    except OSError as error:
        print(f"{command[0]} cannot be started: {error.strerror}", file=sys.stderr, flush=True)
    os._exit(127)


def attend(program: int, grace: float, stops: list[int]) -> int:
    """Wait for the program to end by itself or by our signals; its exit status."""
    deadline = None
    while True:
        heard = wait_for_signal(deadline)
        if heard != signal.SIGCHLD:
            os.kill(program, stops.pop(0) if stops and heard == signal.SIGTERM else signal.SIGKILL)
            deadline = time.monotonic() + grace
        status = reap(program)
        if status is not None:
            return status


def wait_for_signal(deadline: float | None) -> int:
    """The next signal. A grace period that runs out counts as one more request to stop."""
    if deadline is None:
        return signal.sigwait(LISTENED)
    info = signal.sigtimedwait(LISTENED, max(0.0, deadline - time.monotonic()))
    return info.si_signo if info else signal.SIGTERM


def reap(program: int) -> int | None:
    """Collect whoever ended; the program's exit status if it is among them."""
    while True:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == program:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
        if pid == 0:
            return None


def kill_descendants() -> None:
    """Kill our children till none is left: each one's own children become ours when it dies."""
    while True:
        for pid in children(os.getpid()):
            os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def children(parent: int) -> list[int]:
    with os.scandir("/proc") as entries:
        numbers = [int(entry.name) for entry in entries if entry.name.isdecimal()]
    return [number for number in numbers if parent_of(number) == parent]


def parent_of(pid: int) -> int | None:
    """None for a process that has just ended."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - pathlib would double our start
            # The name in brackets may hold spaces and brackets; the parent is the second field after it.
            return int(file.read().rpartition(b")")[2].split()[1])
    except OSError:
        return None


def prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
