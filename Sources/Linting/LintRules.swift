/// All rules, in the order of their ids.
package let lintRules: [LintRule] = [
  .allowUnreadable, .allowUnused, .allowWithoutReason, .attestationExpiresSoon, .brokenId, .comparedWithTrue, .confusableCharacters,
  .constantFirst, .countForAny, .doubleNegation, .duplicateCondition, .duplicateElement, .duplicateRule, .duplicateSource,
  .emptyReason, .expiredAttestation, .expiredWaiver, .exportUnsaid, .formerNameInText, .futureSource, .idAsText, .idInWords,
  .idOfBothKinds, .insecureAddress, .invisibleCharacters, .listOfOne, .longLine, .longMessage, .longWaiver, .lookalikeNames,
  .lookupWithoutOther, .machineTranslatedSource, .magicDate, .matrixWithoutSource, .misleadingSku, .missingRemedy, .missingTitle,
  .missingTranslation, .moduleFolder, .nameStyle, .needlessPrefer, .negatedComparison, .newerSourceLoses, .notBegunYet, .oldSource,
  .oneIdTwoNames, .oneNameTwoIds, .oneSkuTwoProducts, .orderOfClauses, .orderOfDeclarations, .orderOfVersions, .personInRule,
  .productWithoutId, .publishedMark,
  .readBeforePublished, .realAddress, .retiredId, .ruleWithoutSource, .sameMessage, .sameOnBothSides, .sameProductTitle,
  .settingUnknown, .severityWithoutReason, .skuForPlan, .sourceWithoutAddress, .sourceWithoutDate, .subjectIgnored, .subjectUnnamed,
  .tenantQuestion, .textSpaces, .todoComment, .translationPlaceholders, .unlabelledEntity, .unstatedFact, .untestedCell,
  .untestedFailure, .untestedRule, .untranslatedText, .unusedDefine, .unusedEntity, .unusedFact, .unusedFeature, .unusedField,
  .unusedLet, .unusedLookup, .unusedParameter, .unusedProduct, .unusedSource, .uppercaseId, .waiverExpiresSoon, .waiverOfNobody,
]
