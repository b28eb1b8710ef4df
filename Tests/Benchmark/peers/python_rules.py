#!/usr/bin/env python3
"""The four rules of policies/four straight from the files, in Python over a fast JSON library, in one process.

    python_rules.py orjson|simdjson TENANT FILE      FILE receives a line `rule key` for each failure
"""
import importlib
import os
import sys

STANDARD = "f245ecc8-75af-4f8e-b61f-27d8114de5f3"
PREMIUM_PLANS = {"41781fb2-bc02-4b7c-bd55-b576c07bb09d", "eec0eb4f-6444-4f95-aba0-50c24d67f998"}


def parser(library):
    """The function of a library that makes values of JSON. Those of simdjson are views, and none may be left when it is called again."""
    module = importlib.import_module(library)
    return module.loads if library == "orjson" else module.Parser().parse


def document(folder, name, read, parse):
    """What `read` makes of the document in a file."""
    with open(os.path.join(folder, name), "rb") as file:
        return read(parse(file.read())["value"])


def premium_plans(skus):
    """The plans of P1 and P2 that are in each SKU."""
    return {sku["skuId"]: PREMIUM_PLANS.intersection(plan["servicePlanId"] for plan in sku["servicePlans"]) for sku in skus}


def overdrawn(skus):
    """The SKUs of which more is assigned than bought."""
    return [sku["skuId"] for sku in skus if sku["consumedUnits"] > sku["prepaidUnits"]["enabled"]]


def registration(row):
    """Who it is, whether reset is enabled, and whether it is registered."""
    return row["id"], (row["isSsprEnabled"], row["isSsprRegistered"])


def has_premium(licences, premium):
    """Whether a plan of P1 or P2 is on in some licence."""
    for licence in licences:
        plans = premium.get(licence["skuId"])
        if plans and not plans.issubset(licence["disabledPlans"]):
            return True
    return False


def judge_user(user, registered, premium, writeback):
    """The key, and the rules that fail."""
    key, licences, failed = user["id"], user["assignedLicenses"], []
    enabled, ready = registered[key]
    if not has_premium(licences, premium):
        if enabled and not any(licence["skuId"] == STANDARD for licence in licences):
            failed.append("unlicensed_reset")
        if writeback and ready and user["onPremisesSyncEnabled"]:
            failed.append("unlicensed_writeback")
    if user["usageLocation"] is None and any(state["assignedByGroup"] is None for state in user["licenseAssignmentStates"]):
        failed.append("location_missing")
    return key, failed


def judge(folder, parse):
    """Rule and key of all that fails."""
    writeback = document(folder, "onPremisesSynchronization.json", lambda rows: rows[0]["features"]["passwordWritebackEnabled"], parse)
    premium = document(folder, "subscribedSkus.json", premium_plans, parse)
    for key in document(folder, "subscribedSkus.json", overdrawn, parse):
        yield "seat_overage", key
    with open(os.path.join(folder, "userRegistrationDetails.jsonl"), "rb") as file:
        registered = dict(registration(parse(line)) for line in file)
    with open(os.path.join(folder, "users.jsonl"), "rb") as file:
        for line in file:
            key, failed = judge_user(parse(line), registered, premium, writeback)
            for rule in failed:
                yield rule, key


def main(library, folder, target):
    """Judges the tenant and writes what fails."""
    with open(target, "w", encoding="utf-8") as file:
        for rule, key in judge(folder, parser(library)):
            file.write(f"{rule} {key}\n")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
