import Syntax

extension LintRule {
  static let missingTranslation = LintRule(
    "missing_translation", .warning,
    summary: "a rule has some of its texts in a language, and others not",
    why: """
      The report in that language is half in another. Translate the title, the message and the remedy, or none.
      """,
    flagged: """
      module m
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        title "Without a name"
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
      var languages: [(part: String, language: Text?)] = []
      for clause in rule.node.clauses {
        switch clause.value {
        case .title(let language, _): languages.append(("title", language?.text))
        case .message(let language, _): languages.append(("message", language?.text))
        case .remedy(let language, _): languages.append(("remedy", language?.text))
        case .forEach, .letting, .when, .require, .cite, .effective, .formerly: break
        }
      }
      for language in Set(languages.compactMap(\.language)).sorted() {
        for part in ["title", "message", "remedy"] {
          let own = languages.filter { $0.part == part }
          if !own.isEmpty && !own.contains(where: { $0.language == language }) {
            findings.add("`\(rule.node.name.text)` has no \(part) in `\(language)`", at: rule.node.name.span)
          }
        }
      }
    }
  }
}
