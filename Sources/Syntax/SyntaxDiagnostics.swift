/// Every kind of diagnostic that lexing and parsing can give, by code: LIC0001 to LIC0099 the lexer, LIC0100 to LIC0199 the parser.
package let syntaxDiagnostics: [DiagnosticKind] = [
  .fileTooLarge, .notUTF8, .controlCharacter, .bidirectionalControl, .strangeCharacter, .unterminatedText, .unknownEscape,
  .strangeWord, .neitherGuidNorDate, .noSuchDay, .otherComment,
  .expected, .unexpected, .unknownDeclaration, .unknownClause, .columnOne, .unclosedBody, .missingModule, .secondModule,
  .reservedName, .numberTooLarge, .emptyPeriod, .badPlaceholder, .otherSpelling, .mixedConnectives, .chainedComparison,
  .severalLoops, .tooDeep, .tooLong, .tableWithoutDashes, .unclosedRow, .unequalRow, .blankCell, .crossCell, .badCell,
  .missingClause, .repeatedClause, .tooManyMistakes,
]
