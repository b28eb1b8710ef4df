"""Reads the JUnit and TAP that `licet test` writes with other people's readers, and counts: read_reports.py LICET."""
import pathlib
import subprocess
import sys

from junitparser import JUnitXml
from tap.parser import Parser

licet = str(pathlib.Path(sys.argv[1]).resolve())
corpus = pathlib.Path(__file__).parent / "Corpus/testing"


def run(name, form):
    options = ["--coverage", "--mutate", "--format", form]
    return subprocess.run([licet, "test", name, *options], cwd=corpus, capture_output=True, text=True).stdout


# By policy set: cases and failures; of what is not noticed each is a case.
for name, cases, failures in [("weak", 46, 41), ("strong", 10, 0), ("failing", 8, 7)]:
    report = JUnitXml.fromstring(run(name, "junit").encode())
    read = [case for suite in report for case in suite]
    failed = [case for case in read if not case.is_passed]
    # JUnit has a case for coverage too, where tests and mutation were run.
    extra = sum(suite.name == "coverage" for suite in report)
    assert (len(read) - extra, len(failed)) == (cases, failures), (name, len(read), len(failed))
    assert report.tests == len(read) and report.failures == len(failed), (name, report.tests, report.failures)
    assert all(suite.tests == len(list(suite)) for suite in report), name
    assert all(case.result[0].message for case in failed), name

    lines = list(Parser().parse_text(run(name, "tap")))  # with what stands in YAML below a test
    assert not [line for line in lines if line.category == "unknown"], (name, [line for line in lines if line.category == "unknown"])
    tests = [line for line in lines if line.category == "test"]
    plan = [line for line in lines if line.category == "plan"]
    assert len(plan) == 1 and plan[0].expected_tests == len(tests) == cases, (name, len(tests))
    assert sum(not test.ok for test in tests) == failures, name
    assert [test.number for test in tests] == list(range(1, cases + 1)), name
    assert not any(test.skip or test.todo for test in tests), name
    if name == "failing":
        assert all("expected: " in test.yaml_block["message"] for test in tests if not test.ok), name
    print(f"{name}: {len(tests)} cases, {failures} failures")
