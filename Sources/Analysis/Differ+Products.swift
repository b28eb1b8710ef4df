import Semantics
import Syntax

extension Differ {
  /// Products by name or identifier: what they are called, by which ids they are known, what they hold and ask for.
  mutating func compareProducts() {
    var taken: Set<Int> = []
    for (place, product) in new.products.enumerated() {
      let number = numbers.products[ProductID(place)] ?? 0
      guard old.products.indices.contains(number) else {
        var difference = Difference(.product, .added, product.name.string, identifiers(product), new: product.name.span)
        difference.products = [ProductID(place)]
        add(difference)
        continue
      }
      taken.insert(number)
      compare(old.products[number], product, ProductID(number), ProductID(place))
    }
    for (place, product) in old.products.enumerated() where !taken.contains(place) {
      var difference = Difference(.product, .removed, product.name.string, identifiers(product), old: product.name.span)
      difference.formerProducts = [ProductID(place)]
      add(difference)
    }
  }

  private func identifiers(_ product: Product) -> [String] {
    let parts = [("sku", product.skus), ("plan", product.plans)].flatMap { kind, list in list.map { "\(kind) \($0.name.string)" } }
    return parts.isEmpty ? [] : [parts.joined(separator: ", ")]
  }

  private mutating func compare(_ one: Product, _ other: Product, _ number: ProductID, _ place: ProductID) {
    var details: [String] = []
    var isWider = false
    var isNarrower = false
    var isOtherwise = false
    if one.title != other.title { details.append(arrow("\"\(one.title.text.string)\"", "\"\(other.title.text.string)\"")) }
    if one.title.text == other.title.text, one.title != other.title { details[0] = "translations of the title" }
    if one.formerly.map({ [$0.title.text.string, $0.period.words ?? ""] })
      != other.formerly.map({ [$0.title.text.string, $0.period.words ?? ""] })
    {
      details.append("former titles")
    }
    for (kind, before, after) in [
      ("sku", one.skus, other.skus), ("plan", one.plans, other.plans), ("component", one.components, other.components),
    ] {
      func key(_ identifier: Product.Identifier) -> String { identifier.guid.text.string + (identifier.period.words ?? "") }
      let (first, second) = (
        Dictionary(before.map { (key($0), $0) }) { one, _ in one }, Dictionary(after.map { (key($0), $0) }) { one, _ in one }
      )
      for identifier in after where first[key(identifier)] == nil {
        isWider = true
        details.append("\(kind) \(identifier.name.string) added" + (identifier.period.words.map { " \($0)" } ?? ""))
      }
      for identifier in before {
        if let same = second[key(identifier)] {
          if same.name != identifier.name { details.append("\(kind) " + arrow(identifier.name.string, same.name.string)) }
        } else {
          isNarrower = true
          details.append("\(kind) \(identifier.name.string) removed" + (identifier.period.words.map { " \($0)" } ?? ""))
        }
      }
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
    let demands = (one.requires.map { $0.map { $0.map(\.index).sorted() } }, other.requires.map { $0.map { numbers.of($0) } })
    if demands.0 != demands.1 {
      if demands.0.isEmpty {
        isNarrower = true
      } else if demands.1.isEmpty {
        isWider = true
      } else {
        isOtherwise = true
      }
      details.append("what it requires")
    }
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
    add(difference)
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
        add(
          Difference(
            .date, .changed, matrix.name.string, [arrow(words(before.period), words(matrix.period))], old: before.name.span,
            new: matrix.name.span))
      }
    }
    for place in gone {
      let matrix = old.matrices[place]
      add(
        Difference(
          .date, .removed, matrix.name.string, ["the version \(words(matrix.period))"], period: matrix.period, old: matrix.name.span))
    }
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
