# The four rules of policies/four: a line `rule key` for each failure.
#
#   jq -nr --argjson registrations N --slurpfile skus TENANT/subscribedSkus.json --slurpfile sync TENANT/onPremisesSynchronization.json \
#     -f rules.jq TENANT/userRegistrationDetails.jsonl TENANT/users.jsonl
#
# The registrations, N of them, come first and are kept by id; each user is then judged as it is read.

def premium: ["41781fb2-bc02-4b7c-bd55-b576c07bb09d", "eec0eb4f-6444-4f95-aba0-50c24d67f998"];
def standard: "f245ecc8-75af-4f8e-b61f-27d8114de5f3";

($skus[0].value | map({key: .skuId, value: ([.servicePlans[].servicePlanId] as $all | premium - (premium - $all))}) | from_entries) as $plans
| $sync[0].value[0].features.passwordWritebackEnabled as $writeback
| ($skus[0].value[] | select(.consumedUnits > .prepaidUnits.enabled) | "seat_overage \(.skuId)"),
  ((reduce limit($registrations; inputs) as $row ({}; .[$row.id] = [$row.isSsprEnabled, $row.isSsprRegistered])) as $registered
   | inputs
   | $registered[.id] as [$enabled, $ready]
   | any(.assignedLicenses[]; $plans[.skuId] - .disabledPlans != []) as $premium
   | (select($enabled and ($premium | not) and (any(.assignedLicenses[]; .skuId == standard) | not)) | "unlicensed_reset \(.id)"),
     (select($writeback and $ready and .onPremisesSyncEnabled and ($premium | not)) | "unlicensed_writeback \(.id)"),
     (select(.usageLocation == null and any(.licenseAssignmentStates[]; .assignedByGroup == null)) | "location_missing \(.id)"))
