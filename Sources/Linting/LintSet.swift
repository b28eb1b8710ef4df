import Semantics
import Syntax

/// A policy set as rules of lint see it: its trees, its checked program, the day, and what is named where.
package struct LintSet: Sendable {
  let program: CheckedProgram
  let trees: [SyntaxTree]
  let asOf: Day
  let usage: Usage
  /// The kinds that analyses beside lint know.
  let provable: [DiagnosticKind]
  let rules: [Site<RuleDeclaration>]
  /// The places of titles, messages, remedies and notes.
  let prose: Set<SourceSpan>
  /// What rules, defines and holdings are made of, once each, in order; not what waivers, facts and tests are.
  private(set) var judged: [TypedExpression] = []
  /// Where tests stand, by file, in order.
  private let tests: [[SourceSpan]]

  /// A declaration and where it stands.
  struct Site<Node: Sendable>: Sendable {
    let node: Node
    let span: SourceSpan
    let file: Int
  }

  init(_ program: CheckedProgram, _ trees: [SyntaxTree], asOf: Day, provable: [DiagnosticKind]) {
    self.program = program
    self.trees = trees
    self.asOf = asOf
    self.provable = provable
    let tests = LintSet.sites(trees) { if case .test(let node) = $0 { node } else { nil } }
    var spans = Array(repeating: [SourceSpan](), count: trees.count)
    for test in tests { spans[test.file].append(test.span) }
    self.tests = spans
    rules = LintSet.sites(trees) { if case .rule(let node) = $0 { node } else { nil } }
    prose = LintSet.prose(trees)
    usage = Usage(program, isInTest: { LintSet.contains(spans, $0) })
    let roots = program.rules.flatMap { self.roots(of: $0) } + program.defines.map(\.body) + program.holdings.map(\.body)
    let order = reach(roots).map { (id: $0, file: program[$0].span.file, start: program[$0].span.start) }
    judged = order.sorted { ($0.file, $0.start) < ($1.file, $1.start) }.map { program[$0.id] }
  }

  private static func prose(_ trees: [SyntaxTree]) -> Set<SourceSpan> {
    var spans: Set<SourceSpan> = []
    func add(_ titled: Titled) {
      spans.insert(titled.text.span)
      for translation in titled.translations { spans.insert(translation.text.span) }
    }
    for declaration in trees.flatMap(\.declarations) {
      switch declaration.kind {
      case .source(let node):
        spans.insert(node.title.span)
        for clause in node.clauses { if case .note(let note) = clause.value { add(note.text) } }
      case .feature(let node): add(node.title)
      case .product(let node): add(node.title)
      case .fact(let node): add(node.title)
      case .rule(let node):
        for clause in node.clauses {
          switch clause.value {
          case .title(_, let text): spans.insert(text.span)
          case .message(_, let text), .remedy(_, let text): spans.insert(text.span)
          case .forEach, .letting, .when, .require, .cite, .effective, .formerly: break
          }
        }
      case .asOf, .matrix, .prefer, .invariant, .entity, .record, .attest, .define, .lookup, .holding, .waiver, .test, .lint: break
      }
    }
    return spans
  }

  private static func sites<Node>(_ trees: [SyntaxTree], _ pick: (DeclarationKind) -> Node?) -> [Site<Node>] {
    var sites: [Site<Node>] = []
    for (file, tree) in trees.enumerated() {
      for declaration in tree.declarations {
        if let node = pick(declaration.kind) { sites.append(Site(node: node, span: declaration.span, file: file)) }
      }
    }
    return sites
  }

  var sources: [Site<SourceDeclaration>] { LintSet.sites(trees) { if case .source(let node) = $0 { node } else { nil } } }
  var features: [Site<FeatureDeclaration>] { LintSet.sites(trees) { if case .feature(let node) = $0 { node } else { nil } } }
  var products: [Site<ProductDeclaration>] { LintSet.sites(trees) { if case .product(let node) = $0 { node } else { nil } } }
  var matrices: [Site<MatrixDeclaration>] { LintSet.sites(trees) { if case .matrix(let node) = $0 { node } else { nil } } }
  var defines: [Site<DefineDeclaration>] { LintSet.sites(trees) { if case .define(let node) = $0 { node } else { nil } } }
  var lookups: [Site<LookupDeclaration>] { LintSet.sites(trees) { if case .lookup(let node) = $0 { node } else { nil } } }
  var facts: [Site<FactDeclaration>] { LintSet.sites(trees) { if case .fact(let node) = $0 { node } else { nil } } }
  var entities: [Site<EntityDeclaration>] { LintSet.sites(trees) { if case .entity(let node) = $0 { node } else { nil } } }
  var attestations: [Site<AttestDeclaration>] { LintSet.sites(trees) { if case .attest(let node) = $0 { node } else { nil } } }
  var waivers: [Site<WaiverDeclaration>] { LintSet.sites(trees) { if case .waiver(let node) = $0 { node } else { nil } } }
  var prefers: [Site<PreferDeclaration>] { LintSet.sites(trees) { if case .prefer(let node) = $0 { node } else { nil } } }
  var testNodes: [Site<TestDeclaration>] { LintSet.sites(trees) { if case .test(let node) = $0 { node } else { nil } } }
  var settings: [Site<LintDeclaration>] { LintSet.sites(trees) { if case .lint(let node) = $0 { node } else { nil } } }

  /// The text of a span.
  func text(_ span: SourceSpan) -> String { trees[Int(span.file)].source.string(span) }
  func bytes(_ span: SourceSpan) -> ArraySlice<UInt8> { trees[Int(span.file)].source.slice(span) }

  /// A place stands in a test.
  func isInTest(_ span: SourceSpan) -> Bool { LintSet.contains(tests, span) }

  private static func contains(_ tests: [[SourceSpan]], _ span: SourceSpan) -> Bool {
    let spans = tests[Int(span.file)]
    var low = 0
    var high = spans.count
    while low < high {
      let middle = (low + high) / 2
      if spans[middle].end <= span.start { low = middle + 1 } else { high = middle }
    }
    return low < spans.count && spans[low].start <= span.start
  }

  /// The expressions of rules, defines and holdings, not those of tests.
  var expressions: [TypedExpression] {
    program.expressions.indices.filter { !usage.isInTest[$0] }.map { program.expressions[$0] }
  }

  subscript(id: TypedExpressionID) -> TypedExpression { program.expressions[id.index] }

  /// An expression and all that it is made of, the bodies of the defines that it calls included; each once.
  func reach(_ roots: [TypedExpressionID]) -> [TypedExpressionID] {
    var seen: Set<TypedExpressionID> = []
    var rest = roots
    var all: [TypedExpressionID] = []
    while let id = rest.popLast() {
      guard seen.insert(id).inserted else { continue }
      all.append(id)
      let kind = self[id].kind
      rest += kind.operands
      if case .call(let define, _) = kind { rest.append(program.defines[define.index].body) }
    }
    return all
  }

  /// The sources that a rule cites itself, not through a matrix, whose versions have sources of their own.
  func ownCites(of rule: Rule, _ site: Site<RuleDeclaration>) -> [Cite] {
    let named = Set(site.node.clauses.compactMap { if case .cite(let cite) = $0.value { cite.source.name.text } else { nil } })
    return rule.cites.filter { named.contains(program.cited[$0.source.index].name.name) }
  }

  /// All expressions of a rule, texts included; `let`s too.
  func roots(of rule: Rule) -> [TypedExpressionID] {
    var roots = rule.chain.map(\.source) + rule.locals.map(\.value) + [rule.require]
    if let when = rule.when { roots.append(when) }
    return roots
  }
}

extension TextNode {
  /// Nothing stands in it, or white space alone.
  var isBlank: Bool { text.string.allSatisfy(\.isWhitespace) }
}

extension Template {
  /// It shows no value, and nothing or white space alone.
  var isBlank: Bool {
    parts.allSatisfy { part in
      if case .text(let text) = part { text.string.allSatisfy(\.isWhitespace) } else { false }
    }
  }
}

extension Period {
  /// The two have a day in common.
  func overlaps(_ other: Period) -> Bool {
    func begins(_ one: Period, _ two: Period) -> Bool {
      guard let from = one.from, let before = two.before else { return true }
      return from < before
    }
    return begins(self, other) && begins(other, self)
  }
}

/// `1 day`, `2 days`
func counted(_ number: Int64, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

/// A span widened to whole lines with their ends, where nothing else stands on them; for taking a clause or a comment out.
func wholeLines(_ span: SourceSpan, in source: SourceFile) -> SourceSpan {
  let bytes = source.bytes
  var start = Int(span.start)
  while start > 0, bytes[start - 1] == 0x20 || bytes[start - 1] == 0x09 { start -= 1 }
  var end = Int(span.end)
  while end < bytes.count, bytes[end] == 0x20 || bytes[end] == 0x09 { end += 1 }
  guard start == 0 || bytes[start - 1] == 0x0A, end == bytes.count || bytes[end] == 0x0A || bytes[end] == 0x0D else { return span }
  if end < bytes.count, bytes[end] == 0x0D { end += 1 }
  if end < bytes.count, bytes[end] == 0x0A { end += 1 }
  return SourceSpan(file: span.file, start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end))
}

extension LintSet {
  /// Each expression as written outside tests.
  func eachExpression(_ body: (_ tree: SyntaxTree, _ expression: Expression) -> Void) {
    for tree in trees {
      for expression in tree.expressions where !isInTest(expression.span) { body(tree, expression) }
    }
  }

  /// An expression without the brackets around it.
  func bare(_ id: ExpressionID, in tree: SyntaxTree) -> Expression {
    var expression = tree[id]
    while case .parenthesized(let inner) = expression.kind { expression = tree[inner] }
    return expression
  }

  /// A text that people read, and no name, address or value.
  func isProse(_ span: SourceSpan) -> Bool { prose.contains(span) }
}

extension LintSet {
  /// The texts with which values are compared: in expressions outside tests, and as patterns.
  func comparedTexts() -> Set<SourceSpan> {
    var ends: Set<SourceSpan> = []
    func end(_ span: SourceSpan) -> SourceSpan { SourceSpan(file: span.file, start: span.end, end: span.end) }
    for expression in expressions {
      switch expression.kind {
      case .literal(.text), .matches: ends.insert(end(expression.span))
      default: break
      }
    }
    var spans: Set<SourceSpan> = []
    for tree in trees {
      for token in tree.tokens where token.kind == .text && ends.contains(end(token.span)) { spans.insert(token.span) }
    }
    return spans
  }
}

/// `U+00A0`
func codePoint(_ scalar: UInt32) -> String {
  let digits = String(scalar, radix: 16, uppercase: true)
  return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}

/// The characters beyond ASCII in a file, each with its place.
///
/// - Complexity: O(bytes).
func foreignScalars(in tree: SyntaxTree) -> [(span: SourceSpan, scalar: UInt32)] {
  let bytes = tree.source.bytes
  var found: [(span: SourceSpan, scalar: UInt32)] = []
  var index = 0
  while index < bytes.count {
    guard bytes[index] >= 0xC0 else {
      index += 1
      continue
    }
    let length = bytes[index] >= 0xF0 ? 4 : bytes[index] >= 0xE0 ? 3 : 2
    let end = min(index + length, bytes.count)
    if let scalar = String(decoding: bytes[index..<end], as: UTF8.self).unicodeScalars.first {
      let span = SourceSpan(file: tree.file, start: Int32(truncatingIfNeeded: index), end: Int32(truncatingIfNeeded: end))
      found.append((span, scalar.value))
    }
    index = end
  }
  return found
}
