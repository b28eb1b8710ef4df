#!/usr/bin/env python3
"""Writes the policy sets that are too long to be kept: variants of policies/four, and rules that find everything or nothing.

    rule_sets.py FOLDER [--rules 200]      the set of variants, to be looked at

The same arguments always write the same text.
"""
import argparse
import os
import shutil

FOUR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "policies", "four")
COUNTRIES = ["NL", "BE", "DE", "US", "GB", "FR"]
LANGUAGES = ["nl-NL", "en-US"]
FEATURES = ["cloud_reset", "writeback", "conditional_access", "risk_detection", "privileged_access", "device_management", "dynamic_groups"]
PRODUCTS = ["standard", "p1", "p2", "basic", "premium", "e3", "e5", "flow"]

CATALOGUE = """\
// Made by rule_sets.py: more features and products than the four rules need.
module four

feature conditional_access "Conditional access"
feature risk_detection     "Detection of risks"
feature privileged_access  "Privileged access"
feature device_management  "Management of devices"
feature dynamic_groups     "Dynamic groups"

product basic "Business Basic" {
  sku  O365_BUSINESS_ESSENTIALS  3b555118-da6a-4418-894f-7df1e2096870
}
product premium "Business Premium" {
  sku  SPB  cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46
}
product e3 "Enterprise E3" {
  sku  SPE_E3  05e9a617-0261-4cee-bb44-138d3ef5d965
}
product e5 "Enterprise E5" {
  sku  SPE_E5  06ebc4ee-1bb5-47dd-8120-11324bc54e06
}
product flow "Flow Free" {
  sku  FLOW_FREE  f30db892-07e9-47e9-837c-80727f46fd3d
}

matrix more {
  |                    | standard or basic | premium | e3  | e5  | p1  | p2  |
  |--------------------|:-----------------:|:-------:|:---:|:---:|:---:|:---:|
  | conditional_access |         -         |   yes   | yes | yes | yes | yes |
  | risk_detection     |         -         |    -    |  -  | yes |  -  | yes |
  | privileged_access  |         -         |    -    |  -  | yes |  -  | yes |
  | device_management  |         -         |   yes   | yes | yes |  -  |  -  |
  | dynamic_groups     |         -         |   yes   | yes | yes | yes | yes |
}
"""

# One of each kind of rule: a head, and clauses with places for what differs. Each concerns few, as rules of a well-kept tenant do.
KINDS = [
    ("violation feature_in_country", """\
  for each user in users
  when     user.usageLocation is "{country}"
           and user.createdDateTime >= {day}
           and user.createdDateTime < {day} + 1 days
           and user.registration.isSsprEnabled
  require  user has {feature}
  message  "{{user.userPrincipalName}} lacks {feature}."
"""),
    ("violation guest_holds_product", """\
  for each user in users
  when     user.userType is "Guest" and user.preferredLanguage is "{language}"
  require  not user holds {product} or user.createdDateTime >= {day}
  message  "{{user.userPrincipalName}} is a guest and holds {product}."
"""),
    ("warning direct_assignment_error", """\
  for each user in users
  when     user.officeLocation starts with "{floor}/{number}"
  require  not any (a in user.licenseAssignmentStates
                    where a.assignedByGroup is null and a.state is "Error")
  message  "{{user.userPrincipalName}} has a direct licence in error."
"""),
    ("warning plan_switched_off", """\
  for each user in users
  when     user.usageLocation is "{country}" and user.createdDateTime < 2026-01-02
  require  all (l in user.assignedLicenses where l.skuId in {product}.skus satisfy count (p in l.disabledPlans) <= {few})
  message  "{{user.userPrincipalName}} holds {product} with plans switched off."
"""),
    ("notice many_licences", """\
  for each user in users
  when     user.officeLocation ends with "{number}"
  require  count (l in user.assignedLicenses) <= {few} + 1
  message  "{{user.userPrincipalName}} has many licences."
"""),
    ("violation administrator_without_second_factor", """\
  effective from {day}
  for each user in users
  when     user.registration.isAdmin and user.usageLocation is "{country}" and user.preferredLanguage is "{language}"
           and user.createdDateTime >= {day} - 7 days and user.createdDateTime < {day}
  require  user.registration.isMfaRegistered
  message  "{{user.userPrincipalName}} administers without a second factor."
"""),
    ("warning disabled_account_keeps_product", """\
  for each user in users
  when     not user.accountEnabled
           and user.createdDateTime >= {day}
           and user.createdDateTime < {day} + 1 days
  require  not user holds {product}
  message  "{{user.userPrincipalName}} is disabled and holds {product}."
"""),
    ("notice seats_in_grace", """\
  for each sku in subscribedSkus
  require  sku.consumedUnits <= sku.prepaidUnits.enabled + sku.prepaidUnits.warning + {number}
  message  "{{sku.skuPartNumber}}: {{sku.consumedUnits}} assigned."
"""),
]


def variant(number):
    """The text of the rule with a number; kinds take turns, and so do countries, features and the rest."""
    head, body = KINDS[number % len(KINDS)]
    turn = number // len(KINDS)
    values = {
        "country": COUNTRIES[number % len(COUNTRIES)],
        "language": LANGUAGES[turn % len(LANGUAGES)],
        "feature": FEATURES[turn % len(FEATURES)],
        "product": PRODUCTS[turn % len(PRODUCTS)],
        "day": f"2026-{1 + number % 10:02d}-{1 + number * 11 % 28:02d}",
        "floor": 1 + number % 40,
        "number": 10 + number * 37 % 90,
        "few": 1 + turn % 3,
    }
    return f"{head}_{number} {{\n{body.format(**values)}}}\n"


def write_variants(folder, rules):
    """The four rules, and variants of them until there are as many rules as wanted."""
    os.makedirs(folder, exist_ok=True)
    for name in ("schema.licet", "catalogue.licet", "rules.licet"):
        shutil.copy(os.path.join(FOUR, name), folder)
    write(os.path.join(folder, "more.licet"), CATALOGUE)
    write(os.path.join(folder, "variants.licet"), "\n".join(["module four\n", *map(variant, range(rules - 4))]))


def write_findings(folder, everything):
    """Five rules over users that find each of them, or, turned round, none. Returns how many rules they are."""
    conditions = [
        'user.userPrincipalName ends with "@fabrikam.example"',
        'user.userType not in ["Member", "Guest"]',
        "user.createdDateTime < 2020-01-01",
        "count (l in user.assignedLicenses) > 100",
        'user.officeLocation is "0/0"',
    ]
    rules = ["module four\n"]
    for number, condition in enumerate(conditions):
        require = condition if everything else f"not ({condition})"
        rules.append(f"""\
violation every_user_{number} {{
  for each user in users
  require  {require}
  message  "{{user.userPrincipalName}} is found."
}}
""")
    os.makedirs(folder, exist_ok=True)
    shutil.copy(os.path.join(FOUR, "schema.licet"), folder)
    write(os.path.join(folder, "rules.licet"), "\n".join(rules))
    return len(conditions)


def write(path, text):
    """A file with a text."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    """Writes the variants where the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--rules", type=int, default=200)
    options = parser.parse_args()
    write_variants(options.folder, options.rules)


if __name__ == "__main__":
    main()
