import Syntax

extension LintRule {
  static let realAddress = LintRule(
    "real_address", .warning,
    summary: "a test holds an address that may be somebody's",
    why: """
      Tests are read by whoever reads the policies, and copied further. Invent people, at a domain that is nobody's: \
      `anna@contoso.example` (RFC 2606).
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text }
      notice named {
        for each user in users
        require user.name is not "?"
        message "{user.id} has no name."
      }
      test "whoever has a name passes" {
        as of 2026-11-01
        given user { id: 11111111-2222-3333-4444-555555555555, name: "anna@contoso.com" }
        expect pass named for user "anna@contoso.com"
      }
      test "whoever has none fails" {
        as of 2026-11-01
        given user { id: 11111111-2222-3333-4444-555555555555, name: "?" }
        expect fail named for user "?"
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text }
      notice named {
        for each user in users
        require user.name is not "?"
        message "{user.id} has no name."
      }
      test "whoever has a name passes" {
        as of 2026-11-01
        given user { id: 11111111-2222-3333-4444-555555555555, name: "anna@contoso.example" }
        expect pass named for user "anna@contoso.example"
      }
      test "whoever has none fails" {
        as of 2026-11-01
        given user { id: 11111111-2222-3333-4444-555555555555, name: "?" }
        expect fail named for user "?"
      }
      """
  ) { set, findings in
    let reserved = ["example", "test", "invalid", "localhost"]
    for tree in set.trees {
      for token in tree.tokens where token.kind == .text && set.isInTest(token.span) {
        let bytes = set.bytes(token.span).dropFirst().dropLast()
        guard bytes.contains(0x40) else { continue }
        let text = String(decoding: bytes, as: UTF8.self)
        for part in text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == ";" || $0 == "<" || $0 == ">" }) {
          let sides = part.split(separator: "@", omittingEmptySubsequences: false)
          guard sides.count == 2, !sides[0].isEmpty else { continue }
          var labels = sides[1].lowercased().split(separator: ".").map(String.init)
          while let last = labels.last, last.last.map({ !$0.isLetter && !$0.isNumber }) ?? true {
            labels[labels.count - 1] = String(last.dropLast()); if labels.last == "" { labels.removeLast() }
          }
          guard labels.count >= 2, let top = labels.last, !reserved.contains(top) else { continue }
          if labels[labels.count - 2] == "example" && ["com", "org", "net"].contains(top) { continue }
          findings.add("`\(part)` may be somebody's address", at: token.span)
        }
      }
    }
  }
}
