"""Policy sets for the proofs of `licet lint`: a matrix of 300 features and 15 products, and 300 rules of up to 15 conditions each."""
import random

rows, columns = 300, 15
def matrix():
    lines = ["module m"]
    lines += [f'feature f{i} "Feature {i}"' for i in range(rows)]
    for i in range(columns):
        lines += [f'product p{i} "Product {i}" {{', f"  sku S{i} {i:08x}-1111-1111-1111-111111111111", "}"]
    lines += ["matrix editions {", "  effective from 2020-01-01", ""]
    lines += ["  |  | " + " | ".join(f"p{i}" for i in range(columns)) + " |", "  |" + "---|" * (columns + 1)]
    for i in range(rows):
        # A product that grants a feature grants all above it, so that the invariants hold.
        lines.append(f"  | f{i} | " + " | ".join("yes" if i % 50 <= j * 4 else "-" for j in range(columns)) + " |")
    lines.append("}")
    for i in range(rows - 1):
        if (i + 1) % 50:
            lines.append(f"invariant law{i} every product granting f{i + 1} grants f{i}")
    return "\n".join(lines) + "\n"


def columns_of_rules():
    """The fields of a table of cases, and of each a condition that asks for one of its values or for a part of them."""
    fields, ask = [], []

    def field(type, condition):
        name = f"c{len(fields)}"
        fields.append(f"  {name}: {type}")
        ask.append(lambda: condition("row." + name))

    def text(values):
        return ", ".join(f'"{value}"' for value in values)

    words = [f"W{i}" for i in range(12)]
    for _ in range(4):
        field("int at least 0", lambda path: f"{path} {random.choice(['>=', '<', '>'])} {random.randrange(10, 90)}")
    for _ in range(3):
        field("date", lambda path: f"{path} {random.choice(['>=', '<'])} 20{random.randrange(10, 40)}-0{random.randrange(1, 10)}-15")
    for _ in range(3):
        field(f"one of {text(words)}", lambda path: f"{path} in [{text(random.sample(words, 4))}]")
    for _ in range(2):
        field("int?", lambda path: f"({path} else {random.randrange(9)}) >= {random.randrange(40)}")
    field("date?", lambda path: f"({path} is null or {path} > 202{random.randrange(10)}-01-01)")
    field("bool", lambda path: random.choice(["", "not "]) + path)
    field("decimal", lambda path: f"{path} < {random.randrange(100)}.5")
    return fields, ask


def policies(body):
    """300 rules about rows; `body` gives the conditions of one."""
    fields, ask = columns_of_rules()
    lines = ["module m", "entity row in rows key id {", "  id: id", *fields, "}"]
    for i in range(rows):
        when, require = body(ask, i)
        lines += [f"notice r{i} {{", "  for each row in rows", f"  when {when}", f"  require {require}", f'  message "{{row.id}} {i}"', "}"]
    return "\n".join(lines) + "\n"


def rules():
    """Each rule asks for every column: vocabularies, numbers, dates, and null."""
    return policies(lambda ask, _: ("\n       and ".join(one() for one in ask[:-1]), ask[-1]()))


def thresholds():
    """Each rule asks of 14 numbers to be large enough, so all can apply together."""
    lines = ["module m", "entity row in rows key id {", "  id: id"] + [f"  n{i}: int" for i in range(columns)] + ["}"]
    for i in range(rows):
        parts = [f"row.n{j} >= {random.randrange(50)}" for j in range(columns - 1)]
        lines += [f"notice r{i} {{", "  for each row in rows", "  when " + "\n       and ".join(parts)]
        lines += [f"  require row.n{columns - 1} > {random.randrange(100)}", f'  message "{{row.id}} {i}"', "}"]
    return "\n".join(lines) + "\n"


def alternatives():
    """Each rule is for rows of two sorts, and wants one thing of two."""
    def body(ask, _):
        two = [f"({' and '.join(ask[j]() for j in random.sample(range(12), 4))})" for _ in range(2)]
        return " or ".join(two), f"{ask[12]()} or {ask[14]()}"
    return policies(body)


SETS = {
    "an empty policy set": lambda: "module m\n",
    f"a matrix of {rows} x {columns}": matrix,
    f"{rows} rules of {columns} conditions": rules,
    f"{rows} rules of {columns} lower limits": thresholds,
    f"{rows} rules of alternatives": alternatives,
}


def write(name, path):
    """Writes one of the sets as a file; it is the same each time."""
    random.seed(1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(SETS[name]())
