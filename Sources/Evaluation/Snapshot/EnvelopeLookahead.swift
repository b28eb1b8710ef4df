/// Tells an object around rows, an error body and a row apart, by the first key that is no annotation. Reads nothing for good.
struct EnvelopeLookahead {
  private(set) var isWrapper = false
  private(set) var isError = false
  private(set) var code: [UInt8] = []
  private(set) var message: [UInt8] = []
  private var at: Int
  private let depth: Int

  /// - Parameters:
  ///   - at: at an opening brace.
  ///   - depth: containers around the object.
  init(at: Int, depth: Int) {
    self.at = at
    self.depth = depth
  }

  mutating func run(_ bytes: Span<UInt8>) -> Fault? {
    at = bytes.spaceEnd(at + 1)
    if bytes.byte(at) == 0x7D { return nil }
    while true {
      var key: [UInt8] = []
      if let fault = takeText(bytes, &key) { return fault }
      if let fault = passColon(bytes) { return fault }
      let name = folded(key)
      let first = bytes.byte(at)
      if first == 0 { return Fault(at: at, reason: .expectedValue) }
      if name == ODataKeys.value && first == 0x5B {
        isWrapper = true
        return nil
      }
      if name == ODataKeys.error && first == 0x7B { return takeError(bytes) }
      let isCount = name == ODataKeys.arrayCount && (first &- 0x30 < 10)
      if !name.contains(ODataKeys.annotation) && !isCount { return nil }
      if let fault = pass(bytes, depth: depth + 1) { return fault }
      if bytes.byte(at) == 0x7D { return nil }
      if bytes.byte(at) != 0x2C { return Fault(at: at, reason: .expectedCommaOrBrace) }
      at = bytes.spaceEnd(at + 1)
    }
  }

  /// An error body has a code or a message.
  private mutating func takeError(_ bytes: Span<UInt8>) -> Fault? {
    at = bytes.spaceEnd(at + 1)
    while bytes.byte(at) != 0x7D {
      var key: [UInt8] = []
      if let fault = takeText(bytes, &key) { return fault }
      if let fault = passColon(bytes) { return fault }
      let name = folded(key)
      if bytes.byte(at) == 0x22 && (name == ODataKeys.code || name == ODataKeys.message) {
        isError = true
        var text: [UInt8] = []
        if let fault = takeText(bytes, &text) { return fault }
        if name == ODataKeys.code { code = text } else { message = text }
        at = bytes.spaceEnd(at)
      } else if let fault = pass(bytes, depth: depth + 2) {
        return fault
      }
      if bytes.byte(at) == 0x2C {
        at = bytes.spaceEnd(at + 1)
        if bytes.byte(at) != 0x22 { return Fault(at: at, reason: .expectedKey) }
      } else if bytes.byte(at) != 0x7D {
        return Fault(at: at, reason: .expectedCommaOrBrace)
      }
    }
    return nil
  }

  private mutating func takeText(_ bytes: Span<UInt8>, _ text: inout [UInt8]) -> Fault? {
    if bytes.byte(at) != 0x22 { return Fault(at: at, reason: .expectedKey) }
    var isEscaped = false
    let end = bytes.textEnd(at + 1, &isEscaped)
    if end < 0 { return Fault(at: ~end, reason: bytes.textMalformation(~end)) }
    bytes.unescape(at + 1, end, to: &text)
    at = end + 1
    return nil
  }

  private mutating func passColon(_ bytes: Span<UInt8>) -> Fault? {
    at = bytes.spaceEnd(at)
    if bytes.byte(at) != 0x3A { return Fault(at: at, reason: .expectedColon) }
    at = bytes.spaceEnd(at + 1)
    return nil
  }

  private mutating func pass(_ bytes: Span<UInt8>, depth: Int) -> Fault? {
    var skipper = Skipper(depth: depth)
    if let fault = skipper.run(bytes, &at) { return fault }
    at = bytes.spaceEnd(at)
    return nil
  }
}
