// What the parser says of expressions.

extension DiagnosticKind {
  static let otherSpelling = DiagnosticKind(
    code: "LIC0112",
    summary: "an operator is written in another language's way",
    explanation: """
      There is one spelling for one thing: `is` and `is not` compare, `and`, `or` and `not` join. The fix writes it.
      """,
    wrong: """
      module m
      violation v {
        for each user in users
        when user.kind == "guest"
        require user.licensed
        message "{user.name} has no licence."
      }
      """,
    right: """
      module m
      violation v {
        for each user in users
        when user.kind is "guest"
        require user.licensed
        message "{user.name} has no licence."
      }
      """)

  static let mixedConnectives = DiagnosticKind(
    code: "LIC0113",
    summary: "`and` beside `or` without brackets",
    explanation: """
      Whether `a or b and c` means `(a or b) and c` or `a or (b and c)` decides verdicts, and readers differ about it. So the brackets \
      have to be written.
      """,
    wrong: """
      module m
      violation v {
        for each user in users
        when user.enabled or user.guest and user.synchronised
        require user.licensed
        message "{user.name} has no licence."
      }
      """,
    right: """
      module m
      violation v {
        for each user in users
        when user.enabled or (user.guest and user.synchronised)
        require user.licensed
        message "{user.name} has no licence."
      }
      """)

  static let chainedComparison = DiagnosticKind(
    code: "LIC0114",
    summary: "a comparison of a comparison",
    explanation: """
      `a < b < c` would compare the truth of `a < b` with c. Write both comparisons and join them with `and`.
      """,
    wrong: """
      module m
      violation v {
        for each user in users
        when 1 < user.seats < 5
        require user.licensed
        message "{user.name} has no licence."
      }
      """,
    right: """
      module m
      violation v {
        for each user in users
        when 1 < user.seats and user.seats < 5
        require user.licensed
        message "{user.name} has no licence."
      }
      """)

  static let severalLoops = DiagnosticKind(
    code: "LIC0115",
    summary: "several loops outside a list",
    explanation: """
      Only a list may have several `for`; a sum, a minimum or a maximum has one. Put the inner loop into a list and sum over that.
      """,
    wrong: """
      module m
      define seats = sum (unit.seats for sku in skus for unit in sku.units)
      """,
    right: """
      module m
      define seats = sum (unit.seats for unit in [unit for sku in skus for unit in sku.units])
      """)

  static let tooDeep = DiagnosticKind(
    code: "LIC0116",
    summary: "an expression or a type is nested too deep",
    explanation: """
      An expression may hold 200 operators and brackets one within another; one that needs more cannot be read by people either. Give \
      a part of it a name with `let` or `define`, or write a list.
      """,
    wrong: "module m\ndefine deep = " + String(repeating: "(", count: 200) + "1" + String(repeating: ")", count: 200),
    right: """
      module m
      define deep = ((1))
      """)

  static let tooLong = DiagnosticKind(
    code: "LIC0117",
    summary: "a list, a table or a declaration is too long",
    explanation: """
      A list, a chain of `and` or `or`, a table and the clauses of a declaration have at most 10,000 parts. Data of that size belong \
      into the snapshot, or into several declarations.
      """,
    wrong: "",
    right: "module m")
}
