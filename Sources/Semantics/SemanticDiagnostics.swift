package import Syntax

/// All kinds of diagnostics that checking raises, in the order of their codes.
package let semanticDiagnostics: [DiagnosticKind] = [
  .unknownName, .ambiguousName, .duplicateDeclaration, .typeName, .shadowedVariable, .wrongKind, .unknownField, .duplicateField,
  .typeMismatch, .mayBeNull, .nullableCondition, .notComparable, .notInSet, .wrongCount, .noHolding, .badHolding, .notAList,
  .recordOutsideTest, .badJoin, .badField, .badKey, .notConstant, .badAsOf, .badLookup, .badFact, .notShown,
  .mixedMatrix, .repeatedHeading, .badCellCondition, .unknownNote, .contradiction, .overlap, .expiresTooEarly, .badPreference,
  .suiteCycle,
  .recursion, .notLinear, .tooDeepThroughDefines,
  .clauseMissing, .clauseTwice, .badForEach, .badWaiver, .statedTwice, .noExpectation, .badGiven, .badCases, .badExpectation,
]
