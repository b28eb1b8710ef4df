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

  @Test func `a rule needs a title and a remedy in the language of the policies, with words in them`() throws {
    let text = Self.rule("user.active", before: "remedy nl \"Doe iets.\"\n  title nl \"Inactief\"\n  title \" \"\n  remedy \"\"")
    for id in ["missing_title", "missing_remedy"] { #expect(try found(id, Self.licences + text).count == 1) }
    let said = text.replacingOccurrences("title \" \"", "title \"Inactive\"").replacingOccurrences("remedy \"\"", "remedy \"Act.\"")
    for id in ["missing_title", "missing_remedy"] { #expect(try found(id, Self.licences + said).isEmpty) }
  }

  @Test func `a translation is compared with its original wherever that stands`() throws {
    let text = Self.rule("user.active", before: "message nl \"Iemand is inactief.\"\n  remedy nl \"Do it now.\"\n  remedy \"Do it now.\"")
    let placeholders = try found("translation_placeholders", Self.licences + text)
    #expect(placeholders.map(\.notes) == [["it lacks `{user.name}`"]])
    #expect(try found("untranslated_text", Self.licences + text).count == 1)
  }

  @Test func `a product of which all identifiers have ended is retired`() throws {
    let gone = "product gone \"Gone\" {\n  sku GONE 11111111-2222-3333-4444-555555555599 before 2020-01-01\n}\n"
    let table = "matrix now {\n  |       | gone | basic |\n  |-------|------|-------|\n  | reset | yes  | yes   |\n}\n"
    let suite = "product suite \"Suite\" {\n  sku S 11111111-2222-3333-4444-555555555588\n  includes gone\n}\n"
    let asked = Self.rule("not (user holds gone)")
    #expect(try found("retired_id", Self.licences + gone + asked).count == 1)
    #expect(try found("retired_id", Self.licences + gone + table).count == 1)
    #expect(try found("retired_id", Self.licences + gone + table.replacingOccurrences("| yes  |", "| yes before 2020-01-01 |")).isEmpty)
    // Held with the suite, so that only what includes it is told.
    #expect(try found("retired_id", Self.licences + gone + suite + asked).count == 1)
    let lives = gone.replacingOccurrences("\n}", "\n  sku LATER 11111111-2222-3333-4444-555555555598\n}")
    #expect(try found("retired_id", Self.licences + lives + suite + table + asked).isEmpty)
  }

  @Test func `a SKU misleads by titles and former names too`() throws {
    func products(_ former: String = "") -> String {
      "product std \"Business Standard\" {\n  \(former)sku BUSINESS_PREMIUM 11111111-2222-3333-4444-555555555591\n}\n"
        + "product prem \"Business Premium\" {\n  sku SPB 11111111-2222-3333-4444-555555555592\n}\n"
    }
    let named = Self.rule("user.skuId is sku BUSINESS_PREMIUM")
    let former = "formerly \"Business Premium\" before 2020-04-21\n  "
    #expect(try found("misleading_sku", Self.licences + products() + named).count == 1)
    #expect(try found("misleading_sku", Self.licences + products(former) + named).count == 1)
    let guid = Self.rule("user.skuId is 11111111-2222-3333-4444-555555555591")
    #expect(try found("misleading_sku", Self.licences + products() + guid).count == 1)
    let other = products(former).replacingOccurrences("prem \"Business Premium\"", "prem \"Something Else\"")
    #expect(try found("misleading_sku", Self.licences + other + named).isEmpty)
  }

  @Test func `what is stated in general later covers what was stated of a tenant`() throws {
    func stated(_ first: String, _ tenant: String) -> String {
      """
      module m
      fact limit: int "The limit"
      attest limit = 1 in "contoso" because "Read there." by "a" on 2025-01-01 expires \(first)
      attest limit = 1 \(tenant)because "Read there." by "a" on 2026-10-10 expires 2027-10-10

      """
    }
    #expect(try found("expired_attestation", stated("2026-01-01", "")).isEmpty)
    #expect(try found("expired_attestation", stated("2026-01-01", "in \"fabrikam\" ")).count == 1)
    #expect(try found("attestation_expires_soon", stated("2026-11-10", "")).isEmpty)
    #expect(try found("attestation_expires_soon", stated("2026-11-10", "in \"fabrikam\" ")).count == 1)
  }

  @Test func `a waiver of tomorrow has not begun, and one by nobody has no author`() throws {
    let waiver = """
      waiver robots of named {
        for each user where user.n is 1
        because "A service account."
        by " "
        on 2926-10-01
        expires 2927-04-01
      }

      """
    let text = Self.licences + Self.rule("user.active") + waiver
    #expect(try found("not_begun_yet", text).count == 1)
    #expect(try found("waiver_of_nobody", text).map(\.message) == ["the waiver `robots` has no `by`"])
    let stated = "module m\nfact limit: int \"The limit\"\nattest limit = 1 because \"Read it.\" by \"\" on 2026-10-10 expires 2027-10-10\n"
    #expect(try found("waiver_of_nobody", stated).count == 1)
  }

  @Test func `a SKU may move from one product to another, and not be in two`() throws {
    func products(_ before: String, _ from: String) -> String {
      "product a \"A\" {\n  sku MOVED 11111111-2222-3333-4444-555555555591 \(before)\n}\n"
        + "product b \"B\" {\n  sku MOVED 11111111-2222-3333-4444-555555555591 \(from)\n}\n"
    }
    #expect(try found("one_sku_two_products", Self.licences + products("", "")).count == 1)
    #expect(try found("one_sku_two_products", Self.licences + products("before 2026-02-01", "from 2026-01-01")).count == 1)
    #expect(try found("one_sku_two_products", Self.licences + products("before 2026-01-01", "from 2026-01-01")).isEmpty)
  }

  @Test func `the reason of a severity stands anywhere in the comment right above`() throws {
    let on = "lint severity_without_reason warning because \"It is a house rule.\"\n"
    func count(_ comment: String) throws -> Int {
      try found("severity_without_reason", Self.licences + on + comment + Self.rule("user.active")).count
    }
    let allow = "// lint: allow missing_title because the name says it.\n"
    #expect(try count("// Auditors say so.\n" + allow) == 0)
    #expect(try count(allow + "// Auditors say so.\n") == 0)
    #expect(try count(allow + "// mutate: allow named because it is a draft.\n//\n") == 1)
    #expect(try count("// Auditors say so.\n\n") == 1)
    #expect(try count("feature other \"Other things\" // Auditors say so.\n") == 1)
  }

  @Test func `what a message lists is not what decides`() throws {
    let nobody = "product nobody \"Nobody\" {\n  sku N 11111111-2222-3333-4444-555555555598\n}\n"
    let listed = Self.rule("user.active", before: "let held = products held by user").replacingOccurrences(
      "{user.name}", "{user.name} {held}")
    #expect(try found("unused_product", Self.licences + nobody + listed).map(\.message) == ["nothing names the product `nobody`"])
    let asked = Self.rule("basic in held", before: "let held = products held by user")
    #expect(try found("unused_product", Self.licences + nobody + asked).isEmpty)
  }

  @Test func `matrices of different days do not contradict each other`() throws {
    func tables(_ broad: String, _ narrow: String, _ cell: String = "-") -> String {
      "matrix broad {\n  \(broad)\n  |       | basic |\n  |-------|-------|\n  | reset | yes   |\n}\n"
        + "matrix narrow {\n  \(narrow)\n  |       | basic |\n  |-------|-------|\n  | reset | \(cell) |\n}\n"
        + "prefer narrow over broad for reset because \"It is the nearer page.\"\n"
    }
    #expect(try found("needless_prefer", Self.licences + tables("", "")).isEmpty)
    let apart = tables("effective before 2020-01-01", "effective from 2020-01-01")
    #expect(try found("needless_prefer", Self.licences + apart).count == 1)
  }

  @Test func `one character is one character`() throws {
    let told = try found("long_line", Self.licences + "lint long_line warning 0 because \"It is shown here.\"\n").map(\.message)
    #expect(told.contains("this line has 1 character"))
    #expect(!told.contains("this line has 1 characters"))
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
