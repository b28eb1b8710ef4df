import Semantics
import Syntax

/// What more identifiers of one kind do to who holds a product: told from what the policies ask of `item.skus`, `plans` and `components`.
struct IdentifierUse {
  /// Nobody asks for them.
  var isIdle: Bool
  /// They are asked for by holdings alone, of the product in question, and to have one of them can only help to hold it.
  var isMonotone: Bool

  init(of part: TypedExpressionKind.ProductPart, in programs: [CheckedProgram]) {
    let uses = programs.map { program in Use(part: part, program: program) }
    isIdle = uses.allSatisfy { $0.asked.isEmpty }
    isMonotone = uses.allSatisfy(\.isMonotone)
  }

  private struct Use {
    let part: TypedExpressionKind.ProductPart
    let program: CheckedProgram
    /// The expressions that ask for the part.
    let asked: Set<TypedExpressionID>

    init(part: TypedExpressionKind.ProductPart, program: CheckedProgram) {
      self.part = part
      self.program = program
      asked = Set(
        program.expressions.indices.filter { index in
          if case .part(part, _) = program.expressions[index].kind { true } else { false }
        }.map { TypedExpressionID($0) })
    }

    var isMonotone: Bool {
      var found: Set<TypedExpressionID> = []
      for holding in program.holdings {
        guard let helping = helping(holding.body, holding) else { return false }
        found.formUnion(helping)
      }
      return found == asked
    }

    /// The places at which an expression asks for the part, where more of it makes it true or the list longer; nil where it may be otherwise.
    private func helping(_ id: TypedExpressionID, _ holding: Holding) -> Set<TypedExpressionID>? {
      let kind = program[id].kind
      switch kind {
      case .part(part, let product):
        guard case .variable(let variable) = program[product].kind, variable == holding.product else { return nil }
        return [id]
      case .and(let parts), .or(let parts): return joined(parts, holding)
      case .any(_, let source, let condition): return joined([source] + (condition.map { [$0] } ?? []), holding)
      case .member(let element, let list, negated: false): return asks(element) ? nil : helping(list, holding)
      case .function(.union, let lists), .function(.common, let lists): return joined(lists, holding)
      default: return asks(id) ? nil : []
      }
    }

    private func joined(_ parts: [TypedExpressionID], _ holding: Holding) -> Set<TypedExpressionID>? {
      var found: Set<TypedExpressionID> = []
      for part in parts {
        guard let some = helping(part, holding) else { return nil }
        found.formUnion(some)
      }
      return found
    }

    /// Whether the part is asked for somewhere in an expression, also through the defines that it uses.
    private func asks(_ id: TypedExpressionID) -> Bool {
      var open = [id]
      var seen: Set<TypedExpressionID> = []
      while let next = open.popLast() {
        guard seen.insert(next).inserted else { continue }
        if asked.contains(next) { return true }
        let kind = program[next].kind
        open += kind.operands
        if case .call(let define, _) = kind { open.append(program.defines[define.index].body) }
      }
      return false
    }
  }
}
