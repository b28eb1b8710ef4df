import Syntax

extension LintRule {
  static let translationPlaceholders = LintRule(
    "translation_placeholders", .warning,
    summary: "a text and its translation do not show the same values",
    why: """
      Readers of the one learn who is meant, and readers of the other do not. Mostly a `let` was added later in one of them.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        title "Without a name"
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
        message nl "Een gebruiker heeft geen naam."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        title "Without a name"
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
        message nl "{user.id} heeft geen naam."
      }
      """
  ) { set, findings in
    func paths(_ template: Template) -> Set<String> {
      Set(template.parts.compactMap { if case .path(let words) = $0 { words.map(\.text.string).joined(separator: ".") } else { nil } })
    }
    for rule in set.rules {
      var originals: [String: Template] = [:]
      for clause in rule.node.clauses {
        if case .message(nil, let text) = clause.value { originals["message"] = text }
        if case .remedy(nil, let text) = clause.value { originals["remedy"] = text }
      }
      for clause in rule.node.clauses {
        let (part, language, template): (String, NameNode?, Template)
        switch clause.value {
        case .message(let said, let text): (part, language, template) = ("message", said, text)
        case .remedy(let said, let text): (part, language, template) = ("remedy", said, text)
        case .title, .forEach, .letting, .when, .require, .cite, .effective, .formerly: continue
        }
        guard language != nil, let original = originals[part] else { continue }
        let (mine, others) = (paths(template), paths(original))
        guard mine != others else { continue }
        let lacking = others.subtracting(mine).sorted().map { "`{\($0)}`" }
        let further = mine.subtracting(others).sorted().map { "`{\($0)}`" }
        let notes =
          (lacking.isEmpty ? [] : ["it lacks " + lacking.joined(separator: ", ")])
          + (further.isEmpty ? [] : ["the original has no " + further.joined(separator: ", ")])
        findings.add(
          "this \(part) does not show what its original shows", at: template.span,
          related: [Diagnostic.Related(original.span, "the original")],
          notes: notes)
      }
    }
  }
}
