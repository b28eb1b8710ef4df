"""Writes Sources/Syntax/Formatting/DisplayWidthTable.swift from PyPI's wcwidth 0.2.13; with --check, compares it instead."""

import pathlib
import sys

from wcwidth.table_vs16 import VS16_NARROW_TO_WIDE
from wcwidth.table_wide import WIDE_EASTASIAN
from wcwidth.table_zero import ZERO_WIDTH

TARGET = pathlib.Path(__file__).resolve().parents[2] / "Sources/Syntax/Formatting/DisplayWidthTable.swift"


def ranges(table):
    """The latest version of a table as sorted ranges; those that touch are one."""
    joined = []
    for low, high in sorted(list(table.values())[-1]):
        if joined and low <= joined[-1][1] + 1:
            joined[-1][1] = max(high, joined[-1][1])
        else:
            joined.append([low, high])
    return joined


def array(name, comment, table):
    words = [f"0x{low:X}, 0x{high:X}," for low, high in ranges(table)]
    lines, line = [], "   "
    for word in words:
        if len(line) + 1 + len(word) > 140:
            lines.append(line)
            line = "   "
        line += " " + word
    lines.append(line)
    return "\n".join([f"  /// {comment}", f"  static let {name}: [UInt32] = ["] + lines + ["  ]"])


def text():
    version = list(ZERO_WIDTH)[-1]
    parts = [
        array("zero", "Marks that combine, and what is not shown.", ZERO_WIDTH),
        array("wide", "Characters of two columns.", WIDE_EASTASIAN),
        array("widened", "Characters of one column that the selector of the emoji style makes two columns wide.", VS16_NARROW_TO_WIDE),
    ]
    return (
        f"// Made by Tests/Width/make_table.py from Unicode {version}; do not edit.\n\n"
        "/// Ranges of Unicode scalars that are not one column wide: the first and the last of each, in order.\n"
        "enum DisplayWidthTable {\n" + "\n\n".join(parts) + "\n}\n"
    )


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if TARGET.read_text() == text() else f"{TARGET.name} is not what make_table.py writes")
    TARGET.write_text(text())
