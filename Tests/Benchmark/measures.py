"""The measures. Each is a generator of figures; its first line of documentation is what --list says."""
import dataclasses
import json
import os
import statistics

import growth
import proof_sets
from measuring import Command, Failure, interleaved, measure, median, ratio
from workshop import run

MEGABYTE = 1_000_000
# Above so many users only what is marked as fit for it is measured, and slow or hungry peers are left out.
MANY = 1_000_000
# Sorted by bytes.
PLAIN = {**os.environ, "LC_ALL": "C"}


@dataclasses.dataclass(frozen=True)
class Figure:
    """One line of the table. Without a bar it is merely stated."""

    what: str
    value: str
    bar: str = ""
    reached: bool | None = None
    command: str = ""

    def verdict(self):
        """Whether the bar is reached, in words."""
        return "" if self.reached is None else "reached" if self.reached else "NOT reached"


def at_most(what, value, bar, unit="", digits=2, command=""):
    """A figure that must not be above its bar."""
    return Figure(what, f"{value:.{digits}f}{unit}", f"≤ {bar:.3g}{unit}", value <= bar, command)


def at_least(what, value, bar, command=""):
    """A ratio that must not be below its bar."""
    return Figure(what, f"{value:.2f}", f"≥ {bar:g}", value >= bar, command)


def spent(samples):
    """Median CPU, wall and memory in words."""
    cpu, wall, memory = (median(samples, kind) for kind in ("cpu", "wall", "memory"))
    return f"{cpu:.3f} s CPU, {wall:.3f} s, {memory / MEGABYTE:.0f} MB"


def size(*folders):
    """Bytes of the files in folders."""
    return sum(os.path.getsize(os.path.join(folder, name)) for folder in folders for name in os.listdir(folder))


def write_lines(report, target):
    """What a report of licet finds, as the peers write it: a line of rule and key for each failure."""
    with open(report, "rb") as file, open(target, "w", encoding="utf-8") as lines:
        for line in file:
            finding = json.loads(line)
            if finding.get("verdict") == "fail":
                lines.write(f"{finding['rule'].rpartition('.')[2]} {finding['subject']['key']}\n")
            elif "verdict" in finding:
                raise Failure(f"licet leaves open what the peers decide: {line.decode()[:500]}")


def count_findings(report):
    """How many findings a report lists; the last line is about the whole."""
    with open(report, "rb") as file:
        return sum(1 for line in file if line.startswith(b'{"rule"'))


def check_peers(shop, names):
    """Lets all peers judge, and compares what they find, sorted on disk. Returns how many findings there are."""
    found = {}
    for name, command in shop.judges(names).items():
        measure(command)
        found[name] = shop.path("found." + name)
        if name == "licet":
            found[name] = shop.path("found.licet.lines")
            write_lines(shop.path("found.licet"), found[name])
        run(["sort", "-o", found[name], found[name]], env=PLAIN)
    for name in names[1:]:
        different = run(["comm", "-3", found["licet"], found[name]], env=PLAIN).splitlines()
        if different:
            raise Failure(f"licet and {name} do not find the same: {len(different):,} findings differ, first {different[0].strip()}")
    return int(run(["wc", "-l", found["licet"]]).split()[0])


def peers(shop, options):
    """four rules over the tenant: licet, DuckDB with one thread, orjson and simdjson with Python, jq, and wc -l of the same files"""
    names = ["licet", "DuckDB"] if shop.users > MANY else ["licet", "DuckDB", "orjson", "simdjson", "jq"]
    findings = check_peers(shop, names)
    yield Figure("peers that find the same", f"{', '.join(names)}: {findings:,} findings")
    commands = shop.judges([*names, "wc"])
    samples = interleaved(commands, options.rounds)
    ours = samples["licet"]
    yield at_most("CPU, licet to DuckDB with 1 thread", ratio(ours, samples["DuckDB"]), 0.28)
    yield at_most("peak memory, licet to DuckDB with 1 thread", ratio(ours, samples["DuckDB"], "memory"), 0.15)
    if "orjson" in names:
        yield at_most("CPU, licet to orjson with Python", ratio(ours, samples["orjson"]), 0.13)
    yield at_most("CPU, licet to wc -l of the same files", ratio(ours, samples["wc"]), 3.2)
    if "jq" in names:
        yield Figure("CPU, licet to simdjson with Python", f"{ratio(ours, samples['simdjson']):.2f}")
        yield Figure("CPU, licet to jq", f"{ratio(ours, samples['jq']):.3f}")
    joined = 24 + 36 * shop.users / MEGABYTE
    yield at_most("peak memory of licet (bar: 24 MB and 36 bytes for each row joined to)", median(ours, "memory") / MEGABYTE, joined, " MB", 1)
    for name in commands:
        yield Figure(name, spent(samples[name]), command=shop.shown(commands[name]))


def sets(shop, options):
    """larger policy sets against the four rules: the project's own, and 200 rules made of the four"""
    tenant = shop.tenant()
    commands = {
        "the four rules": shop.evaluation(shop.four(), tenant, output="set.4"),
        "the project's policies": shop.evaluation(shop.whole(), tenant, "--attest", "password_writeback=true", output="set.whole"),
        "200 rules": shop.evaluation(shop.variants(200), tenant, output="set.200"),
    }
    samples = interleaved(commands, options.rounds)
    four = samples["the four rules"]
    yield at_most("CPU, the project's policies to the four rules", ratio(samples["the project's policies"], four), 1.5)
    yield at_most("CPU, 200 rules to the four", ratio(samples["200 rules"], four), 1.6)
    for (name, command), report in zip(commands.items(), ("set.4", "set.whole", "set.200")):
        yield Figure(f"{name}: {count_findings(shop.path(report)):,} findings", spent(samples[name]), command=shop.shown(command))


def forms(shop, options):
    """the same tenant as an array, in pages, with shuffled keys and without nulls, against JSON Lines: bytes a second of CPU"""
    tenants = {form: shop.tenant(form) for form in ("jsonl", "array", "pages", "shuffled", "no-nulls")}
    commands = {form: shop.evaluation(shop.four(), tenant) for form, tenant in tenants.items()}
    samples = interleaved(commands, options.rounds)
    for form, bar in [("array", 0.9), ("pages", 0.9), ("shuffled", None), ("no-nulls", None)]:
        found = ratio(samples["jsonl"], samples[form]) * size(tenants[form]) / size(tenants["jsonl"])
        what = f"throughput, {form} to JSON Lines"
        yield at_least(what, found, bar) if bar else Figure(what, f"{found:.2f}")
    for form, command in commands.items():
        speed = size(tenants[form]) / MEGABYTE / median(samples[form], "cpu")
        yield Figure(form, f"{spent(samples[form])}, {speed:.0f} MB/s", command=shop.shown(command))


def threads(shop, options):
    """two threads against one, by the clock, where rows stand in one file and where they stand in pages"""
    if not shop.has_jobs:
        yield Figure("two threads to one, wall", "skipped: this licet has no --jobs")
        return
    # So many users are made once, since they fill the disk.
    for form in ("jsonl",) if shop.users > MANY else ("jsonl", "pages"):
        tenant = shop.tenant(form)
        one, two = names = [f"{form}, 1 thread", f"{form}, 2 threads"]
        commands = {name: shop.evaluation(shop.four(), tenant, jobs=jobs) for jobs, name in enumerate(names, 1)}
        samples = interleaved(commands, options.rounds)
        yield at_most(f"two threads to one, {form}, wall (where two cores are free)", ratio(samples[two], samples[one], "wall"), 0.6)
        for name, command in commands.items():
            yield Figure(name, spent(samples[name]), command=shop.shown(command))


def small(shop, options):
    """a tenant of 10,000 users from start to end, and what starting alone takes"""
    commands = {
        "four rules over 10,000 users": shop.evaluation(shop.four(), shop.tenant(users=10_000)),
        "licet --version": Command((shop.licet, "--version")),
    }
    # Short runs: more of them, for the same time.
    samples = interleaved(commands, 4 * options.rounds)
    for (name, command), bar in zip(commands.items(), (20, 5)):
        yield at_most(f"{name}, CPU", 1_000 * median(samples[name], "cpu"), bar, " ms", 1, shop.shown(command))
        yield Figure(f"{name}, wall", f"{1_000 * median(samples[name], 'wall'):.1f} ms")


def catalogue(shop, options):
    """the project's policies with a vendor's whole catalogue, read, checked and planned: an empty tenant is judged; needs --catalogue CSV"""
    if not options.catalogue:
        yield Figure("parse, check and plan of a vendor's catalogue", "skipped: no --catalogue CSV is given")
        return
    policies, said = shop.catalogue(options.catalogue)
    command = shop.evaluation(policies, shop.empty())
    samples = interleaved({"catalogue": command}, 4 * options.rounds)["catalogue"]
    what = f"parse, check and plan of the project's policies and {said}, CPU"
    yield at_most(what, 1_000 * median(samples, "cpu"), 60, " ms", 1, shop.shown(command))


def findings(shop, options):
    """what a finding costs, with its evidence, as JSON Lines: five rules find each of half the users, or none, over the same rows"""
    tenant, users = shop.half()
    commands = {
        "all": shop.evaluation(shop.finding(True), tenant, output="findings.all"),
        "none": shop.evaluation(shop.finding(False), tenant, output="findings.none"),
    }
    samples = interleaved(commands, options.rounds)
    number = count_findings(shop.path("findings.all"))
    if number != 5 * users or count_findings(shop.path("findings.none")):
        raise Failure(f"{5 * users:,} findings were to be listed, and {number:,} are")
    more = statistics.median(one.cpu - other.cpu for one, other in zip(samples["all"], samples["none"]))
    yield at_most(f"CPU for each of {number:,} findings", more / number * 1e9, 300, " ns", 0)
    for name, command in commands.items():
        yield Figure(f"{name} found", spent(samples[name]), command=shop.shown(command))


def doubling(shop, options):
    """one measure of policies and snapshot doubled at a time: rows, rules, nesting, text lengths, products, columns, files"""
    for name, base in growth.BASES.items():
        commands = {double: shop.evaluation(*shop.growing(name, double), form="json") for double in (False, True)}
        samples = interleaved(commands, options.rounds)
        once, twice = (1_000 * median(samples[double], "cpu") for double in (False, True))
        number = getattr(base, name)
        what = f"{name}, from {number:,} to {2 * number:,}: CPU from {once:.0f} ms to {twice:.0f} ms"
        yield at_most(what, ratio(samples[True], samples[False]), 2.6, command=shop.shown(commands[True]))


def proofs(shop, options):
    """lint of tables and rules made for proofs, 300 by 15: how long, and that nothing is left undecided"""
    for name in proof_sets.SETS:
        command = shop.lint(shop.proofs(name))
        samples = interleaved({name: command}, 2 * options.rounds)[name]
        with open(shop.path("lint.txt"), encoding="utf-8") as file:
            undecided = file.read().count("not_decided")
        yield Figure(f"{name}, CPU", f"{1_000 * median(samples, 'cpu'):.1f} ms", command=shop.shown(command))
        yield at_most(f"{name}, questions not decided", undecided, 0, digits=0)


def lint(shop, options):
    """lint of the project's policies with a vendor's whole catalogue, beside linters of other languages over that; fmt of a large file"""
    path, fmt = shop.large_file(10_000)
    with open(path, encoding="utf-8") as file:
        lines = sum(1 for _ in file)
    samples = interleaved({"fmt": fmt}, 4 * options.rounds)["fmt"]
    yield at_most(f"fmt of a file of {lines:,} lines, CPU", 1_000 * median(samples, "cpu"), 100, " ms", 1, shop.shown(fmt))
    yield Figure("fmt, peak memory", f"{median(samples, 'memory') / MEGABYTE:.0f} MB")
    if not options.catalogue:
        yield Figure("lint of a vendor's catalogue", "skipped: no --catalogue CSV is given")
        return
    policies, said = shop.catalogue(options.catalogue)
    commands = {"licet": shop.lint(policies), **shop.linters(options.catalogue)}
    samples = interleaved(commands, 4 * options.rounds)
    ours = samples["licet"]
    what = f"lint (proofs and habits) of the project's policies and {said}, CPU"
    yield at_most(what, 1_000 * median(ours, "cpu"), 150, " ms", 1, shop.shown(commands["licet"]))
    yield Figure("lint, peak memory", f"{median(ours, 'memory') / MEGABYTE:.0f} MB")
    does = {
        "yamllint": "the catalogue alone as YAML: syntax, keys twice, style of lines; it knows nothing of what the names mean",
        "ruff": "the catalogue alone as a Python list, all rules, one thread: no proofs, and names only as Python has them",
    }
    for name, about in does.items():
        figure = f"{ratio(ours, samples[name]):.2f}"
        yield Figure(f"CPU, licet lint to {name} ({about})", figure, command=shop.shown(commands[name]))


# By the name that --only takes; whether the measure is fit for more than a million users.
MEASURES = {
    "peers": (peers, True),
    "sets": (sets, False),
    "forms": (forms, False),
    "threads": (threads, True),
    "small": (small, False),
    "catalogue": (catalogue, False),
    "proofs": (proofs, False),
    "lint": (lint, False),
    "findings": (findings, False),
    "doubling": (doubling, False),
}
