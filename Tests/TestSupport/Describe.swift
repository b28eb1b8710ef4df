package import Syntax

/// A tree as nested lists, places left out: what was read, for golden tests.
package func describe(_ tree: SyntaxTree) -> String {
  var lines = ["module \(tree.module?.text.string ?? "-")"]
  for declaration in tree.declarations { lines += Shape(declaration.kind, in: tree).lines(indent: "", width: 120) }
  return lines.joined(separator: "\n") + "\n"
}

/// One expression as `describe` shows it.
package func describe(_ id: ExpressionID, in tree: SyntaxTree) -> String { Shape(id, in: tree).flat }

/// A value as a list of its parts, found by reflection, so that no part of the tree can be forgotten.
private indirect enum Shape {
  case leaf(String)
  case list(String, [Shape])

  init(_ value: Any, in tree: SyntaxTree) {
    switch value {
    case let id as ExpressionID:
      self = Shape(tree[id].kind, in: tree)
      return
    case let text as Text:
      self = .leaf("\"\(text.string)\"")
      return
    case let name as NameNode:
      self = .leaf(name.isQuoted ? "'\(name.text.string)'" : name.text.string)
      return
    case let node as TextNode:
      self = Shape(node.text, in: tree)
      return
    case let node as DayNode:
      self = .leaf(node.day.text.string)
      return
    case let node as GuidNode:
      self = .leaf(node.guid.text.string)
      return
    case let node as IntNode:
      self = .leaf(String(node.value))
      return
    case let day as Day:
      self = .leaf(day.text.string)
      return
    case let instant as Instant:
      self = .leaf(instant.text.string)
      return
    case let guid as Guid:
      self = .leaf(guid.text.string)
      return
    case let decimal as Decimal:
      self = .leaf(decimal.text.string)
      return
    default: break
    }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional: self = mirror.children.first.map { Shape($0.value, in: tree) } ?? .leaf("-")
    case .collection: self = .list("[", mirror.children.map { Shape($0.value, in: tree) })
    case .tuple: self = .list("", Shape.parts(of: mirror, in: tree))
    case .struct: self = .list(String(describing: mirror.subjectType), Shape.parts(of: mirror, in: tree))
    case .enum:
      guard let child = mirror.children.first, let label = child.label else {
        self = .leaf("\(value)")
        return
      }
      let payload = Mirror(reflecting: child.value)
      let isTuple = payload.displayStyle == .tuple
      self = .list(label, isTuple ? Shape.parts(of: payload, in: tree) : [Shape(child.value, in: tree)])
    default: self = .leaf("\(value)")
    }
  }

  private static func parts(of mirror: Mirror, in tree: SyntaxTree) -> [Shape] {
    mirror.children.filter { !($0.value is SourceSpan) }.map { child in
      let shape = Shape(child.value, in: tree)
      guard let label = child.label, !label.hasPrefix("."), label != "value" else { return shape }
      return .list(label + ":", [shape])
    }
  }

  var flat: String {
    switch self {
    case .leaf(let text): text
    case .list("[", let parts): "[" + parts.map(\.flat).joined(separator: " ") + "]"
    case .list(let name, let parts) where name.last == ":": name + " " + parts.map(\.flat).joined(separator: " ")
    case .list(let name, let parts): "(" + ([name] + parts.map(\.flat)).filter { !$0.isEmpty }.joined(separator: " ") + ")"
    }
  }

  func lines(indent: String, width: Int) -> [String] {
    let flat = flat
    guard indent.count + flat.count > width, case .list(let name, let parts) = self else { return [indent + flat] }
    return [indent + name] + parts.flatMap { $0.lines(indent: indent + "  ", width: width) }
  }
}
