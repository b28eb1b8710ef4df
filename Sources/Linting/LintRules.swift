/// All rules, in the order of their ids.
package let lintRules: [LintRule] = [
  .allowUnreadable, .allowUnused, .allowWithoutReason, .attestationExpiresSoon, .duplicateSource, .emptyReason, .expiredAttestation,
  .expiredWaiver, .futureSource, .insecureAddress, .longWaiver, .machineTranslatedSource, .matrixWithoutSource, .missingRemedy,
  .missingTitle, .needlessPrefer, .oldSource, .readBeforePublished, .ruleWithoutSource, .settingUnknown, .severityWithoutReason,
  .sourceWithoutAddress, .sourceWithoutDate, .unstatedFact, .unusedDefine, .unusedEntity, .unusedFact, .unusedFeature, .unusedField,
  .unusedLet, .unusedLookup, .unusedParameter, .unusedProduct, .unusedSource, .waiverExpiresSoon, .waiverOfNobody,
]
