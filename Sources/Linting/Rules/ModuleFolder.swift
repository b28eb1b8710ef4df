import Syntax

extension LintRule {
  static let moduleFolder = LintRule(
    "module_folder", .note,
    summary: "the module of a file is not called as its folder",
    why: """
      A finding is called `module.rule`, and whoever gets it looks for the rule in the folder of that name.
      """,
    flagged: """
      module n
      entity user in users key id label name { id: id, name: text, city: text, active: bool, born: date }
      notice named {
        for each user in users
        require user.name is not ""
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
      guard let module = tree.module else { continue }
      let parts = tree.source.path.split(separator: "/", omittingEmptySubsequences: true)
      guard parts.count >= 2 else { continue }
      let folder = parts[parts.count - 2]
      guard folder != ".", folder != ".." else { continue }
      let wanted = String(folder.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
      // A folder that begins with a digit can be no module.
      guard wanted.first?.isLetter == true, module.text.string.lowercased() != wanted else { continue }
      findings.add("the file lies in `\(folder)`, and its module is `\(module.text)`", at: module.span)
    }
  }
}
