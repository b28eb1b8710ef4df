import Linting
import Semantics
import Syntax
import TestSupport
import Testing

/// The smallest policies in which a habit was overlooked, or flagged where it is kept.
@Suite struct HabitTests {
  static let licences = """
    module m
    entity user in users key id label name { id: id, name: text, city: text?, active: bool, skuId: id, planId: id, n: int }
    single organization key id { id: id, region: text }
    holding (person: user, item: product) = person.skuId in item.skus or person.planId in item.plans
    holding (t: organization, item: product) = item is basic
    feature reset "Reset a password"
    product basic "Basic" {
      sku BASIC 11111111-2222-3333-4444-555555555555
      plan BASIC_PLAN 66666666-7777-8888-9999-aaaaaaaaaaaa
    }

    """

  static func rule(_ require: String, before: String = "", name: String = "named") -> String {
    """
    notice \(name) {
      for each user in users
      \(before)
      require \(require)
      message "{user.name} is not as wanted."
    }

    """
  }

  /// The findings of one habit.
  func found(_ id: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> [Diagnostic] {
    let result = try linted(text)
    #expect(result.refused.map(\.message) == [], sourceLocation: sourceLocation)
    return result.habits.filter { $0.kind.code == id }
  }

  @Test func `a wrong rule teaches nothing about a field of which a holding says what it holds`() throws {
    let wrong = Self.rule("user.skuId in basic.plans or user.skuId in [plan BASIC_PLAN]")
    #expect(try found("sku_for_plan", Self.licences + wrong).count == 2)
    let three =
      Self.rule("user.skuId in basic.plans", name: "a") + Self.rule("user.skuId is sku BASIC", name: "b")
      + Self.rule("user.planId is sku BASIC", name: "c")
    #expect(
      try found("sku_for_plan", Self.licences + three).map(\.message) == [
        "these are plans, and `skuId` holds SKUs", "this is a SKU, and `planId` holds plans",
      ])
    #expect(try found("sku_for_plan", Self.licences + Self.rule("user.skuId in basic.skus or user.planId in basic.components")).isEmpty)
  }

  @Test func `a question about the tenant is seen through lets, parameters and what it holds`() throws {
    let asked = [
      Self.rule("ok and user.active", before: "let ok = organization has reset"),
      "define may(t: organization) = t has reset\n" + Self.rule("may(organization) and user.active"),
      Self.rule("user.active and basic in products held by organization"),
    ]
    for text in asked { #expect(try found("tenant_question", Self.licences + text).count == 1, "\(text)") }
    let own = [
      Self.rule("user has reset", before: "let told = organization has reset"),
      "define may(u: user) = u has reset\n" + Self.rule("may(user)"),
      Self.rule("basic in products held by user"),
    ]
    for text in own { #expect(try found("tenant_question", Self.licences + text).isEmpty, "\(text)") }
  }

  @Test func `letters that look like Latin ones are seen across digits and signs, and where a compared text is made of them`() throws {
    for word in ["\u{0430}_b", "\u{0420}1", "\u{0410}\u{0410}", "\u{FF21}dmin", "\u{0405}ku", "x1\u{04CF}", "\u{1D400}b", "\u{051B}1"] {
      #expect(try found("confusable_characters", Self.licences + Self.rule("user.name is not \"\(word)\"")).count == 1, "\(word)")
    }
    for word in ["\u{0414}\u{043E}\u{043C}", "\u{00E9}t\u{00E9}", "\u{65E5}\u{672C}", "a \u{0436}"] {
      #expect(try found("confusable_characters", Self.licences + Self.rule("user.name is not \"\(word)\"")).isEmpty, "\(word)")
    }
    let prose = Self.rule("user.active").replacingOccurrences("is not as", "\u{0441} is not as")
    #expect(try found("confusable_characters", Self.licences + prose).isEmpty)
  }

  @Test func `marks of direction, joiners beside ASCII and strange spaces in compared texts are seen`() throws {
    for word in ["P\u{200E}1", "a\u{200F}b", "a\u{061C}b", "a\u{200D}b", "a\u{200C}", "a\u{FE0F}", "a\u{00A0}b", "a\u{2009}b"] {
      let found = try found("invisible_characters", Self.licences + Self.rule("user.name is not \"\(word)\""))
      #expect(found.count == 1 && found.allSatisfy { $0.fix != nil }, "\(word)")
    }
    for word in ["\u{0645}\u{06CC}\u{200C}\u{0634}\u{0648}\u{062F}", "\u{26A0}\u{FE0F} b", "1\u{FE0F}\u{20E3}"] {
      #expect(try found("invisible_characters", Self.licences + Self.rule("user.name is not \"\(word)\"")).isEmpty, "\(word)")
    }
    let prose = Self.rule("user.active").replacingOccurrences("is not as", "is\u{00A0}not as")
    #expect(try found("invisible_characters", Self.licences + prose).isEmpty)
  }
}

extension String {
  fileprivate func replacingOccurrences(_ old: String, _ new: String) -> String {
    guard let range = firstRange(of: old) else { return self }
    return replacingCharacters(range, new)
  }
  private func replacingCharacters(_ range: Range<String.Index>, _ new: String) -> String {
    String(self[..<range.lowerBound]) + new + String(self[range.upperBound...])
  }
}
