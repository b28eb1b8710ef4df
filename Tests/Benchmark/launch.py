#!/usr/bin/env python3
"""Runs one command and prints its exit code, CPU nanoseconds (user and system), wall nanoseconds and peak bytes of memory.

    launch.py OUTPUT COMMAND…      OUTPUT receives what the command writes to standard output

A process of its own, and a small one: Linux counts what the starter of a process held when it started it into the peak of that process,
so nothing below the eight megabytes or so of this one can be told (see getrusage(2), ru_maxrss).
"""
import os
import sys
import time


def main(output, command):
    """Starts the command, waits for it, and prints the four numbers."""
    actions = [(os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)]
    start = time.monotonic_ns()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(process, 0)
    wall = time.monotonic_ns() - start
    cpu = round((usage.ru_utime + usage.ru_stime) * 1e9)
    print(os.waitstatus_to_exitcode(status), cpu, wall, usage.ru_maxrss * 1024)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
