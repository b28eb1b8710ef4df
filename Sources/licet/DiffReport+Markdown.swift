import Analysis
import Evaluation
import Reporting
import Semantics
import Syntax

extension DiffReport {
  /// For a pull request: a table, the witnesses folded below it.
  var markdown: String {
    var lines = ["### What the policies judge differently", "", sentence(summary), ""]
    if !entries.isEmpty {
      lines += ["| | What | Change | Where |", "|---|---|---|---|"]
      for entry in entries {
        let difference = entry.difference
        let cells = [
          difference.kind.rawValue, code(title(difference)),
          "**\(DiffReport.word(difference.change))**" + entry.details.map { "<br>" + escaped($0) }.joined(),
          code(place(difference)),
        ]
        lines.append("| " + cells.joined(separator: " | ") + " |")
      }
      lines.append("")
    }
    let shown = entries.filter { $0.isAsked }
    if !shown.isEmpty {
      lines += ["<details><summary>Witnesses, judged by both</summary>", ""]
      for entry in shown {
        guard let witness = entry.witness else {
          lines += ["- \(code(title(entry.difference))): no witness was found", ""]
          continue
        }
        lines += ["- \(code(title(entry.difference))): \(escaped(verdicts(witness, entry.difference)))", "", "  ```licet"]
        lines += witness.lines.map { "  " + printable($0) }
        lines += ["  ```", ""]
      }
      lines += ["</details>", ""]
    }
    for tenant in tenants { lines += markdown(tenant) }
    return lines.joined(separator: "\n")
  }

  private func markdown(_ tenant: VerdictChanges) -> [String] {
    var lines = ["#### " + escaped(heading(tenant)), ""]
    guard !tenant.rules.isEmpty else { return lines }
    lines += ["| Rule | From | To | Subjects | The first |", "|---|---|---|---:|---|"]
    for rule in tenant.rules {
      for move in rule.moves {
        let subjects = rule.subjects.filter { $0.from == move.from && $0.to == move.to }.prefix(DiffReport.shownSubjects)
        let names = subjects.map { escaped(DiffReport.subject($0.subject)) }.joined(separator: "<br>")
        let rest = move.count - subjects.count
        lines.append(
          "| \(code(name(rule))) | \(DiffReport.word(move.from)) | \(DiffReport.word(move.to)) | \(move.count) | \(names)"
            + (rest > 0 ? "<br>and \(rest) more" : "") + " |")
      }
    }
    return lines + [""]
  }

  private func sentence(_ text: String) -> String { escaped(text.prefix(1).uppercased() + text.dropFirst()) + "." }

  /// Text in which nothing is markup.
  private func escaped(_ text: String) -> String {
    var result = ""
    for scalar in printable(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "@", "!": result += "\\" + String(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A span of code in a cell; the mark that would end it, and the one that would end the cell, as characters of HTML.
  private func code(_ text: String) -> String {
    var result = ""
    for scalar in printable(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "|": result += "&#124;"
      case "`": result += "&#96;"
      case "*": result += "&#42;"
      case "_": result += "&#95;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result.isEmpty ? "" : "<code>\(result)</code>"
  }
}
