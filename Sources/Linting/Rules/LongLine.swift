import Syntax

extension LintRule {
  static let longLine = LintRule(
    "long_line", .note, bound: 140,
    summary: "a line is longer than the bound, in characters",
    why: """
      Whoever reviews the change sees it broken or cut off. Expressions may be broken before an operator. Rows of tables, lines of \
      tests, texts and comments that fill their line are left in peace.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not "" and user.city is not "Amsterdam" and user.city is not "Rotterdam" and user.city is not "Utrecht" and user.city is not "Groningen" and user.city is not "Maastricht" and user.city is not "Eindhoven"
        message "{user.id} has no name."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
      }
      """
  ) { set, findings in
    for tree in set.trees {
      var token = 0
      for (index, start) in tree.source.lineStarts.enumerated() {
        let end =
          index + 1 < tree.source.lineStarts.count ? tree.source.lineStarts[index + 1] : Int32(truncatingIfNeeded: tree.source.bytes.count)
        guard Int64(end - start) > findings.bound else { continue }
        while token < tree.tokens.count, tree.tokens[token].span.start < start { token += 1 }
        guard token < tree.tokens.count, tree.tokens[token].span.start < end else { continue }
        let first = tree.tokens[token]
        let line = SourceSpan(file: first.span.file, start: start, end: end)
        let length = Int64(set.bytes(line).count { $0 & 0xC0 != 0x80 && $0 != 0x0A && $0 != 0x0D })
        var quoted: Int64 = 0
        var place = token
        while place < tree.tokens.count, tree.tokens[place].span.start < end {
          if tree.tokens[place].kind == .text { quoted += Int64(tree.tokens[place].span.end - tree.tokens[place].span.start) }
          place += 1
        }
        // A comment behind the line, and texts, cannot be broken.
        let comments = tree.comments.filter { $0.start >= start && $0.start < end }.reduce(Int64(0)) { $0 + Int64($1.end - $1.start) }
        let isTable = set.bytes(first.span).elementsEqual([0x7C])
        guard length - quoted - comments > findings.bound, !isTable, !set.isInTest(first.span) else { continue }
        findings.add("this line has \(counted(length, "character"))", at: first.span)
      }
    }
  }
}
