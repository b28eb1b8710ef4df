"""Commands as whole processes, run in turns, and what is made of their figures."""
import dataclasses
import os
import statistics
import subprocess
import sys

LAUNCHER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "launch.py")


class Failure(Exception):
    """A tool ended as it should not, or the peers differ."""


@dataclasses.dataclass(frozen=True)
class Command:
    """What to run, where its standard output goes, the exit codes that are well, and what else it writes."""

    words: tuple
    output: str = os.devnull
    codes: tuple = (0,)
    report: str = ""


@dataclasses.dataclass(frozen=True)
class Sample:
    """Seconds of CPU and of the clock, and peak bytes of memory, of one run."""

    cpu: float
    wall: float
    memory: int


def measure(command):
    """Runs a command once. What it wrote before is taken away, since to free the memory that holds an old file is no part of its work."""
    for path in (command.output, command.report):
        if os.path.isfile(path):
            os.unlink(path)
    starter = [sys.executable, "-I", "-S", LAUNCHER, command.output, *command.words]
    run = subprocess.run(starter, capture_output=True, text=True, check=False)
    if run.returncode:
        raise Failure(f"{command.words[0]} cannot be started:\n{run.stderr[-2000:]}")
    code, cpu, wall, memory = map(int, run.stdout.split())
    if code not in command.codes:
        raise Failure(f"{' '.join(command.words)}\nended with {code}:\n{run.stderr[-2000:]}")
    return Sample(cpu / 1e9, wall / 1e9, memory)


def interleaved(commands, rounds):
    """The samples of each command, by its name: all commands in each round, every other round in reverse."""
    samples = {name: [] for name in commands}
    for number in range(rounds):
        names = list(commands)
        for name in reversed(names) if number % 2 else names:
            samples[name].append(measure(commands[name]))
    return samples


def median(samples, kind):
    """The median of one kind of figure: cpu, wall or memory."""
    return statistics.median(getattr(sample, kind) for sample in samples)


def ratio(samples, others, kind="cpu"):
    """The median of the ratios of two commands, round by round."""
    return statistics.median(getattr(one, kind) / getattr(other, kind) for one, other in zip(samples, others))
