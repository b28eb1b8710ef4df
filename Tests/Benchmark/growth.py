"""Policy sets and snapshots of one made-up collection, any of whose measures may be doubled: does the time stay in step?"""
import dataclasses
import json
import os
import random
import uuid


@dataclasses.dataclass(frozen=True)
class Size:
    """How large a set and its snapshot are."""

    rows: int = 2_000
    rules: int = 10
    columns: int = 10
    nesting: int = 2  # lists within lists, of one element each, and a quantifier for each
    text: int = 20  # characters
    products: int = 10
    files: int = 1  # pages that the rows stand in; where there are several, half of the rows are found


# For each measure the size that is doubled in it: there the measure makes up most of the time.
BASES = {
    "rows": Size(rows=100_000),
    "rules": Size(rules=400),
    "nesting": Size(rows=5_000, nesting=40),
    "text": Size(text=20_000),
    "products": Size(products=1_000),
    "columns": Size(columns=400),
    "files": Size(rows=20_000, files=5_000),
}
FEATURES = 8


def doubled(name):
    """The size in which one measure is twice as large."""
    base = BASES[name]
    return dataclasses.replace(base, **{name: 2 * getattr(base, name)})


def identifier(kind, number):
    """A GUID, always the same for the same words."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://contoso.example/{kind}/{number}"))


def policies(size):
    """The text of the policy set: shapes, products and the matrix of what they grant, and rules."""
    return "\n".join(["module growth\n", *shapes(size), *products(size), *rules(size)])


def shapes(size):
    """The entity, with its columns, and a record for each list within a list."""
    yield "entity row in rows key id {\n  id: id\n  text: text\n  skus: list of id at most 10\n  inner: list of depth0 at most 1"
    yield "".join(f"  c{number}: int\n" for number in range(size.columns)) + "}\n"
    for depth in range(size.nesting):
        inner = f", inner: list of depth{depth + 1} at most 1" if depth + 1 < size.nesting else ""
        yield f"record depth{depth} {{ n: int{inner} }}"


def products(size):
    """Features, products of one SKU each, and a matrix with the products down."""
    for number in range(FEATURES):
        yield f'feature f{number} "Feature {number}"'
    for number in range(size.products):
        yield f'product p{number} "Product {number}" {{\n  sku  S{number}  {identifier("sku", number)}\n}}'
    yield "matrix grants {\n  |  | " + " | ".join(f"f{number}" for number in range(FEATURES)) + " |"
    yield "  |" + "---|" * (FEATURES + 1)
    for number in range(size.products):
        cells = ("yes" if (number + feature) % 3 else "-" for feature in range(FEATURES))
        yield f"  | p{number} | " + " | ".join(cells) + " |"
    yield "}\n"
    yield "holding (person: row, item: product) = any (s in person.skus where s in item.skus)\n"


def rules(size):
    """A rule over all columns, one over the text, one into the lists, one for each feature, and as many more as wanted."""
    every = " and ".join(f"row.c{number} >= 0" for number in range(size.columns))
    inside = "row.inner"
    nested, ends = "", ""
    for depth in range(size.nesting):
        nested += f"any (e{depth} in {inside} where "
        inside = f"e{depth}.inner"
        ends += ")"
    conditions = [every, 'not row.text contains "needle"', f"not {nested}e{size.nesting - 1}.n < 0{ends}"]
    conditions += [f"row has f{number} or any (s in row.skus)" for number in range(FEATURES)]
    for number in range(size.rules):
        first, second = number % size.columns, (7 * number + 3) % size.columns
        conditions.append(f"row.c{first} + row.c{second} < {2_000 + number}")
    if size.files > 1:
        conditions.append("row.c0 < 500")
    for number, condition in enumerate(conditions):
        yield f'notice r{number} {{\n  for each row in rows\n  require  {condition}\n  message  "{{row.id}}"\n}}\n'


def row(number, size, rng):
    """A row in which no rule finds anything, unless the rows stand in several files."""
    inner = []
    for _ in range(size.nesting):
        inner = [{"n": 1, "inner": inner}]
    cells = {f"c{column}": rng.randrange(1_000) for column in range(size.columns)}
    word = f"Row {number} of the collection. "
    text = (word * (size.text // len(word) + 1))[: size.text]
    return {"id": f"row{number}", **cells, "text": text, "skus": [identifier("sku", number % size.products)], "inner": inner}


def write(folder, size):
    """The policy set and its snapshot below a folder; returns their two folders."""
    made = os.path.join(folder, "policies"), os.path.join(folder, "snapshot")
    for part in made:
        os.makedirs(part, exist_ok=True)
    with open(os.path.join(made[0], "growth.licet"), "w", encoding="utf-8") as file:
        file.write(policies(size))
    rng = random.Random(1)
    for page in range(size.files):
        name = f"rows.{page + 1}.jsonl" if size.files > 1 else "rows.jsonl"
        with open(os.path.join(made[1], name), "w", encoding="utf-8") as file:
            for number in range(page * size.rows // size.files, (page + 1) * size.rows // size.files):
                file.write(json.dumps(row(number, size, rng), separators=(",", ":")) + "\n")
    return made
