"""What the measures work with: the tool, its peers, tenants and policy sets, each made when it is first asked for."""
import itertools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import venv

import growth
import lint_peers
import proof_sets
import rule_sets
from measuring import Command, Failure

BENCHMARK = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(BENCHMARK))
PACKAGES = {"orjson": "3.13.0", "duckdb": "2.0.1", "pysimdjson": "7.0.2"}
LINTERS = {"ruff": "0.14.5", "yamllint": "1.37.1"}
# What make_tenant.py is told for each form of the tenant.
FORMS = {
    "jsonl": [],
    "array": ["--layout", "single"],
    "pages": ["--layout", "pages"],
    "shuffled": ["--shuffle-keys"],
    "no-nulls": ["--omit-nulls"],
}
BYTES_A_USER = 2_300
SPARE_BYTES = 2_000_000_000
# Exit codes of `licet eval` after which the report is whole: clean, findings, something undetermined.
JUDGED = (0, 1, 2)
# Exit codes of `licet lint` on a policy set without errors.
LINTED = (0, 1)


def run(words, **options):
    """Runs a command that must end with 0, and returns what it wrote to standard output."""
    try:
        return subprocess.run(words, check=True, capture_output=True, text=True, **options).stdout
    except FileNotFoundError as error:
        raise Failure(f"{words[0]} is not installed") from error
    except subprocess.CalledProcessError as error:
        raise Failure(f"{' '.join(words)}\nended with {error.returncode}:\n{(error.stderr or error.stdout)[-2000:]}") from error


class Workshop:
    """A folder, and what is in it."""

    def __init__(self, folder, users, as_of):
        """A folder that is there, how many users the tenant has, and the day to judge for."""
        self.folder, self.users, self.as_of = folder, users, as_of
        self.licet = os.path.abspath(os.environ.get("LICET") or self.built())
        self.has_jobs = "--jobs" in run([self.licet, "eval", "--help"])

    @staticmethod
    def built():
        """The release binary, built first."""
        run(["swift", "build", "-c", "release", "--product", "licet"], cwd=ROOT)
        return os.path.join(ROOT, ".build/release/licet")

    def path(self, *names):
        """A path in the folder."""
        return os.path.join(self.folder, *names)

    def once(self, name, make):
        """The folder of a name: made now, unless it has been before. A folder half made is never taken for a whole one."""
        folder = self.path(name)
        if not os.path.isdir(folder):
            shutil.rmtree(folder + ".part", ignore_errors=True)
            os.makedirs(folder + ".part")
            make(folder + ".part")
            os.rename(folder + ".part", folder)
        return folder

    def python(self, name="python", packages=None):
        """The interpreter of an environment with the peers in it. The interpreter bears the renaming of `once`; its scripts would not."""

        def install(folder):
            venv.create(folder, with_pip=True)
            wanted = [f"{package}=={version}" for package, version in (packages or PACKAGES).items()]
            run([f"{folder}/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted])

        return self.once(name, install) + "/bin/python"

    @staticmethod
    def jq():
        """jq, installed from Debian where it is missing."""
        if not shutil.which("jq"):
            run(["apt-get", "install", "-y", "jq"])
        return "jq"

    def tenant(self, form="jsonl", users=None):
        """The folder of a synthetic tenant in one of the forms."""
        users = users or self.users

        def make(folder):
            needed = users * BYTES_A_USER + SPARE_BYTES
            free = shutil.disk_usage(self.folder).free
            if free < needed:
                raise Failure(f"{users:,} users need {needed / 1e9:.0f} GB of disk, and {free / 1e9:.0f} GB are free in {self.folder}")
            print(f"making {users:,} users ({form})", file=sys.stderr)
            maker = os.path.join(BENCHMARK, "make_tenant.py")
            run([sys.executable, maker, folder, "--users", str(users), "--jobs", str(os.cpu_count()), *FORMS[form]])

        return self.once(f"tenant-{form}-{users}", make)

    def collections(self, tenant):
        """The paths of the two large collections of a tenant in JSON Lines."""
        return [os.path.join(tenant, name) for name in ("userRegistrationDetails.jsonl", "users.jsonl")]

    def half(self):
        """A tenant of the first half of the users, and nothing else; returns its folder and how many they are."""
        number = self.users // 2

        def make(folder):
            source, target = os.path.join(self.tenant(), "users.jsonl"), os.path.join(folder, "users.jsonl")
            with open(source, "rb") as file, open(target, "wb") as copy:
                copy.writelines(itertools.islice(file, number))

        return self.once(f"half-{self.users}", make), number

    @staticmethod
    def four():
        """The policies of the four rules."""
        return os.path.join(BENCHMARK, "policies/four")

    @staticmethod
    def whole():
        """The project's own policies."""
        return os.path.join(ROOT, "Policies")

    def variants(self, rules):
        """The four rules and variants of them."""
        return self.once(f"rules-{rules}", lambda folder: rule_sets.write_variants(folder, rules))

    def finding(self, everything):
        """Five rules that find each user, or none (see `rule_sets`)."""
        return self.once("rules-all" if everything else "rules-none", lambda folder: rule_sets.write_findings(folder, everything))

    def growing(self, name, double):
        """Policies and snapshot in which one measure is of its base size, or twice that."""
        size = growth.doubled(name) if double else growth.BASES[name]
        folder = self.once(f"growth-{name}-{2 if double else 1}", lambda folder: growth.write(folder, size))
        return os.path.join(folder, "policies"), os.path.join(folder, "snapshot")

    def catalogue(self, table):
        """The project's policies with a vendor's whole catalogue, and what is in that."""

        def make(folder):
            shutil.copytree(self.whole(), folder, dirs_exist_ok=True)
            os.mkdir(folder + "/vendor")
            said = run([sys.executable, os.path.join(BENCHMARK, "make_catalogue.py"), table, folder + "/vendor/products.licet"])
            with open(folder + "/said", "w", encoding="utf-8") as file:
                file.write(said.strip())

        folder = self.once("catalogue", make)
        with open(folder + "/said", encoding="utf-8") as file:
            return folder, file.read()

    def lint(self, policies):
        """The command that lints policies."""
        return Command((self.licet, "lint", policies, "--as-of", self.as_of, "--format", "plain"), output=self.path("lint.txt"), codes=LINTED)

    def proofs(self, name):
        """The folder of a policy set for proofs."""
        return self.once("proofs-" + name.replace(" ", "-"), lambda folder: proof_sets.write(name, folder + "/rules.licet"))

    def linters(self, table):
        """The commands of other languages' linters over the same catalogue of products, on one thread, by name."""
        policies, _ = self.catalogue(table)
        folder = self.once("linted", lambda folder: lint_peers.write(policies + "/vendor/products.licet", folder))
        python = self.python("linters", LINTERS)
        ruff = ["env", "RAYON_NUM_THREADS=1", python.replace("/bin/python", "/bin/ruff"), "check", "--isolated", "--no-cache", "--quiet"]
        return {
            "yamllint": Command((python, "-m", "yamllint", "-d", "relaxed", folder + "/catalogue.yaml"), codes=LINTED),
            "ruff": Command((*ruff, "--select", "ALL", "--exit-zero", folder + "/catalogue.py")),
        }

    def large_file(self, lines):
        """A policy file of about so many lines: the project's policies under one module, again and again."""

        def make(folder):
            parts = [path.read_text(encoding="utf-8") for path in sorted(pathlib.Path(self.whole()).glob("*/*.licet"))]
            text = "\n".join(re.sub(r"^module .*\n", "", part, flags=re.M) for part in parts)
            kept = ("module large\n" + text * (1 + lines // text.count("\n"))).split("\n")[:lines]
            # Not within a declaration.
            while kept[-1] != "}":
                kept.pop()
            with open(folder + "/large.licet", "w", encoding="utf-8") as file:
                file.write("\n".join(kept) + "\n")

        path = self.once(f"large-{lines}", make) + "/large.licet"
        return path, Command((self.licet, "fmt", path))

    def empty(self):
        """A tenant of which one collection was exported, and has no rows."""

        def make(folder):
            with open(folder + "/users.json", "w", encoding="utf-8") as file:
                file.write('{"value": []}\n')

        return self.once("empty", make)

    def evaluation(self, policies, tenant, *options, output="", jobs=1, form="jsonl"):
        """The command that judges a tenant and writes the report, as JSON Lines unless told otherwise, on one thread if the tool has several."""
        threads = ["--jobs", str(jobs)] if self.has_jobs else []
        words = [self.licet, "eval", policies, "--snapshot", tenant, "--as-of", self.as_of, *threads, *options]
        report = self.path(output or "report." + form)
        return Command((*words, "--format", form, "--output", report, "--quiet"), codes=JUDGED, report=report)

    def judges(self, names):
        """The commands that judge the four rules over the tenant, by the name of the peer. found.NAME receives what they find."""
        tenant = self.tenant()
        registrations, users = self.collections(tenant)
        duckdb, python = (os.path.join(BENCHMARK, "peers", name) for name in ("duckdb_rules.py", "python_rules.py"))
        filters = os.path.join(BENCHMARK, "peers", "rules.jq")
        arguments = ["--argjson", "registrations", str(self.users), "--slurpfile", "skus", tenant + "/subscribedSkus.json",
                     "--slurpfile", "sync", tenant + "/onPremisesSynchronization.json"]

        def reporting(name, *words):
            report = self.path("found." + name)
            return Command((*words, report), report=report)

        makers = {
            "licet": lambda: self.evaluation(self.four(), tenant, output="found.licet"),
            "DuckDB": lambda: reporting("DuckDB", self.python(), duckdb, tenant),
            "orjson": lambda: reporting("orjson", self.python(), python, "orjson", tenant),
            "simdjson": lambda: reporting("simdjson", self.python(), python, "simdjson", tenant),
            "jq": lambda: Command((self.jq(), "-nr", *arguments, "-f", filters, registrations, users), output=self.path("found.jq")),
            "wc": lambda: Command(("wc", "-l", registrations, users)),
        }
        return {name: makers[name]() for name in names}

    def shown(self, command):
        """A command as a person may read it: without the folders of this machine."""
        text = " ".join(command.words).replace(self.licet, "licet").replace(self.path("python/bin/"), "")
        for folder in (self.folder, BENCHMARK, ROOT):
            text = text.replace(folder + os.sep, "")
        return text
