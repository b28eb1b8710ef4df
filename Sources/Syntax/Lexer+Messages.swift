// What the lexer says.

extension DiagnosticKind {
  static let fileTooLarge = DiagnosticKind(
    code: "LIC0001",
    summary: "a policy file is larger than can be read",
    explanation: """
      Policy files are written and reviewed by people; one of more than 16 MB is most likely not a policy file at all.

      Split it: all files of a folder, and of the folders in it, are one policy set.
      """,
    wrong: "",
    right: "module m")

  static let notUTF8 = DiagnosticKind(
    code: "LIC0002",
    summary: "policy files are UTF-8",
    explanation: """
      The file holds bytes that are not UTF-8, so what they were meant to say is a guess. Editors on Windows sometimes save in UTF-16 \
      or in the code page of the country.

      Open the file in the encoding in which it was written, and save it as UTF-8. A byte-order mark is allowed.
      """,
    wrong: "",
    right: "module m")

  static let controlCharacter = DiagnosticKind(
    code: "LIC0003",
    summary: "control characters may not stand in policy text",
    explanation: """
      A control character is not visible in most editors and can change what a terminal shows, so neither texts nor comments may hold \
      one. Tabs and line ends are no control characters in this sense.
      """,
    wrong: """
      module m
      feature f "Rings the bell\u{7}"
      """,
    right: """
      module m
      feature f "Rings the bell"
      """)

  static let bidirectionalControl = DiagnosticKind(
    code: "LIC0004",
    summary: "controls that turn the order of text may not stand in policy text",
    explanation: """
      Some characters make an editor show text in another order than it is read in, so that a reviewer sees a policy other than the \
      one that is judged by (CVE-2021-42574). They are refused everywhere, comments included.

      Text in scripts that run from right to left needs none of them.
      """,
    wrong: """
      module m
      // Refused: \u{202E}neddih
      feature f "Reset"
      """,
    right: """
      module m
      // Refused: hidden
      feature f "Reset"
      """)

  static let strangeCharacter = DiagnosticKind(
    code: "LIC0005",
    summary: "a character that means nothing in policy text",
    explanation: """
      Outside texts and comments stand words, numbers and a few signs. Curly quotes, long dashes and special spaces come from word \
      processors and web pages: the fix writes the plain character.
      """,
    wrong: """
      module m
      feature f \u{201C}Reset\u{201D}
      """,
    right: """
      module m
      feature f "Reset"
      """)

  static let unterminatedText = DiagnosticKind(
    code: "LIC0006",
    summary: "a text has no closing quote on its line",
    explanation: """
      A text begins and ends with `"` on one line. A quote inside it is written `\\"`.
      """,
    wrong: """
      module m
      feature f "Reset
      """,
    right: """
      module m
      feature f "Reset"
      """)

  static let unknownEscape = DiagnosticKind(
    code: "LIC0007",
    summary: "a backslash in a text stands before a character that needs none",
    explanation: """
      In a text, `\\"` is a quote, `\\\\` a backslash and `\\{` a brace that begins no name. There are no other escapes, so a path of \
      Windows is written with two backslashes.
      """,
    wrong: """
      module m
      feature f "C:\\Windows"
      """,
    right: """
      module m
      feature f "C:\\\\Windows"
      """)

  static let strangeWord = DiagnosticKind(
    code: "LIC0008",
    summary: "a run of letters and digits is neither a word nor a number",
    explanation: """
      A word begins with a letter from a to z and goes on with letters, digits and `_`. A number has digits only. A name that has \
      other characters stands in quotes where names of the vendor are allowed; a name of your own is made of plain letters.
      """,
    wrong: """
      module m
      feature 2fa "Two factors"
      """,
    right: """
      module m
      feature two_factors "Two factors"
      """)

  static let neitherGuidNorDate = DiagnosticKind(
    code: "LIC0009",
    summary: "a run with a hyphen is neither a GUID nor a date",
    explanation: """
      Letters, digits and the hyphens between them are read as one piece, so that a GUID or a date is never taken for a subtraction. A \
      GUID has 8, 4, 4, 4 and 12 hexadecimal digits; a date has four digits, two and two. A minus has a space on each side.
      """,
    wrong: """
      module m
      define left(total: int, used: int) = total-used
      """,
    right: """
      module m
      define left(total: int, used: int) = total - used
      """)

  static let noSuchDay = DiagnosticKind(
    code: "LIC0010",
    summary: "the calendar has no such day, or the clock no such time",
    explanation: """
      Days are those of the Gregorian calendar in the years 1 to 9999. A moment is written in UTC, as `2026-11-01T09:30:00Z`, with at \
      most seven digits of a fraction of a second and no leap second.
      """,
    wrong: """
      module m
      source s "Page" {
        published 2026-02-30
      }
      """,
    right: """
      module m
      source s "Page" {
        published 2026-02-28
      }
      """)

  static let otherComment = DiagnosticKind(
    code: "LIC0011",
    summary: "a comment is written in another language's way",
    explanation: """
      A comment begins with `//` and ends with its line. There are no comments over several lines and none with `#`.
      """,
    wrong: """
      module m
      # What is licensed.
      feature f "Reset"
      """,
    right: """
      module m
      // What is licensed.
      feature f "Reset"
      """)
}
