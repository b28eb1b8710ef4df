// Plan and snapshot to findings.
