package import Semantics
import Syntax

/// What of a second policy set stands for what of a first.
///
/// What stands for nothing of the first has a number that nothing there has.
package struct Numbers: Sendable {
  package private(set) var products: [ProductID: Int] = [:]
  private(set) var features: [FeatureID: Int] = [:]
  private(set) var collections: [CollectionID: Int] = [:]
  private(set) var facts: [FactID: Int] = [:]
  private(set) var lookups: [LookupID: Int] = [:]
  private(set) var fields: [FieldID: String] = [:]
  private(set) var records: [RecordID: RecordID] = [:]

  /// - Complexity: O(declarations).
  package init(_ old: CheckedProgram, _ new: CheckedProgram) {
    let beyond = 1 << 32
    for (new, old) in zip(new.products.indices, Numbers.products(old, new)) { products[ProductID(new)] = old ?? beyond + new }
    for (new, old) in zip(new.features.indices, Numbers.byName(old.features.map(\.name), new.features.map(\.name))) {
      features[FeatureID(new)] = old ?? beyond + new
    }
    for (new, old) in zip(new.records.indices, Numbers.byName(old.records.map(\.name), new.records.map(\.name))) {
      if let old { records[RecordID(new)] = RecordID(old) }
    }
    for (index, collection) in new.collections.enumerated() {
      let match = old.collections.firstIndex {
        $0.name == collection.name && $0.isSingle == collection.isSingle && records[collection.record] == $0.record
      }
      collections[CollectionID(index)] = match ?? beyond + index
    }
    for (index, record) in new.records.enumerated() {
      let mine = RecordID(index)
      for (place, field) in record.fields.enumerated() {
        let id = FieldID(record: mine, index: place)
        fields[id] = "new \(index) \(place)"
        guard let its = records[mine], let match = old[its].fields.firstIndex(where: { $0.name == field.name }),
          isSame(old[its].fields[match], field, its, mine, old, new)
        else { continue }
        fields[id] = "\(its.index) \(match)"
      }
    }
    for (index, match) in Numbers.byName(old.facts.map(\.name), new.facts.map(\.name)).enumerated() {
      let isAlike = match.map { isSame(old.facts[$0].type, new.facts[index].type) } ?? false
      facts[FactID(index)] = isAlike ? match : beyond + index
    }
    for (index, match) in Numbers.byName(old.lookups.map(\.name), new.lookups.map(\.name)).enumerated() {
      lookups[LookupID(index)] = match.flatMap { Numbers.isSame(old.lookups[$0], new.lookups[index]) ? $0 : nil } ?? beyond + index
    }
  }

  // MARK: matching

  /// Of each new name the place of the old one: with its module, else without it where that is plain.
  static func byName(_ old: [QualifiedName], _ new: [QualifiedName]) -> [Int?] {
    var places: [[Text]: Int] = [:]
    for (index, name) in old.enumerated() { places[[name.module, name.name]] = index }
    var found = new.map { places[[$0.module, $0.name]] }
    let taken = Set(found.compactMap { $0 })
    var loose: [Text: [Int]] = [:]
    for (index, name) in old.enumerated() where !taken.contains(index) { loose[name.name, default: []].append(index) }
    var asked: [Text: Int] = [:]
    for (index, name) in new.enumerated() where found[index] == nil { asked[name.name, default: 0] += 1 }
    for (index, name) in new.enumerated() where found[index] == nil && asked[name.name] == 1 {
      if let only = loose[name.name], only.count == 1 { found[index] = only[0] }
    }
    return found
  }

  /// By name, and those that are left by an SKU, else by the plans, that both have and no other of those left.
  private static func products(_ old: CheckedProgram, _ new: CheckedProgram) -> [Int?] {
    var found = byName(old.products.map(\.name), new.products.map(\.name))
    for identifiers in [{ (product: Product) in Set(product.skus.map(\.guid)) }, { Set($0.plans.map(\.guid)) }] {
      var places: [Guid: [Int]] = [:]
      let taken = Set(found.compactMap { $0 })
      for (index, product) in old.products.enumerated() where !taken.contains(index) {
        for guid in identifiers(product) { places[guid, default: []].append(index) }
      }
      var claims: [Int: [Int]] = [:]
      for (index, product) in new.products.enumerated() where found[index] == nil {
        let matches = Set(identifiers(product).flatMap { places[$0] ?? [] })
        if matches.count == 1, let only = matches.first { claims[only, default: []].append(index) }
      }
      for (match, claimants) in claims where claimants.count == 1 { found[claimants[0]] = match }
    }
    return found
  }

  // MARK: sameness

  func isSame(_ old: ValueType, _ new: ValueType) -> Bool {
    if old.isNullable != new.isNullable { return false }
    switch (old.shape, new.shape) {
    case (.row(let one), .row(let other)): return records[other] == one
    case (.list(let one), .list(let other)): return isSame(one, other)
    case (.oneOf(let one, let mayBeOther), .oneOf(let other, let mayBeAnother)):
      return Set(one) == Set(other) && mayBeOther == mayBeAnother
    default: return old.shape == new.shape
    }
  }

  func isSame(_ old: Field, _ new: Field, _ its: RecordID, _ mine: RecordID, _ one: CheckedProgram, _ other: CheckedProgram) -> Bool {
    guard isSame(old.type, new.type), old.path == new.path, old.nullFor == new.nullFor, old.atLeast == new.atLeast,
      old.atMost == new.atMost
    else { return false }
    switch (old.kind, new.kind) {
    case (.stored, .stored): return true
    case (.join(let first, let by), .join(let second, let through)):
      return collections[second] == first.index && one[its].fields[by].name == other[mine].fields[through].name
    case (.reverse(let first, let by), .reverse(let second, let through)):
      return collections[second] == first.index
        && one[one[first].record].fields[by].name == other[other[second].record].fields[through].name
    case (.stored, _), (.join, _), (.reverse, _): return false
    }
  }

  static func isSame(_ old: Lookup, _ new: Lookup) -> Bool {
    guard old.languages == new.languages, old.other == new.other, old.entries.count == new.entries.count else { return false }
    let values = Dictionary(old.entries.map { ($0.key, $0.values) }) { first, _ in first }
    return new.entries.allSatisfy { values[$0.key] == $0.values }
  }

  /// A constant of the second set as the first writes it.
  func constant(_ constant: Constant) -> Constant {
    switch constant {
    case .literal: constant
    case .product(let product): .product(ProductID(products[product] ?? product.index))
    case .feature(let feature): .feature(FeatureID(features[feature] ?? feature.index))
    case .list(let list): .list(list.map { self.constant($0) })
    }
  }

  /// Products of the second set as numbers of the first, in order.
  func of(_ list: [ProductID]) -> [Int] { list.map { products[$0] ?? $0.index }.sorted() }
}
