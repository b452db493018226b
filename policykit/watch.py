"""A watch on notebook kernels: one that waits for a message that never comes is ended, so that it can be run again.

Now and then a kernel and its client lose a message between them and wait for each other for ever (ipykernel 7 with
nbclient; reported against both).  Such a kernel uses no processor time at all, nor does any process it started, while
one that computes, reads or waits for a worker process does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil


def _busy(process: psutil.Process) -> float:
    """Processor seconds that a process and all it started have used."""
    used = 0.0
    for each in (process, *process.children(recursive=True)):
        try:
            times = each.cpu_times()
            used += times.user + times.system
        except psutil.Error:
            continue
    return used


@contextmanager
def watch(idle: float = 45.0, every: float = 1.0, least: float = 0.002) -> Iterator[list[int]]:
    """End every kernel among our child processes that was idle for so many seconds; the list names those ended.

    ``least``: share of one processor below which a kernel counts as idle; a waiting one stays near 0.001.
    """
    ended: list[int] = []
    done = threading.Event()
    since: dict[int, tuple[float, float]] = {}

    def look() -> None:
        clock = 0.0
        while not done.wait(every):
            clock += every
            for child in psutil.Process().children():
                try:
                    if not any("ipykernel" in word for word in child.cmdline()):
                        continue
                    used = _busy(child)
                    began, before = since.setdefault(child.pid, (clock, used))
                    if clock - began >= idle:
                        if used - before < least * (clock - began):
                            ended.append(child.pid)
                            child.kill()
                        since[child.pid] = (clock, used)
                except psutil.Error:
                    continue

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield ended
    finally:
        done.set()
        thread.join()
