-- The four rules of policies/four over the tables and views that duckdb_rules.py makes: a row for each failure, with the rule and the key.
with
person as materialized (
  select id, usageLocation, onPremisesSyncEnabled, assignedLicenses, licenseAssignmentStates from users
),
licence as (
  select id, unnest(assignedLicenses, recursive := false) as item from person
),
premium as (
  -- Those for whom a plan of P1 or P2 is on in some licence.
  select distinct licence.id from licence join premium_plan on premium_plan.skuId = licence.item.skuId
  where not array_contains(licence.item.disabledPlans, premium_plan.servicePlanId)
),
standard as (
  select distinct id from licence where item.skuId = 'f245ecc8-75af-4f8e-b61f-27d8114de5f3'
),
assignment as (
  select id, unnest(licenseAssignmentStates, recursive := false) as item from person
)
select 'unlicensed_reset' as rule, person.id as id from person join registrations using (id)
where isSsprEnabled and id not in (select id from premium) and id not in (select id from standard)
union all
select 'unlicensed_writeback', person.id from person join registrations using (id)
where onPremisesSyncEnabled and isSsprRegistered and (select writeback from synchronization) and id not in (select id from premium)
union all
select 'location_missing', id from person
where usageLocation is null and id in (select id from assignment where item.assignedByGroup is null)
union all
select 'seat_overage', skuId from skus where consumedUnits > prepaidUnits.enabled
