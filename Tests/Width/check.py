"""Formats tables that hold every character and many sequences, and measures with PyPI's wcwidth 0.2.13 whether their columns stand in line.

usage: check.py LICET
"""

import random
import subprocess
import sys
import unicodedata

from wcwidth import wcswidth

ROWS = 5_000  # of one table
TABLES = 40  # of one file


def allowed(scalar):
    """Whether the language takes a character in a text."""
    controls = scalar < 0x20 or 0x7F <= scalar < 0xA0 or scalar in (0x2028, 0x2029)
    return not (controls or 0xD800 <= scalar < 0xE000 or 0x202A <= scalar <= 0x202E or 0x2066 <= scalar <= 0x2069)


def sequences():
    """Sequences of emoji, selectors, joiners, flags, marks and wide characters, chosen by a seed."""
    chance = random.Random(213)
    marks = [chr(scalar) for scalar in range(0x110000) if allowed(scalar) and unicodedata.combining(chr(scalar))]
    emoji = ["❤", "☁", "©", "#", "1", "👩", "👨", "👧", "🧑", "🚀", "🏳", "🌈", "⚕", "✈", "💻"]
    others = ["\u200d", "\ufe0f", "\ufe0e", "\u20e3", "\U0001f3fb", "\U0001f3ff", "🇳", "🇱", "Ł", "e", "é", "字", "한", "ｶ", "ﾞ", "ا", "न", "ि", "\u00ad", "\u200b"]
    yield from ["👩\u200d👩\u200d👧", "❤\ufe0f", "👩🏽\u200d⚕\ufe0f", "🏳\ufe0f\u200d🌈", "🇳🇱", "1\ufe0f\u20e3", "Łódź", "e\u0301", "日本語", "\u200d", "\ufe0f", "a\u200d"]
    for _ in range(20_000):
        pool = emoji + others + [chance.choice(marks)]
        yield "".join(chance.choice(pool) for _ in range(chance.randint(1, 8)))


def table(name, texts):
    lines = [f"lookup {name} {{", "| key | value |", "|---|---|"]
    lines += [f'| "{text}" | {number} |' for number, text in enumerate(texts)]
    return "\n".join(lines) + "\n}\n"


def check(licet, texts):
    """The number of rows that stand out of line."""
    parts = [texts[start : start + ROWS] for start in range(0, len(texts), ROWS)]
    source = "module m\n" + "".join(table(f"t{number}", part) for number, part in enumerate(parts))
    formatted = subprocess.run([licet, "fmt", "-"], input=source.encode(), capture_output=True, check=True).stdout.decode()
    wrong = 0
    # Texts may hold characters that Python takes for line ends.
    blocks = formatted.split("\nlookup ")[1:]
    assert len(blocks) == len(parts)
    for block, part in zip(blocks, parts):
        rows = [line for line in block.split("\n") if line.startswith("  |")]
        assert len(rows) == len(part) + 2, "a row is missing"
        width = wcswidth(rows[0])
        for row, text in zip(rows[2:], part):
            assert f'"{text}"' in row, f"{text!r} is missing"
            if wcswidth(row) != width:
                wrong += 1
                if wrong <= 10:
                    print(f"{text!r} ({'+'.join(f'{ord(c):04X}' for c in text)}): {wcswidth(row)} columns, not {width}")
    return wrong


if __name__ == "__main__":
    texts = [chr(scalar) for scalar in range(0x20, 0x110000) if allowed(scalar) and chr(scalar) not in '"\\']
    texts += [text for text in sequences() if wcswidth(text) >= 0]
    wrong = sum(check(sys.argv[1], texts[start : start + ROWS * TABLES]) for start in range(0, len(texts), ROWS * TABLES))
    print(f"{len(texts)} texts, {wrong} out of line")
    sys.exit(1 if wrong else 0)
