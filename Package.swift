// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

func room(_ name: String, needs: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: needs, path: "Sources/\(name)", swiftSettings: settings)
}

func tests(_ name: String, needs: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: needs + ["TestSupport"], path: "Tests/\(name)", swiftSettings: settings)
}

let package = Package(
  name: "licet",
  products: [.executable(name: "licet", targets: ["licet"])],
  targets: [
    room("Syntax"),
    room("Semantics", needs: ["Syntax"]),
    room("Linting", needs: ["Syntax", "Semantics"]),
    room("Evaluation", needs: ["Syntax", "Semantics"]),
    .target(
      name: "Reporting", dependencies: ["Syntax", "Semantics", "Evaluation"], path: "Sources/Reporting",
      exclude: ["report.schema.json"], swiftSettings: settings),
    room("Analysis", needs: ["Syntax", "Semantics"]),
    .executableTarget(
      name: "licet", dependencies: ["Syntax", "Semantics", "Linting", "Analysis", "Evaluation", "Reporting"], path: "Sources/licet",
      swiftSettings: settings,
      // The tool is one file that runs on any Linux, and begins 4 ms sooner than one that looks for libraries.
      linkerSettings: [.unsafeFlags(["-static-executable"], .when(platforms: [.linux], configuration: .release))]),
    .target(name: "TestSupport", dependencies: ["Syntax"], path: "Tests/TestSupport", swiftSettings: settings),
    .target(
      name: "Reference", dependencies: ["Syntax", "Semantics", "Evaluation"], path: "Tests/Reference", swiftSettings: settings),
    .executableTarget(
      name: "licet-differential", dependencies: ["Reference", "Syntax", "Semantics", "Evaluation"], path: "Tests/Differential",
      swiftSettings: settings),
    .target(
      name: "ReadingChecks", dependencies: ["Reference", "Syntax", "Semantics", "Evaluation"], path: "Tests/Reading",
      swiftSettings: settings),
    .executableTarget(
      name: "licet-reading", dependencies: ["ReadingChecks", "Evaluation"], path: "Tests/ReadingTool", swiftSettings: settings),
    tests("SyntaxTests", needs: ["Syntax"]),
    tests("FormattingTests", needs: ["Syntax", "Semantics", "Reference"]),
    tests("SemanticsTests", needs: ["Syntax", "Semantics"]),
    tests("LintingTests", needs: ["Syntax", "Semantics", "Linting", "Analysis", "Evaluation", "Reference"]),
    tests("AnalysisTests", needs: ["Syntax", "Semantics", "Analysis", "Evaluation", "Reference"]),
    tests("ReportingTests", needs: ["Syntax", "Semantics", "Evaluation", "Reporting"]),
    tests("CommandTests", needs: ["licet"]),
    tests("EvaluationTests", needs: ["Syntax", "Semantics", "Evaluation", "ReadingChecks"]),
  ]
)

// libFuzzer brings its own `main`, so its targets exist only where they are asked for: see Tests/README.md.
if Context.environment["LICET_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "licet-fuzz-rows", dependencies: ["ReadingChecks"], path: "Tests/Fuzz",
      swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]))
}
