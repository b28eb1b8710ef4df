internal import Syntax

/// The kinds in which names live: one word may name one thing of each.
enum NameKind: String, CaseIterable {
  case source, feature, product, matrix, define, lookup, fact, rule, waiver
  /// Entities, records and singles.
  case record
  case collection, sku, plan

  /// What messages call it.
  var word: String {
    switch self {
    case .record: "entity or record"
    case .sku: "SKU"
    case .define, .lookup, .fact, .source, .feature, .product, .matrix, .rule, .waiver, .collection, .plan: rawValue
    }
  }

  /// The same with its article.
  var phrase: String {
    switch self {
    case .record: "an entity or record"
    case .sku: "a SKU"
    case .define, .lookup, .fact, .source, .feature, .product, .matrix, .rule, .waiver, .collection, .plan: "a " + word
    }
  }

  /// What a bare word of an expression may name.
  static let values: [NameKind] = [.define, .fact, .lookup, .collection, .product, .feature, .sku, .plan]
}

/// One declared name: where, of what kind, and its place in the program's array of that kind.
struct DeclaredName {
  let kind: NameKind
  let module: Text
  let name: Text
  let index: Int
  let span: SourceSpan
  /// Of a SKU or a plan.
  var guid: Guid?
}

/// All declared names of a policy set.
struct Names {
  private var table: [NameKind: [Text: [DeclaredName]]] = [:]
  private(set) var modules: Set<Text> = []

  mutating func declare(module: Text) { modules.insert(module) }

  mutating func declare(_ symbol: DeclaredName) { table[symbol.kind, default: [:]][symbol.name, default: []].append(symbol) }

  func all(_ kind: NameKind, _ name: Text) -> [DeclaredName] { table[kind]?[name] ?? [] }

  /// What a name may mean, seen from a module: what that module declares, else what the whole set does; what another module's prefix says alone.
  func candidates(_ kinds: [NameKind], _ name: Text, from own: Text, in module: Text?) -> [DeclaredName] {
    let found = kinds.flatMap { all($0, name) }
    if let module { return found.filter { $0.module == module } }
    let near = found.filter { $0.module == own }
    return near.isEmpty ? found : near
  }

  /// All names of some kinds, sorted, so that the nearest one does not hang on the order of a table.
  func spellings(_ kinds: [NameKind]) -> [Text] {
    Set(kinds.flatMap { table[$0].map { Array($0.keys) } ?? [] }).sorted()
  }
}

/// The types that are no records; no entity or record may be named like one.
let builtinTypes: [Text: ValueType.Shape] = [
  "bool": .bool, "int": .int, "decimal": .decimal, "text": .text, "date": .date, "instant": .instant, "id": .id,
  "product": .product, "feature": .feature,
]
