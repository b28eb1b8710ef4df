import Semantics
import Syntax

@testable import Evaluation

extension SampleReport {
  /// Two tenants; every verdict, every sort of subject, every gap; more findings than are spelt out.
  static let mixed: Report = {
    var north = Self.tenant(
      "north",
      collections: [
        collection(0, rows: 12_345, files: ["exports/north/people.0001.json", "exports/north/people.0003.json"]),
        collection(1, rows: 1, files: ["exports/north/rooms.json"], assumed: true),
      ],
      counts: [
        counts(pass: 12_000, fail: 12, undetermined: 5, inapplicable: 327, waived: 2), counts(pass: 3, fail: 1), counts(undetermined: 1),
        nil,
      ])
    north.collections[0].reading.gaps = [
      .nextLink(file: "exports/north/people.0001.json"), .missingPage(number: 2), .count(said: 20_000, read: 12_345),
      .errorPage(file: "exports/north/people.0003.json", code: "Forbidden", message: "no permission"), .stated,
    ]
    north.collections[0].reading.oddities = [
      CollectionReading.Oddity(message: "a byte order mark within the file", file: "exports/north/people.0003.json", line: 7)
    ]
    north.collections[0].reading.moreOddities = 3
    north.collections[0].repeatedRows = 2
    north.collections[0].contradictoryKeys = 1
    north.notes = ["waiver `desk.day_shift` covers nobody"]
    north.causes = [
      Cause(.absent, "people.skus", ask: "export /people?select=skus"), Cause(.unknownCell, "desk.lamps.lamp × basic"),
      Cause(.unknownCell, "desk.lamps.lamp × large"), Cause(.stated, "nobody has counted the lamps"), Cause(.incomplete, "rooms"),
    ]
    north.missing = [
      Report.Missing(cause: north.causes[0], subjects: 4, rules: [rule("no_lamp")]),
      Report.Missing(cause: north.causes[4], subjects: 1, rules: [rule("no_lamp"), rule("full_room")]),
    ]
    var south = Self.tenant("south", counts: [counts(pass: 1), counts(), counts(), nil])
    south.asOf = day("2026-10-31")
    south.asOfFrom = .today
    var unread = Report.CollectionSummary(
      collection: CollectionID(0), reading: CollectionReading(availability: .unavailable(code: "Forbidden", message: "not for you")))
    unread.reading.rows = 0
    south.collections = [
      unread, Report.CollectionSummary(collection: CollectionID(1), reading: CollectionReading(availability: .notExported)),
    ]

    var findings: [Finding] = []
    for number in 1...12 {
      findings.append(
        finding(
          "no_lamp", .fail, [person(number)], message: Text("Person \(number) has no lamp."), remedy: "Assign a large desk.",
          line: Int64(number)))
    }
    let contest = Finding.Contest(
      feature: FeatureID(0), product: [ProductID(0)], preferred: program.matrices[0].name, over: program.matrices[1].name,
      reason: "The handbook is newer.")
    findings[0].contests = [contest]
    var other = contest
    other.product = [ProductID(1)]
    findings[1].contests = [contest, other]
    for number in 20...21 {
      var waived = finding("no_lamp", .waived, [person(number)], message: "has no lamp.", line: Int64(number))
      waived.original = number == 20 ? .fail : .undetermined
      waived.waiver = program.waivers[0].name
      if number == 21 { waived.causes = [0] }
      findings.append(waived)
    }
    for number in 30...33 {
      findings.append(finding("no_lamp", .undetermined, [person(number)], message: "has no lamp.", causes: [0], line: Int64(number)))
    }
    findings.append(
      finding(
        "no_lamp", .undetermined, [Subject.Part(thing: "person", key: nil, label: nil)], message: "has no lamp.", causes: [1, 2, 3],
        line: 40))
    findings.append(
      finding(
        "broken_desk", .fail, [person(1), Subject.Part(thing: "assignment", key: "d1, null", label: nil)], message: "d1 is broken.", line: 1
      ))
    findings.append(
      finding(
        "full_room", .undetermined, [Subject.Part(thing: "rooms", key: nil, label: nil)], message: "rooms is not complete", causes: [4],
        isCollection: true))
    return Report(tenants: [north, south], findings: SortedFindings(FindingList(findings)))
  }()

  /// Nothing was evaluated.
  static let empty = Report(
    tenants: [tenant("nowhere", collections: [collection(0, rows: 0, files: ["people.json"])], counts: [counts(), counts(), nil, nil])],
    findings: [])

  /// All was evaluated, and nothing found but what lies below the fail level.
  static let clean: Report = {
    let tenant = Self.tenant(
      "whole", collections: [collection(0, rows: 2, files: ["people.json"])],
      counts: [counts(pass: 1, inapplicable: 1), counts(pass: 4), counts(pass: 1, fail: 1), nil])
    let tenantFinding = finding("full_room", .fail, [], message: "the tenant has too many seats.")
    return Report(tenants: [tenant], findings: [tenantFinding])
  }()

  /// Names that would move the cursor, turn the writing, break the document or the line.
  static let hostile: Report = {
    let name = Text(
      utf8: Array("\u{1B}[2J\u{202E}evil\u{200B}\u{9B}31m \"quoted\\\" </script>\r\n##[error]::error::x".utf8) + [0xFF, 0xC3])
    var tenant = Self.tenant(
      name, collections: [collection(0, rows: 1, files: ["exports/a\u{1B}]0;x\u{7}.json"])],
      counts: [counts(fail: 1, undetermined: 1), counts(), counts(), nil])
    tenant.causes = [Cause(.stated, name, ask: name)]
    tenant.missing = [Report.Missing(cause: tenant.causes[0], subjects: 1, rules: [rule("no_lamp")])]
    tenant.notes = [name.string]
    tenant.collections[0].reading.gaps = [.errorPage(file: name.string, code: name, message: name)]
    tenant.collections[0].reading.oddities = [CollectionReading.Oddity(message: name.string, file: name.string, line: 1)]
    let part = Subject.Part(thing: "person", key: name, label: name)
    var failing = finding("no_lamp", .fail, [part], message: name, remedy: name, line: 1)
    failing.because = [Finding.Evidence(expression: name, value: name, place: program.rules[0].span)]
    let untold = finding("no_lamp", .undetermined, [part], message: name, causes: [0], line: 2)
    return Report(tenants: [tenant], findings: [failing, untold])
  }()
}
