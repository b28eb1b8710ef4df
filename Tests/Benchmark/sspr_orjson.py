#!/usr/bin/env python3
"""The peer of the benchmark: four findings of the packs, straight from the files with orjson, in one process.

    sspr_orjson.py DIR [--ids FILE]

Prints how many fail unlicensed_reset, unlicensed_writeback, usage_location_missing and seat_overage; --ids writes rule and key, a line each.
"""
import sys

import orjson

P1, P2 = "41781fb2-bc02-4b7c-bd55-b576c07bb09d", "eec0eb4f-6444-4f95-aba0-50c24d67f998"
GRANT_RESET = {"f245ecc8-75af-4f8e-b61f-27d8114de5f3", "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46"}  # Business Standard, Business Premium
OPEN = {"3b555118-da6a-4418-894f-7df1e2096870", "05e9a617-0261-4cee-bb44-138d3ef5d965", "06ebc4ee-1bb5-47dd-8120-11324bc54e06"}  # the page does not say


def main():
    folder = sys.argv[1]
    with open(folder + "/subscribedSkus.json", "rb") as file:
        skus = {sku["skuId"]: sku for sku in orjson.loads(file.read())["value"]}
    plans = {key: {plan["servicePlanId"] for plan in sku["servicePlans"]} for key, sku in skus.items()}
    found = []
    registered = {}
    with open(folder + "/userRegistrationDetails.jsonl", "rb") as file:
        for line in file:
            row = orjson.loads(line)
            registered[row["id"]] = (row["isSsprEnabled"], row["isSsprRegistered"], row["isAdmin"])
    with open(folder + "/users.jsonl", "rb") as file:
        for line in file:
            user = orjson.loads(line)
            key = user["id"]
            enabled, ready, admin = registered[key]
            premium = grants = unsaid = False
            for license in user["assignedLicenses"]:
                sku, disabled = license["skuId"], license["disabledPlans"]
                parts = plans[sku]
                if (P1 in parts and P1 not in disabled) or (P2 in parts and P2 not in disabled):
                    premium = True
                grants = grants or sku in GRANT_RESET
                unsaid = unsaid or sku in OPEN
            if user["accountEnabled"] and user["userType"] == "Member" and not admin and enabled and not (premium or grants or unsaid):
                found.append(("sspr.unlicensed_reset", key))
            if user["onPremisesSyncEnabled"] and ready and not premium:
                found.append(("sspr.unlicensed_writeback", key))
            if user["usageLocation"] is None and any(state["assignedByGroup"] is None for state in user["licenseAssignmentStates"]):
                found.append(("licensing.usage_location_missing", key))
    for key, sku in skus.items():
        if sku["consumedUnits"] > sku["prepaidUnits"]["enabled"] + sku["prepaidUnits"]["warning"]:
            found.append(("licensing.seat_overage", key))
    if "--ids" in sys.argv:
        with open(sys.argv[sys.argv.index("--ids") + 1], "w", encoding="utf-8") as file:
            file.writelines(f"{rule} {key}\n" for rule, key in sorted(found))
    print(len(found), "findings")


if __name__ == "__main__":
    main()
