"""A limit on time: work that takes too long is interrupted, in the main thread and in a worker's thread alike."""

from __future__ import annotations

import ctypes
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class OutOfTime(Exception):
    """The time allowed is used up."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Interrupt the block with `OutOfTime` after so many seconds.

    In the main thread of a Unix process a timer signal does it, which also stops a regular expression that
    backtracks for ever; in other threads, and on Windows, an exception is raised in the thread once it is back in
    Python code.

    >>> with deadline(0.05):
    ...     while True:
    ...         pass
    Traceback (most recent call last):
    policykit.deadline.OutOfTime
    """
    if threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
        def stop(number: int, frame: object) -> None:
            raise OutOfTime

        before = signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
    else:
        thread = ctypes.c_ulong(threading.get_ident())
        timer = threading.Timer(seconds, ctypes.pythonapi.PyThreadState_SetAsyncExc, (thread, ctypes.py_object(OutOfTime)))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
