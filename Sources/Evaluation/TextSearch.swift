/// Search in bytes, in time linear in the text for what policies write.
enum TextSearch {
  /// Whether `part` occurs in `text`: Knuth, Morris and Pratt, so that no text makes it slow.
  static func contains(_ part: ArraySlice<UInt8>, in text: ArraySlice<UInt8>) -> Bool {
    let part = Array(part)
    if part.isEmpty { return true }
    var back = [Int](repeating: 0, count: part.count)
    var length = 0
    for index in part.indices.dropFirst() {
      while length > 0 && part[index] != part[length] { length = back[length - 1] }
      if part[index] == part[length] { length += 1 }
      back[index] = length
    }
    length = 0
    for byte in text {
      while length > 0 && byte != part[length] { length = back[length - 1] }
      if byte == part[length] { length += 1 }
      if length == part.count { return true }
    }
    return false
  }
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
