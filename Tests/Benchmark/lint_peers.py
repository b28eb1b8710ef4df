"""A catalogue of products as linters of other languages read it: a list in Python, and YAML."""
import os
import re


def write(policy, folder):
    """Writes the products of a policy file as catalogue.py and catalogue.yaml."""
    with open(policy, encoding="utf-8") as file:
        text = file.read()
    python, yaml = ['"""Products."""', "", "PRODUCTS = ["], ["---", "products:"]
    for line in text.splitlines():
        if head := re.match(r'product (\S+)\s+("(?:[^"\\]|\\.)*")', line):
            if len(python) > 3:
                python.append("    ]),")
            python += [f'    ("{head[1]}", {head[2]}, [']
            yaml += [f"  - name: {head[1]}", f"    title: {head[2]}", "    ids:"]
        elif entry := re.match(r'\s+(sku|plan)\s+("(?:[^"\\]|\\.)*"|\S+)\s+([0-9a-f-]{36})', line):
            name = entry[2] if entry[2].startswith('"') else f'"{entry[2]}"'
            python.append(f'        ("{entry[1]}", {name}, "{entry[3]}"),')
            yaml.append(f'      - {{kind: {entry[1]}, name: {name}, id: "{entry[3]}"}}')
    python += ["    ]),", "]"]
    for name, lines in (("catalogue.py", python), ("catalogue.yaml", yaml)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
