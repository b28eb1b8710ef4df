package import Syntax

/// Checks a policy set: first what is declared, then the shapes, then all that is built on them.
///
/// A name or an expression that is wrong is reported once and then stands for nothing (nil), so that what hangs on it stays silent.
struct Checker {
  let trees: [SyntaxTree]
  var program = CheckedProgram()
  var diagnostics: [Diagnostic] = []
  var names = Names()

  /// The file in which the declaration at hand stands.
  var file = 0
  /// How deep the expression at hand lies, through the defines that it uses.
  var level = 0
  var hasReportedDepth = false

  var declared = Declared()
  var defineStates: [DefineState] = []
  /// The defines whose bodies are being checked, outermost first.
  var underway: [DefineID] = []
  /// The path for which a `let` stands, and what is known where it is true or false; worked out once, since lets build on lets.
  var letPaths: [VariableID: ValuePath] = [:]
  var letKnowledge: [VariableID: Knowledge] = [:]
  /// The defines whose values stand in the policy set itself.
  var constantLists: Set<DefineID> = []
  var rules: [Rule?] = []
  /// The `for each` words of each rule, also of those that have errors.
  var ruleChains: [[RuleWord]] = []
  var lookupsAreSound: [Bool] = []
  /// The place in `program.holdings` of what says when rows of a shape hold.
  var holdingOf: [RecordID: Int] = [:]
  /// The holdings that are sound so far as their parameters go, at the indices of `program.holdings`.
  var holdingNodes: [(file: Int, node: HoldingDeclaration)] = []
  var soundHoldings: Set<Int> = []
  /// A shape could not be read or checked whole, so that what bounds its lists may be missing.
  private(set) var hasBrokenShapes = false
  /// The cells' conditions and where they stand, to be held against the defines.
  var cellConditions: [(file: Int, name: NameNode, matrix: Int, statements: Range<Int>)] = []

  /// How often the nearest name was looked for; each time all names are gone through.
  var guesses = 0
  /// The names that a declaration or a field with a mistake in its text may have meant to declare.
  private(set) var halfRead: Set<Text> = []

  struct RuleWord {
    let variable: VariableID
    let thing: Text
  }

  enum DefineState { case unchecked, underway, sound, broken }

  /// The declarations of each kind and the files in which they stand, at the indices of the program's arrays.
  struct Declared {
    var sources: [(file: Int, node: SourceDeclaration)] = []
    var products: [(file: Int, node: ProductDeclaration)] = []
    var matrices: [(file: Int, node: MatrixDeclaration)] = []
    var preferences: [(file: Int, node: PreferDeclaration, span: SourceSpan)] = []
    var invariants: [(file: Int, node: InvariantDeclaration)] = []
    var shapes: [(file: Int, node: Shape)] = []
    var facts: [(file: Int, node: FactDeclaration)] = []
    var attestations: [(file: Int, node: AttestDeclaration, span: SourceSpan)] = []
    var defines: [(file: Int, node: DefineDeclaration)] = []
    var lookups: [(file: Int, node: LookupDeclaration)] = []
    var holdings: [(file: Int, node: HoldingDeclaration, span: SourceSpan)] = []
    var rules: [(file: Int, node: RuleDeclaration, span: SourceSpan)] = []
    var waivers: [(file: Int, node: WaiverDeclaration, span: SourceSpan)] = []
    var tests: [(file: Int, node: TestDeclaration, span: SourceSpan)] = []
    var asOf: [(file: Int, node: AsOfDeclaration, span: SourceSpan)] = []
  }

  /// An entity, a single or a record.
  enum Shape {
    case entity(EntityDeclaration)
    case record(RecordDeclaration)
    var fields: [FieldDeclaration] {
      switch self {
      case .entity(let node): node.fields
      case .record(let node): node.fields
      }
    }
    var key: [NameNode] {
      switch self {
      case .entity(let node): node.key
      case .record(let node): node.key
      }
    }
  }

  init(_ trees: [SyntaxTree]) {
    self.trees = trees
    program.files = trees.map(\.source)
    for tree in trees where tree.diagnostics.contains(where: { $0.severity == .error }) { readHalf(tree) }
  }

  mutating func run() {
    collect()
    checkShapes()
    if !diagnostics.isEmpty { hasBrokenShapes = true }
    checkSources()
    checkProducts()
    declareFactTypes()
    declareParameters()
    checkLookups()
    checkMatrices()
    checkPreferences()
    checkInvariants()
    checkFacts()
    for index in program.defines.indices { checkDefine(DefineID(index)) }
    checkCellConditions()
    checkHoldings()
    checkRules()
    checkWaivers()
    checkAttestations()
    checkAsOf()
    checkTests()
    checkRecursionAndCost()
  }

  /// The program; asked for only where nothing was reported, so nothing is left out.
  mutating func finished() -> CheckedProgram {
    program.rules = rules.compactMap { $0 }
    return program
  }

  /// The words of the declarations that the parser could not read whole: what they may have declared is not called unknown.
  private mutating func readHalf(_ tree: SyntaxTree) {
    let errors = tree.diagnostics.filter { $0.severity == .error }.map(\.span.start)
    var segment: [Token] = []
    var next = 0
    for token in tree.tokens {
      let begins = token.kind == .end || token.startsLine && tree.source.position(of: token.span.start).column == 1
      if begins {
        var isBroken = false
        while next < errors.count, errors[next] < token.span.start || token.kind == .end {
          isBroken = true
          next += 1
        }
        let word = segment.first.map { Symbol(word: tree.source.slice($0.span)) } ?? .test
        if isBroken && Checker.bounding.contains(word) { hasBrokenShapes = true }
        if isBroken && word != .test {
          for part in segment.dropFirst() where part.kind == .word { halfRead.insert(Text(tree.source.slice(part.span))) }
          for part in segment where part.kind == .text {
            halfRead.insert(Text(tree.source.slice(part.span).dropFirst().dropLast()))
          }
        }
        segment = []
      }
      segment.append(token)
    }
  }

  /// What says how long lists are; any word but these begins something else, or nothing that is known.
  private static let bounding: Set<Symbol> = [.entity, .single, .record, .other_]

  func sortedDiagnostics() -> [Diagnostic] {
    diagnostics.enumerated().sorted {
      let (left, right) = ($0.element.span, $1.element.span)
      if left.file != right.file { return left.file < right.file }
      if left.start != right.start { return left.start < right.start }
      return $0.offset < $1.offset
    }.map(\.element)
  }

  // MARK: Small services

  /// The name of the module whose declarations are at hand.
  var module: Text { moduleName(of: file) }

  func moduleName(of file: Int) -> Text { trees[file].module?.text ?? "" }

  mutating func report(
    _ kind: DiagnosticKind, _ message: String, at span: SourceSpan, related: [Diagnostic.Related] = [],
    notes: [String] = [], fix: Diagnostic.Fix? = nil
  ) {
    diagnostics.append(Diagnostic(kind, message, at: span, related: related, notes: notes, fix: fix))
  }

  mutating func add(_ kind: TypedExpressionKind, _ type: ValueType, _ span: SourceSpan) -> TypedExpressionID {
    program.expressions.append(TypedExpression(kind, type, span))
    return TypedExpressionID(program.expressions.count - 1)
  }

  mutating func addVariable(_ name: NameNode, _ type: ValueType, _ role: Variable.Role) -> VariableID {
    program.variables.append(Variable(name: name.text, type: type, role: role, span: name.span))
    return VariableID(program.variables.count - 1)
  }

  func type(_ id: TypedExpressionID) -> ValueType { program.expressions[id.index].type }
  func span(_ id: TypedExpressionID) -> SourceSpan { program.expressions[id.index].span }

  func qualified(_ name: NameNode, in file: Int) -> QualifiedName {
    QualifiedName(module: moduleName(of: file), name: name.text, span: name.span)
  }

  func localText(_ titled: Titled) -> LocalText {
    LocalText(
      titled.text.text,
      translations: titled.translations.map { LocalText.Translation(language: $0.language.text, text: $0.text.text) })
  }

  /// The period that is written; the parser reports one that ends before it begins.
  func period(_ node: PeriodNode) -> Period { Period(from: node.from?.day, before: node.before?.day) }
}

extension DiagnosticKind {
  package static let typeName = DiagnosticKind(
    code: "LIC0203",
    summary: "an entity or a record that is named like a type of the language",
    explanation:
      "`bool`, `int`, `decimal`, `text`, `date`, `instant`, `id`, `product` and `feature` are types; rows of that name could not be meant.",
    wrong: """
      module m
      record text { value: id }
      """,
    right: """
      module m
      record note { value: id }
      """)

  package static let expiresTooEarly = DiagnosticKind(
    code: "LIC0406",
    summary: "a statement or a waiver that expires before it is made",
    explanation: "It is in force from the day behind `on` until the day before `expires`; here no day lies between.",
    wrong: """
      module m
      fact limit: int "The limit"
      attest limit = 1 because "Read." by "a" on 2026-01-01 expires 2025-01-01
      """,
    right: """
      module m
      fact limit: int "The limit"
      attest limit = 1 because "Read." by "a" on 2026-01-01 expires 2027-01-01
      """)
}
