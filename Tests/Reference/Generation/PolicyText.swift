/// The type of a generated expression.
indirect enum Kind: Equatable {
  case bool, int, decimal, text, date, instant, id
  case oneOf(Int, orOther: Bool)
  /// An entity's, single's or record's row, by its place among the shapes.
  case row(Int)
  case list(Kind)
  case product, feature
}

/// A declared shape of rows.
struct Shape {
  struct Member {
    var name: String
    var kind: Kind
    var isNullable: Bool
    /// What stands behind the name in the declaration.
    var text: String
    var isJoin = false
    var isAtLeastZero = false
  }
  var name: String
  /// The collection's name; nil for a record.
  var collection: String?
  var isSingle = false
  var keys: [String] = []
  var isSmall = true
  var members: [Member] = []
}

/// A name that an expression sees, with the paths that are known not to be null.
struct Scope {
  struct Name {
    var text: String
    var kind: Kind
    var isNullable: Bool
    /// The loop that binds it; the rows of a reverse join may be looped only in that loop itself.
    var loop = 0
  }
  /// Loops around the expression.
  var loop = 0
  var names: [Name] = []
  var notNull: Set<String> = []
  /// A collection that is not small may not be looped here.
  var isInLoop = false
  /// Conditions of cells must not ask what is granted.
  var isBare = false
}

/// Writes a policy set that says something about everything the language has; the checker has the last word on it.
package struct PolicyText {
  var random: SplitMix64
  var out = ""
  var shapes: [Shape] = []
  var products: [String] = []
  var features: [String] = []
  var facts: [(name: String, kind: Kind)] = []
  var lookups: [(name: String, key: Kind, value: Kind)] = []
  /// Defines: their parameter's shape (nil: none) and type.
  var defines: [(name: String, parameter: Int?, kind: Kind, isNullable: Bool)] = []
  var constants: [String] = []
  var holders: [Int] = []
  var collectionsWithRules: [String] = []
  var counter = 0
  var budget = 0

  package static let tenants = ["north", "south"]

  package init(seed: UInt64) { random = SplitMix64(seed: seed) }

  package static func generate(seed: UInt64) -> String {
    var generator = PolicyText(seed: seed)
    generator.write()
    return generator.out
  }

  mutating func line(_ text: String) { out += text + "\n" }

  mutating func name(_ letter: String) -> String {
    counter += 1
    return letter + String(counter)
  }

  private mutating func write() {
    line("module gen")
    writeCatalogue()
    writeShapes()
    writeFacts()
    writeHoldings()
    writeDefines()
    writeMatrices()
    let rules = 2 + random.below(4)
    for index in 0..<rules { writeRule("w" + String(index)) }
  }

  // MARK: - Catalogue

  private mutating func period(_ percent: Int) -> String {
    guard random.chance(percent) else { return "" }
    switch random.below(3) {
    case 0: return " from " + random.pick(Pool.days)
    case 1: return " before " + random.pick(Pool.days)
    default: return " from 2024-01-01 before " + random.pick(["2024-03-15", "2024-06-01", "2025-01-01"])
    }
  }

  private mutating func writeCatalogue() {
    for index in 0..<(1 + random.below(3)) {
      features.append("f" + String(index))
      line("feature f" + String(index) + " \"Feature\"")
    }
    let count = 2 + random.below(4)
    for index in 0..<count {
      let name = "p" + String(index)
      line("product " + name + " \"Product " + String(index) + "\" {")
      if random.chance(20) { line("  formerly \"Old\" before 2024-03-15") }
      if index == 0 && random.chance(40) { line("  held by all") }
      if random.chance(75) { line("  sku S" + String(index) + " " + Pool.guids[index] + period(15)) }
      if random.chance(15) { line("  sku T" + String(index) + " " + Pool.guids[10 + index % 2] + period(15)) }
      if random.chance(50) { line("  plan P" + String(index) + " " + Pool.guids[5 + index % 5] + period(15)) }
      if random.chance(20) { line("  contains plan C" + String(index) + " " + Pool.guids[5 + (index + 1) % 5]) }
      if index > 0 && random.chance(30) {
        line("  includes " + Set((0...random.below(2)).map { _ in random.pick(products) }).sorted().joined(separator: ", ") + period(20))
      }
      if index > 1 && random.chance(20) { line("  requires " + columns(products, 2)) }
      line("}")
      products.append(name)
    }
  }

  private mutating func columns(_ names: [String], _ count: Int) -> String {
    var parts: Set<String> = []
    for _ in 0...random.below(count) {
      let first = random.pick(names)
      let second = random.pick(names)
      parts.insert(random.chance(25) && first != second ? min(first, second) + " with " + max(first, second) : first)
    }
    return parts.sorted().joined(separator: " or ")
  }

  // MARK: - Shapes

  private func text(_ kind: Kind) -> String {
    switch kind {
    case .bool: "bool"
    case .int: "int"
    case .decimal: "decimal"
    case .text: "text"
    case .date: "date"
    case .instant: "instant"
    case .id: "id"
    case .oneOf(let index, let orOther):
      "one of " + Pool.choices[index].map { "\"" + $0 + "\"" }.joined(separator: ", ") + (orOther ? " or other" : "")
    case .row(let index): shapes[index].name
    case .list(let element): "list of " + text(element)
    case .product: "product"
    case .feature: "feature"
    }
  }

  private mutating func scalar() -> Kind {
    switch random.below(12) {
    case 0, 1: .bool
    case 2, 3, 4: .int
    case 5: .decimal
    case 6, 7: .text
    case 8: .date
    case 9: .instant
    case 10: .oneOf(random.below(2), orOther: random.chance(30))
    default: .id
    }
  }

  private mutating func stored(_ name: String, _ kind: Kind, nullable percent: Int = 35) -> Shape.Member {
    let isNullable = random.chance(percent)
    var text = name + ": " + text(kind) + (isNullable ? "?" : "")
    var isAtLeastZero = false
    if random.chance(6) { text += " from \"deep." + name + "\"" }
    switch kind {
    case .int where random.chance(40):
      text += " at least 0"
      isAtLeastZero = true
    case .text where isNullable && random.chance(20): text += " null for \"a\""
    case .instant where isNullable && random.chance(20): text += " null for 2024-01-01T00:00:00Z"
    case .list: text += random.chance(20) ? " at most 3" : " at most 50"
    default: break
    }
    return Shape.Member(name: name, kind: kind, isNullable: isNullable, text: text, isAtLeastZero: isAtLeastZero)
  }

  private mutating func scalars(_ count: Int) -> [Shape.Member] {
    (0..<count).map { _ in stored(random.chance(4) ? "for" : name("a"), scalar()) }.reduce(into: []) { list, member in
      if !list.contains(where: { $0.name == member.name }) { list.append(member) }
    }
  }

  private mutating func writeShapes() {
    // The names of collections first: joins go forward and back.
    let records = 1 + random.below(2)
    let entities = 1 + random.below(3)
    for index in 0..<records { shapes.append(Shape(name: "r" + String(index))) }
    for index in 0..<entities {
      var shape = Shape(name: "e" + String(index), collection: "c" + String(index))
      shape.isSmall = random.chance(70)
      shapes.append(shape)
    }
    if random.chance(50) { shapes.append(Shape(name: "s0", collection: "s0", isSingle: true)) }
    for index in shapes.indices where shapes[index].collection != nil {
      shapes[index].keys = ["id"]
      if !shapes[index].isSingle && random.chance(15) { shapes[index].keys.append("kind") }
    }
    let simple = shapes.indices.filter { shapes[$0].keys == ["id"] && !shapes[$0].isSingle }

    for index in shapes.indices {
      if shapes[index].collection == nil {
        shapes[index].members = scalars(2 + random.below(3))
        if index == 0 || random.chance(60) {
          shapes[index].members.insert(Shape.Member(name: "skuId", kind: .id, isNullable: false, text: "skuId: id"), at: 0)
          shapes[index].keys = ["skuId"]
          if random.chance(25) {
            shapes[index].members.append(Shape.Member(name: "via", kind: .id, isNullable: true, text: "via: id?"))
            shapes[index].keys.append("via")
          }
        }
        if random.chance(40) { shapes[index].members.append(stored("off", .list(.id), nullable: 10)) }
      } else {
        shapes[index].members = [Shape.Member(name: "id", kind: .id, isNullable: false, text: "id: id")]
        if shapes[index].keys.count > 1 {
          shapes[index].members.append(Shape.Member(name: "kind", kind: .text, isNullable: true, text: "kind: text?"))
        }
        shapes[index].members += scalars(2 + random.below(4))
        if shapes[index].isSingle && random.chance(60) {
          shapes[index].members.append(Shape.Member(name: "takenOn", kind: .date, isNullable: false, text: "takenOn: date"))
        }
        for record in 0..<records where random.chance(50) {
          if random.chance(70) {
            shapes[index].members.append(stored(name("l"), .list(.row(record)), nullable: 10))
          } else {
            shapes[index].members.append(stored(name("n"), .row(record)))
          }
        }
        if random.chance(50) { shapes[index].members.append(stored(name("t"), .list(random.pick([.text, .id, .int])), nullable: 10)) }
      }
      // Joins forward, by the own key or another id.
      if !simple.isEmpty && random.chance(shapes[index].collection == nil ? 40 : 65) {
        let target = random.pick(simple)
        let ids = shapes[index].members.filter { $0.kind == .id }
        if let by = ids.isEmpty ? nil : random.pick(ids) {
          let isNullable = by.isNullable || random.chance(50)
          let joined = name("j")
          shapes[index].members.append(
            Shape.Member(
              name: joined, kind: .row(target), isNullable: isNullable,
              text: joined + ": " + shapes[target].name + (isNullable ? "?" : "") + " by " + by.name, isJoin: true))
        }
      }
    }
    // Joins back: rows of another collection whose id field is my key.
    for index in simple where random.chance(40) {
      let target = random.pick(shapes.indices.filter { shapes[$0].collection != nil && !shapes[$0].isSingle })
      let ids = shapes[target].members.filter { $0.kind == .id && !$0.isJoin }
      guard let by = ids.isEmpty ? nil : random.pick(ids) else { continue }
      let joined = name("b")
      shapes[index].members.append(
        Shape.Member(
          name: joined, kind: .list(.row(target)), isNullable: false,
          text: joined + ": list of " + shapes[target].name + " by " + by.name, isJoin: true))
    }
    for shape in shapes {
      let keys = shape.keys.joined(separator: ", ")
      if let collection = shape.collection {
        let head = shape.isSingle ? "single " + shape.name : "entity " + shape.name + " in " + collection
        let small = shape.isSmall && !shape.isSingle ? (random.chance(10) ? " at most 3" : " at most 40") : ""
        line(head + " key " + keys + (random.chance(30) ? " label id" : "") + small + " {")
      } else {
        line("record " + shape.name + (keys.isEmpty ? "" : " key " + keys) + " {")
      }
      for member in shape.members { line("  " + member.text) }
      line("}")
    }
    if let single = shapes.first(where: { $0.isSingle && $0.members.contains { $0.name == "takenOn" } }), random.chance(70) {
      line("as of " + single.name + ".takenOn")
    }
  }

  // MARK: - Facts, lookups, defines

  private mutating func writeFacts() {
    for index in 0..<random.below(4) {
      let name = "q" + String(index)
      let kind: Kind = random.pick([.bool, .bool, .int, .text, .list(.text), .date])
      let hasDefault = random.chance(50)
      line("fact " + name + ": " + text(kind) + (hasDefault ? " = " + literal(kind) : "") + " \"Fact\"")
      facts.append((name, kind))
      for tenant in Self.tenants.map({ " in \"" + $0 + "\"" }) + [""] where random.chance(35) {
        let span = random.pick([("2024-01-01", "2025-01-01"), ("2024-05-31", "2024-06-01"), ("2023-01-01", "2024-01-01")])
        line(
          "attest " + name + " = " + literal(kind) + tenant + " because \"said\" by \"someone\" on " + span.0 + " expires " + span.1)
      }
    }
    for index in 0..<random.below(3) {
      let name = "k" + String(index)
      let value: Kind = random.pick([.text, .int])
      line("lookup " + name + " {")
      line("  | code | value |")
      line("  |---|---|")
      for key in ["a", "b", "Kiosk 1"] where random.chance(70) { line("  | \"" + key + "\" | " + literal(value) + " |") }
      line("  | \"é\" | " + literal(value) + " |")
      if random.chance(60) { line("  | other | " + literal(value) + " |") }
      line("}")
      lookups.append((name, .text, value))
    }
    if random.chance(60) {
      constants.append("z0")
      line("define z0 = [" + Set((0..<3).map { _ in random.pick(products) }).sorted().joined(separator: ", ") + "]")
    }
  }

  mutating func literal(_ kind: Kind) -> String {
    switch kind {
    case .bool: random.pick(["true", "false"])
    case .int: random.chance(8) ? random.pick(["-1", "9223372036854775807"]) : String(random.below(6))
    case .decimal:
      random.pick(["0.5", "1.5", "2.25", "10.125"])
    case .text: "\"" + random.pick(Pool.texts) + "\""
    case .date: random.pick(Pool.days)
    case .instant: random.pick(Pool.instants)
    case .id: random.pick(Array(Pool.guids[0..<5]))
    case .oneOf(let index, _): "\"" + random.pick(Pool.choices[index]) + "\""
    case .product: random.pick(products)
    case .feature: random.pick(features)
    case .list(let element): "[" + (0..<(1 + random.below(3))).map { _ in literal(element) }.joined(separator: ", ") + "]"
    case .row: "null"
    }
  }

  private mutating func writeHoldings() {
    let entities = shapes.indices.filter { shapes[$0].collection != nil }
    for index in Array(entities.shuffled(using: &random).prefix(1 + random.below(2))) {
      var scope = Scope(isInLoop: true, isBare: true)
      scope.names = [
        Scope.Name(text: "who", kind: .row(index), isNullable: false), Scope.Name(text: "item", kind: .product, isNullable: false),
      ]
      var parts: [String] = []
      for member in shapes[index].members where !member.isJoin {
        if case .list(.row(let record)) = member.kind, shapes[record].members.contains(where: { $0.name == "skuId" }) {
          let source = member.isNullable ? "(who." + member.name + " else [])" : "who." + member.name
          let off = shapes[record].members.first { $0.name == "off" }
          let rest = off.map { $0.isNullable ? "(x.off else [])" : "x.off" }
          parts.append("any (x in \(source) where x.skuId in item.skus)")
          if let rest, random.chance(60) {
            parts.append("any (plan in item.plans where any (x in \(source) where x.skuId is plan and plan not in \(rest)))")
          }
          if random.chance(30) {
            parts.append(
              "(any (x in \(source) where x.skuId not in [\(Pool.guids[0]), \(Pool.guids[1])]) and unknown \"not in the catalogue\")")
          }
        }
      }
      if parts.isEmpty || random.chance(30) { parts.append("who.id in item.skus") }
      if random.chance(25) {
        budget = 6
        parts.append(boolean(scope, 1))
      }
      line("holding (who: \(shapes[index].name), item: product) = \(parts.joined(separator: "\n  or "))")
      holders.append(index)
    }
  }

  private mutating func writeDefines() {
    let rows = shapes.indices.filter { shapes[$0].collection != nil || random.chance(40) }
    for index in 0..<random.below(4) {
      let parameter = random.chance(70) ? random.pick(Array(rows)) : nil
      var scope = Scope(isInLoop: true)
      if let parameter { scope.names.append(Scope.Name(text: "it", kind: .row(parameter), isNullable: false)) }
      let kind: Kind = random.pick([.bool, .bool, .int, .text, .list(.id)])
      scope.isBare = kind == .bool && parameter.map { holders.contains($0) } ?? false
      budget = 10
      let body = expression(kind, scope, 2)
      let name = "d" + String(index)
      line("define " + name + (parameter.map { "(it: " + shapes[$0].name + ")" } ?? "") + " = " + body)
      defines.append((name, parameter, kind, false))
    }
  }

  private mutating func writeMatrices() {
    // A condition is a define of the one subject that holds anything.
    let conditions = holders.count == 1 ? defines.filter { $0.kind == .bool && $0.parameter == holders[0] }.map(\.name) : []
    func cell(_ random: inout SplitMix64, _ period: String) -> String {
      var text = random.pick(["yes", "yes", "yes", "-", "-", "?"])
      text += period
      if text.hasPrefix("yes"), !conditions.isEmpty, random.chance(30) { text += " when " + random.pick(conditions) }
      return text
    }
    let count = random.chance(30) ? 2 : 1
    var rest = features
    for index in 0..<count where !rest.isEmpty {
      let mine = index + 1 == count && random.chance(85) ? rest : Array(rest.prefix(1))
      rest.removeAll { mine.contains($0) }
      let versions =
        random.chance(25) ? ["2023-01-01", "2024-03-15"] : [random.chance(70) ? "" : random.pick(["2023-01-01", "2024-05-31"])]
      for version in versions {
        line("matrix m" + String(index) + " {")
        if !version.isEmpty { line("  effective from " + version) }
        if random.chance(35) { line("  others ?") }
        var names: [String] = []
        for product in products.shuffled(using: &random) where random.chance(70) {
          if let last = names.indices.last, random.chance(20) {
            names[last] += " or " + product
          } else {
            names.append(product)
          }
        }
        if names.isEmpty { names = [products[0]] }
        if products.count > 2 && random.chance(30) { names.append(products[1] + " with " + products[2]) }
        line("  | | " + names.joined(separator: " | ") + " |")
        line("  |" + String(repeating: "---|", count: names.count + 1))
        for feature in mine {
          line("  | " + feature + " | " + names.map { _ in cell(&random, period(12)) }.joined(separator: " | ") + " |")
        }
        line("}")
      }
    }
  }
}
