#!/usr/bin/env python3
"""The four rules of policies/four with DuckDB, on one thread, the columns named so that nothing else is read.

    duckdb_rules.py TENANT FILE      FILE receives a line `rule key` for each failure
"""
import os
import sys

import duckdb

USERS = """{id: 'VARCHAR', usageLocation: 'VARCHAR', onPremisesSyncEnabled: 'BOOLEAN',
  assignedLicenses: 'STRUCT(disabledPlans VARCHAR[], skuId VARCHAR)[]', licenseAssignmentStates: 'STRUCT(assignedByGroup VARCHAR)[]'}"""
REGISTRATIONS = "{id: 'VARCHAR', isSsprEnabled: 'BOOLEAN', isSsprRegistered: 'BOOLEAN'}"
SKUS = """{value: 'STRUCT(skuId VARCHAR, consumedUnits BIGINT, prepaidUnits STRUCT(enabled BIGINT),
  servicePlans STRUCT(servicePlanId VARCHAR)[])[]'}"""
SYNCHRONIZATION = "{value: 'STRUCT(features STRUCT(passwordWritebackEnabled BOOLEAN))[]'}"
PREMIUM_PLANS = "('41781fb2-bc02-4b7c-bd55-b576c07bb09d', 'eec0eb4f-6444-4f95-aba0-50c24d67f998')"


def main(tenant, target):
    """Reads the tenant, judges it and writes what fails."""
    database = duckdb.connect()
    database.execute("set threads = 1")

    def collection(name, columns):
        return f"read_json('{tenant}/{name}', format = 'newline_delimited', columns = {columns})"

    def document(name, columns):
        return f"(select unnest(value) as row from read_json('{tenant}/{name}', columns = {columns}))"

    database.execute(f"create view users as select * from {collection('users.jsonl', USERS)}")
    database.execute(f"create view registrations as select * from {collection('userRegistrationDetails.jsonl', REGISTRATIONS)}")
    database.execute(f"create table skus as select row.* from {document('subscribedSkus.json', SKUS)}")
    database.execute(
        "create table synchronization as select row.features.passwordWritebackEnabled as writeback "
        f"from {document('onPremisesSynchronization.json', SYNCHRONIZATION)}")
    database.execute(
        "create table premium_plan as select distinct skuId, part.servicePlanId from (select skuId, unnest(servicePlans) as part from skus) "
        f"where part.servicePlanId in {PREMIUM_PLANS}")
    with open(os.path.join(os.path.dirname(__file__), "rules.sql"), encoding="utf-8") as file:
        rules = file.read()
    database.execute(f"copy ({rules}) to '{target}' (format csv, header false, delimiter ' ')")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
