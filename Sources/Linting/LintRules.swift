/// All rules, in the order of their ids.
package let lintRules: [LintRule] = [
  .allowUnreadable, .allowUnused, .allowWithoutReason, .attestationExpiresSoon, .brokenId, .comparedWithTrue, .confusableCharacters,
  .constantFirst, .countForAny, .doubleNegation, .duplicateCondition, .duplicateElement, .duplicateRule, .duplicateSource,
  .emptyReason, .expiredAttestation, .expiredWaiver, .futureSource, .idAsText, .insecureAddress, .invisibleCharacters, .listOfOne,
  .longLine, .longMessage, .longWaiver, .machineTranslatedSource, .magicDate, .matrixWithoutSource, .missingRemedy, .missingTitle,
  .missingTranslation, .needlessPrefer, .negatedComparison, .oldSource, .personInRule, .readBeforePublished, .ruleWithoutSource,
  .sameMessage, .sameOnBothSides, .settingUnknown, .severityWithoutReason, .sourceWithoutAddress, .sourceWithoutDate, .subjectIgnored,
  .subjectUnnamed, .tenantQuestion, .textSpaces, .todoComment, .translationPlaceholders, .unstatedFact, .untranslatedText,
  .unusedDefine, .unusedEntity, .unusedFact, .unusedFeature, .unusedField, .unusedLet, .unusedLookup, .unusedParameter,
  .unusedProduct, .unusedSource, .waiverExpiresSoon, .waiverOfNobody,
]
