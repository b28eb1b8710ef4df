#!/usr/bin/env python3
"""Writes a catalogue of products in policy text from a vendor's table of SKUs and the plans in them.

    make_catalogue.py CSV FILE      CSV with the columns Product_Display_Name, String_Id, GUID, Service_Plan_Name, Service_Plan_Id, …
"""
import csv
import re
import sys


def word(text):
    """A name of a policy that none of the project's own has: small letters, digits and underscores."""
    return "all_" + re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def written(name):
    """A vendor's name: a word, or in quotes."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main(source, target):
    skus = {}
    with open(source, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            sku = skus.setdefault(row["GUID"].strip().lower(), (row["Product_Display_Name"].strip(), row["String_Id"].strip(), {}))
            sku[2].setdefault(row["Service_Plan_Id"].strip().lower(), row["Service_Plan_Name"].strip())
    lines = ["// Made by Tests/Benchmark/make_catalogue.py.", "module vendor"]
    taken = set()
    plans = 0
    for guid, (title, name, parts) in skus.items():
        own = base = word(name)
        number = 2
        while own in taken:
            own, number = f"{base}_{number}", number + 1
        taken.add(own)
        title = title.replace("\\", "\\\\").replace('"', '\\"')
        lines += ["", f'product {own} "{title}" {{', f"  sku {written(name)} {guid}"]
        for plan, called in parts.items():
            lines.append(f"  contains plan {written(called)} {plan}")
            plans += 1
        lines.append("}")
    with open(target, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    print(f"{len(skus)} products, {plans} plans in them, {len(lines)} lines")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
