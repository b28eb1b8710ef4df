/// Rows of a synthetic tenant, as its export would write them.
struct Tenant: Sendable {
  /// By plan.
  let rows: [[Tree]]

  static let sample = Tenant()

  private init() {
    var dice = Dice(20_26)
    rows = [(0..<48).map { _ in Tenant.user(&dice) }, (0..<8).map { _ in Tenant.wide(&dice) }]
  }

  private static func guid(_ dice: inout Dice) -> String {
    let digits = Array("0123456789abcdef")
    let isUpper = dice.one(in: 5)
    var text = ""
    for index in 0..<36 { text.append([8, 13, 18, 23].contains(index) ? "-" : dice.pick(digits)) }
    return isUpper ? text.uppercased() : text
  }

  private static func id(_ dice: inout Dice) -> Tree {
    .text(dice.one(in: 8) ? dice.pick(["", "u1", "00000000-0000-0000-0000-000000000000", "an id that is no GUID"]) : guid(&dice))
  }

  private static let names = [
    "", "Ann", "Zoë", "😀 smile", "a name of sixteen", "one of seventeen.", "a name that is much longer than one vector of bytes", "nul",
    "None",
    "Δοκιμή", #"with \"quotes\""#, #"Zo\u00eb"#, #"\ud83d\ude00"#, "\u{7F}", "A\u{300}",
  ]

  private static func day(_ dice: inout Dice) -> String {
    dice.pick(["2024-02-29", "1970-01-01", "9999-12-31", "0001-01-01", "2026-11-01"])
  }

  private static func moment(_ dice: inout Dice) -> String {
    day(&dice) + dice.pick(["T00:00:00Z", "T23:59:59.9999999Z", "T12:30:00+02:00", "t01:02z", "T00:00:00-00:01"])
  }

  private static func members(_ members: [(String, Tree)]) -> Tree { .object(members.map { (key: Tree.quoted($0.0), value: $0.1) }) }

  private static func few(_ dice: inout Dice, _ make: (inout Dice) -> Tree) -> Tree {
    var elements: [Tree] = []
    for _ in 0..<dice.below(4) { elements.append(make(&dice)) }
    return .array(elements)
  }

  private static func user(_ dice: inout Dice) -> Tree {
    func name(_ dice: inout Dice) -> Tree { .text(dice.pick(names)) }
    func bool(_ dice: inout Dice) -> Tree { .raw(dice.pick(["true", "false"])) }
    func int(_ dice: inout Dice) -> Tree { .raw(dice.pick(["0", "-0", "7", "-1", "12", "9007199254740993", "-9223372036854775808"])) }
    func decimal(_ dice: inout Dice) -> Tree { .raw(dice.pick(["0", "1.5", "-1.50", "100", "99.99", "1e2", "0.000000000000000001"])) }
    func person(_ dice: inout Dice) -> Tree {
      members([("name", name(&dice)), ("id", id(&dice)), ("mail", name(&dice)), ("age", int(&dice))])
    }
    func licence(_ dice: inout Dice) -> Tree {
      members([("plans", few(&dice, id)), ("sku", id(&dice)), ("state", .text(dice.pick(["On", "Off", "Other"])))])
    }
    var fields: [(String, Tree)] = [
      ("id", id(&dice)), ("owner", id(&dice)), ("name", name(&dice)), ("mail", name(&dice)), ("label", name(&dice)),
      ("enabled", bool(&dice)), ("isGuest", bool(&dice)), ("count", int(&dice)), ("small", .raw(dice.pick(["0", "9", "10", "-1"]))),
      ("gone", .raw(dice.pick(["-1", "3"]))), ("other", .raw(dice.pick(["null", "true", "1.5e-3", "\"x\"", "[]", "{}"]))),
      ("price", decimal(&dice)), ("share", decimal(&dice)), ("cost", decimal(&dice)), ("day", .text(day(&dice))),
      ("born", .text(day(&dice))),
      ("seen", .text(moment(&dice))), ("last", .text(dice.one(in: 3) ? #"\/Date(1613679244000)\/"# : moment(&dice))),
      ("kind", .text(dice.pick(["Member", "Guest", "A member of a longer name", "Other"]))),
      ("state", .text(dice.pick(["On", "Off", "Größe", "x"]))),
      ("mode", .text(dice.pick(["a", "b", "None", "c"]))),
      (
        "units",
        members([
          ("paid", int(&dice)), ("skipped", .array([.raw("1"), members([("a", name(&dice))])])),
          ("inner", members([("price", decimal(&dice)), ("name", name(&dice))])),
        ])
      ),
      ("manager", person(&dice)),
      ("licences", few(&dice, licence)), ("tags", few(&dice, name)), ("numbers", few(&dice, int)), ("ids", few(&dice, id)),
      ("flags", few(&dice, bool)), ("days", few(&dice) { .text(day(&$0)) }), ("moments", few(&dice) { .text(moment(&$0)) }),
      ("prices", few(&dice, decimal)), ("both", person(&dice)), ("twice", id(&dice)),
      ("aKeyThatIsLongerThanTheTwoVectorsComparedAtOnce", name(&dice)), ("Ünit", int(&dice)),
      ("levels", few(&dice) { .text($0.pick(["Low", "High"])) }),
      ("skippedPeople", .array([person(&dice), person(&dice)])),
      ("tags@odata.count", int(&dice)),
    ]
    // An export leaves fields out, and small rows are more of them in the same time.
    let left = dice.one(in: 4) ? fields.count : 2 + dice.below(14)
    while fields.count > left { fields.remove(at: dice.below(fields.count)) }
    return members(fields)
  }

  private static func wide(_ dice: inout Dice) -> Tree {
    var fields: [(String, Tree)] = []
    for number in 0..<(60 + dice.below(60)) {
      if dice.one(in: 12) { fields.append(("x\(number)", .raw("null"))) }
      switch number % 7 {
      case 0: fields.append(("k\(number)", .text("v\(number)")))
      case 1 where number < 64: fields.append(("k\(number)", .object([(key: Tree.quoted("a"), value: .raw("\(number)"))])))
      case 2: fields.append(("k\(number)", .array([.raw("1"), .raw("2")])))
      default: fields.append(("k\(number)", .raw("\(number)")))
      }
    }
    return members(fields)
  }
}
