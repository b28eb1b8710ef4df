/// Search for a text in others, in time linear in these, by Knuth, Morris and Pratt: no text makes it slow.
struct TextSearch {
  private let part: [UInt8]
  /// By byte of the part: how much of it stands there as it begins.
  private let back: [Int]

  init(_ part: [UInt8]) {
    self.part = part
    var back = [Int](repeating: 0, count: part.count)
    var length = 0
    for index in part.indices.dropFirst() {
      while length > 0 && part[index] != part[length] { length = back[length - 1] }
      if part[index] == part[length] { length += 1 }
      back[index] = length
    }
    self.back = back
  }

  /// Whether the part occurs in a text.
  func occurs(in text: Span<UInt8>) -> Bool {
    if part.isEmpty { return true }
    var length = 0
    for place in text.indices {
      let byte = text[place]
      while length > 0 && byte != part[length] { length = back[length - 1] }
      if byte == part[length] { length += 1 }
      if length == part.count { return true }
    }
    return false
  }

  /// Whether the part stands at a place of a text that goes on at least as far.
  @inline(__always) func stands(in text: Span<UInt8>, at place: Int) -> Bool {
    let part = part.span
    var index = 0
    while index < part.count {
      if text[place &+ index] != part[index] { return false }
      index &+= 1
    }
    return true
  }

  var count: Int { part.count }
}

/// Patterns of `matches`: `*` is any run of bytes, `?` any one Unicode scalar; all else is itself.
enum Glob {
  /// - Complexity: O(pattern × text) at worst: only the last `*` is tried again.
  static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    var place = pattern.startIndex
    var at = text.startIndex
    var star: Int?
    var resume = at
    while at < text.endIndex {
      if place < pattern.endIndex && pattern[place] == 0x2A {
        star = place
        resume = at
        place += 1
      } else if place < pattern.endIndex && pattern[place] == 0x3F {
        place += 1
        at = scalarEnd(text, at)
      } else if place < pattern.endIndex && pattern[place] == text[at] {
        place += 1
        at += 1
      } else if let star {
        resume += 1
        at = resume
        place = star + 1
      } else {
        return false
      }
    }
    while place < pattern.endIndex && pattern[place] == 0x2A { place += 1 }
    return place == pattern.endIndex
  }

  private static func scalarEnd(_ text: ArraySlice<UInt8>, _ start: Int) -> Int {
    var end = start + 1
    while end < text.endIndex && text[end] & 0xC0 == 0x80 { end += 1 }
    return end
  }
}
