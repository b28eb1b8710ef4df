import Semantics
import Syntax

extension Differ {
  /// Products by name or identifier: what they are called, by which ids they are known, what they hold and ask for.
  mutating func compareProducts() {
    var taken: Set<Int> = []
    var uses: [TypedExpressionKind.ProductPart: IdentifierUse] = [:]
    for (place, product) in new.products.enumerated() {
      let number = numbers.products[ProductID(place)] ?? 0
      guard old.products.indices.contains(number) else {
        var difference = Difference(.product, .added, product.name.string, identifiers(product), new: product.name.span)
        difference.products = [ProductID(place)]
        moved.new.products.insert(ProductID(place))
        add(difference)
        continue
      }
      taken.insert(number)
      compare(old.products[number], product, ProductID(number), ProductID(place), &uses)
    }
    for (place, product) in old.products.enumerated() where !taken.contains(place) {
      var difference = Difference(.product, .removed, product.name.string, identifiers(product), old: product.name.span)
      difference.formerProducts = [ProductID(place)]
      moved.old.products.insert(ProductID(place))
      add(difference)
    }
  }

  private func identifiers(_ product: Product) -> [String] {
    let parts = [("sku", product.skus), ("plan", product.plans)].flatMap { kind, list in list.map { "\(kind) \($0.name.string)" } }
    return parts.isEmpty ? [] : [parts.joined(separator: ", ")]
  }

  private mutating func compare(
    _ one: Product, _ other: Product, _ number: ProductID, _ place: ProductID,
    _ uses: inout [TypedExpressionKind.ProductPart: IdentifierUse]
  ) {
    var details: [String] = []
    var isWider = false
    var isNarrower = false
    var isOtherwise = false
    if one.title != other.title { details.append(arrow("\"\(one.title.text.string)\"", "\"\(other.title.text.string)\"")) }
    if one.title.text == other.title.text, one.title != other.title { details[0] = "translations of the title" }
    if Set(one.formerly.map { [$0.title.text.string, $0.period.words ?? ""] })
      != Set(other.formerly.map { [$0.title.text.string, $0.period.words ?? ""] })
    {
      details.append("former titles")
    }
    for (before, after) in zip(Differ.identifiers(one), Differ.identifiers(other)) {
      let part = after.part
      let effect = compareIdentifiers(before.list, after.list, after.word, &details)
      let use = uses[part] ?? IdentifierUse(of: part, in: [old, new])
      uses[part] = use
      if effect == .equal || use.isIdle { continue }
      if !use.isMonotone || effect == .changed { isOtherwise = true }
      if effect == .widened { isWider = true }
      if effect == .narrowed { isNarrower = true }
    }
    let inclusions = (
      one.includes.map { [old[$0.product].name.name.string, $0.period.words ?? "", String($0.product.index)] },
      other.includes.map { [new[$0.product].name.name.string, $0.period.words ?? "", String(numbers.products[$0.product] ?? -1)] }
    )
    func listed(_ inclusion: [String]) -> String { inclusion[0] + (inclusion[1].isEmpty ? "" : " " + inclusion[1]) }
    for inclusion in inclusions.1 where !inclusions.0.contains(where: { $0[1...] == inclusion[1...] }) {
      isWider = true
      details.append("includes \(listed(inclusion)) now")
    }
    for inclusion in inclusions.0 where !inclusions.1.contains(where: { $0[1...] == inclusion[1...] }) {
      isNarrower = true
      details.append("includes \(listed(inclusion)) no more")
    }
    let demands = (
      Set(one.requires.map { Set($0.map { $0.map(\.index).sorted() }) }), Set(other.requires.map { Set($0.map { numbers.of($0) }) })
    )
    if demands.0 != demands.1 {
      // Each line more has to be met too.
      if demands.0.isSubset(of: demands.1) {
        isNarrower = true
      } else if demands.1.isSubset(of: demands.0) {
        isWider = true
      } else {
        isOtherwise = true
      }
      details.append("what it requires")
    }
    if inclusions.0 != inclusions.1, !IdentifierUse(of: .includes, in: [old, new]).isIdle { isOtherwise = true }
    if one.isHeldByAll != other.isHeldByAll {
      if other.isHeldByAll { isWider = true } else { isNarrower = true }
      details.append(other.isHeldByAll ? "held by all now" : "held by all no more")
    }
    let isRenamed = one.name.name != other.name.name
    guard isRenamed || !details.isEmpty else { return same(.product) }
    let change: Difference.Change =
      isOtherwise || (isWider && isNarrower) ? .changed : isWider ? .widened : isNarrower ? .narrowed : isRenamed ? .renamed : .equal
    var difference = Difference(.product, change, other.name.string, details, old: one.name.span, new: other.name.span)
    if isRenamed { difference.formerName = one.name.string }
    difference.products = [place]
    difference.formerProducts = [number]
    difference.days = Set(Differ.periods(of: one)).symmetricDifference(Differ.periods(of: other)).flatMap(\.period.edges).sorted()
    if !change.isWithoutEffect {
      moved.old.products.insert(number)
      moved.new.products.insert(place)
    }
    add(difference)
  }

  private struct Dated: Hashable {
    let key: String
    let period: Period
  }

  /// The ids and inclusions of a product with their days.
  private static func periods(of product: Product) -> [Dated] {
    identifiers(product).flatMap { kind in kind.list.map { Dated(key: kind.word + $0.guid.text.string, period: $0.period) } }
      + product.includes.map { Dated(key: String($0.product.index), period: $0.period) }
  }

  private static func identifiers(_ product: Product) -> [(part: TypedExpressionKind.ProductPart, word: String, list: [Product.Identifier])]
  {
    [(.skus, "sku", product.skus), (.plans, "plan", product.plans), (.components, "component", product.components)]
  }

  /// Which ids are there on more days, on fewer, or some on more and some on fewer.
  private func compareIdentifiers(
    _ before: [Product.Identifier], _ after: [Product.Identifier], _ word: String, _ details: inout [String]
  ) -> Difference.Change {
    var changes: Set<Difference.Change> = []
    func name(_ identifier: Product.Identifier) -> String {
      "\(word) \(identifier.name.string)"
    }
    func days(_ identifier: Product.Identifier) -> String { identifier.period.words.map { " \($0)" } ?? "" }
    var left = before
    var rest: [Product.Identifier] = []
    for identifier in after {
      if let match = left.firstIndex(where: { $0.guid == identifier.guid && $0.period == identifier.period }) {
        if left[match].name != identifier.name { details.append("\(word) " + arrow(left[match].name.string, identifier.name.string)) }
        left.remove(at: match)
      } else {
        rest.append(identifier)
      }
    }
    for identifier in rest {
      if let match = left.firstIndex(where: { $0.guid == identifier.guid }) {
        details.append(name(identifier) + " " + arrow(left[match].period.words ?? "always", identifier.period.words ?? "always"))
        changes.insert(left[match].period.change(to: identifier.period))
        left.remove(at: match)
      } else {
        details.append(name(identifier) + " added" + days(identifier))
        changes.insert(.widened)
      }
    }
    for identifier in left {
      details.append(name(identifier) + " removed" + days(identifier))
      changes.insert(.narrowed)
    }
    return changes.count > 1 ? .changed : changes.first ?? .equal
  }

  /// Features by name.
  mutating func compareFeatures() {
    let (matches, gone) = matched(old.features.map(\.name), new.features.map(\.name))
    for (place, match) in matches.enumerated() {
      let feature = new.features[place]
      if let match {
        let before = old.features[match]
        if before.title == feature.title {
          same(.feature)
        } else {
          add(
            Difference(
              .feature, .equal, feature.name.string, [arrow("\"\(before.title.text.string)\"", "\"\(feature.title.text.string)\"")],
              old: before.name.span, new: feature.name.span))
        }
      } else {
        add(Difference(.feature, .added, feature.name.string, new: feature.name.span))
      }
    }
    for place in gone { add(Difference(.feature, .removed, old.features[place].name.string, old: old.features[place].name.span)) }
  }

  /// From when until when versions of matrices and rules hold.
  mutating func compareDates() {
    let (matches, gone) = matrixMatches()
    func words(_ period: Period) -> String { period.words ?? "always" }
    for (place, match) in matches.enumerated() {
      let matrix = new.matrices[place]
      guard let match else {
        add(
          Difference(.date, .added, matrix.name.string, ["a version \(words(matrix.period))"], period: matrix.period, new: matrix.name.span)
        )
        continue
      }
      let before = old.matrices[match]
      if before.period == matrix.period {
        same(.date)
      } else {
        var difference = Difference(
          .date, .changed, matrix.name.string, [arrow(words(before.period), words(matrix.period))], old: before.name.span,
          new: matrix.name.span)
        difference.features = matrix.features
        difference.days = before.period.tellingDays(beside: matrix.period)
        // The cells of all days were compared.
        if moved.new.features.isDisjoint(with: matrix.features) && moved.old.features.isDisjoint(with: before.features) {
          difference.change = .equal
          difference.conclusion = "on each day the same is granted"
        }
        add(difference)
      }
    }
    for place in gone {
      let matrix = old.matrices[place]
      add(
        Difference(
          .date, .removed, matrix.name.string, ["the version \(words(matrix.period))"], period: matrix.period, old: matrix.name.span))
    }
    compareSnapshotDay()
  }

  /// `as of export.takenOn`: which field says for which day a snapshot is judged.
  private mutating func compareSnapshotDay() {
    let fields = (
      old.asOf.map { number(of: $0.field, of: $0.collection) },
      new.asOf.map { [numbers.collections[$0.collection].map { String($0) }, numbers.fields[$0.field]] }
    )
    func name(_ program: CheckedProgram) -> String {
      program.asOf.map { "\(program[$0.collection].name.string).\(program[$0.field].name.string)" } ?? "no field"
    }
    if fields.0 == fields.1 { return }
    let spans = (old.asOf.map { old[$0.field].span }, new.asOf.map { new[$0.field].span })
    let change: Difference.Change = fields.0 == nil ? .added : fields.1 == nil ? .removed : .changed
    var difference = Difference(.date, change, "as of", [arrow(name(old), name(new))], old: spans.0, new: spans.1)
    difference.conclusion = "snapshots may be judged for another day"
    add(difference)
  }

  private func number(of field: FieldID, of collection: CollectionID) -> [String?] {
    [String(collection.index), "\(field.record.index) \(field.index)"]
  }

  /// Which matrix is followed where two contradict each other; what comes of it stands in the cells.
  mutating func comparePreferences() {
    func key(_ preference: Preference, _ features: [Int]) -> [String] {
      [preference.preferred.string, preference.over.string] + features.sorted().map { String($0) }
    }
    func name(_ preference: Preference, _ program: CheckedProgram) -> String {
      let features = preference.features.map { program[$0].name.name.string }.joined(separator: ", ")
      return "\(preference.preferred.name.string) over \(preference.over.name.string) for \(features)"
    }
    let before = old.preferences.map { key($0, $0.features.map(\.index)) }
    let after = new.preferences.map { key($0, $0.features.map { numbers.features[$0] ?? -1 }) }
    for (place, preference) in new.preferences.enumerated() {
      if let match = before.firstIndex(of: after[place]) {
        if old.preferences[match].reason == preference.reason {
          same(.preference)
        } else {
          add(
            Difference(.preference, .equal, name(preference, new), ["its reason"], old: old.preferences[match].span, new: preference.span))
        }
      } else {
        add(Difference(.preference, .added, name(preference, new), new: preference.span))
      }
    }
    for (place, preference) in old.preferences.enumerated() where !after.contains(before[place]) {
      add(Difference(.preference, .removed, name(preference, old), old: preference.span))
    }
  }
}
