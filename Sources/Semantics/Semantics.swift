// The checker: names, types, effective dates; syntax trees to a checked program.
