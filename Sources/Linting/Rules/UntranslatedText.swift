import Syntax

extension LintRule {
  static let untranslatedText = LintRule(
    "untranslated_text", .note,
    summary: "a translation is the same as its original",
    why: """
      It was copied in order to be translated later. Leave it out until it is: the original is shown then as well.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        title "Without a name"
        title nl "Without a name"
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
        message nl "{user.id} heeft geen naam."
      }
      """,
    accepted: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        title "Without a name"
        title nl "Zonder naam"
        for each user in users
        require user.name is not ""
        message "{user.id} has no name."
        message nl "{user.id} heeft geen naam."
      }
      """
  ) { set, findings in
    for rule in set.rules {
      var originals: [String: SourceSpan] = [:]
      for clause in rule.node.clauses {
        if case .title(nil, let text) = clause.value { originals["title"] = text.span }
        if case .message(nil, let text) = clause.value { originals["message"] = text.span }
        if case .remedy(nil, let text) = clause.value { originals["remedy"] = text.span }
      }
      for clause in rule.node.clauses {
        let (part, language, span): (String, NameNode?, SourceSpan)
        switch clause.value {
        case .title(let said, let text): (part, language, span) = ("title", said, text.span)
        case .message(let said, let text): (part, language, span) = ("message", said, text.span)
        case .remedy(let said, let text): (part, language, span) = ("remedy", said, text.span)
        case .forEach, .letting, .when, .require, .cite, .effective, .formerly: continue
        }
        guard language != nil, let original = originals[part] else { continue }
        // A text that is one value reads the same in every language.
        if set.bytes(span).contains(0x20), set.bytes(span).elementsEqual(set.bytes(original)) {
          findings.add("the \(part) is not translated", at: span, related: [Diagnostic.Related(original, "the original")])
        }
      }
    }
  }
}
