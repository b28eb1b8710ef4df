/// How many columns a terminal or an editor with a fixed pitch gives to a text.
///
/// As PyPI's wcwidth 0.2.13 measures: marks that combine have no width, East Asian wide characters and emoji two columns, what a zero-width
/// joiner joins counts once, and the emoji selector widens. `Tests/Width/check.py` compares both over all of Unicode.
///
/// - Complexity: O(bytes), without a look at the tables for ASCII.
func displayWidth(_ bytes: ArraySlice<UInt8>) -> Int {
  if bytes.allSatisfy({ $0 < 0x80 }) { return bytes.count }
  let all = Array(bytes)
  var width = 0
  var index = 0
  // The last character of some width, which a selector behind it may widen.
  var measured: UInt32?
  while index < all.count {
    guard let scalar = DecodedScalar(all, at: index) else {
      (width, index, measured) = (width + 1, index + 1, nil)
      continue
    }
    index += scalar.length
    if scalar.value == 0x200D {
      // The character behind the joiner is drawn into the one before it.
      if index < all.count { index += DecodedScalar(all, at: index)?.length ?? 1 }
    } else if scalar.value == 0xFE0F, let before = measured {
      if isIn(before, DisplayWidthTable.widened) { width += 1 }
      measured = nil
    } else {
      let own = displayWidth(of: scalar.value)
      if own > 0 { measured = scalar.value }
      width += own
    }
  }
  return width
}

private func displayWidth(of scalar: UInt32) -> Int {
  if scalar < 0x300 && scalar != 0xAD { return 1 }
  if isIn(scalar, DisplayWidthTable.zero) { return 0 }
  return isIn(scalar, DisplayWidthTable.wide) ? 2 : 1
}

/// Whether one of the ranges, given by their first and last scalars, holds a scalar.
private func isIn(_ scalar: UInt32, _ ranges: [UInt32]) -> Bool {
  var low = 0
  var high = ranges.count / 2
  while low < high {
    let middle = (low + high) / 2
    if scalar > ranges[middle * 2 + 1] {
      low = middle + 1
    } else if scalar < ranges[middle * 2] {
      high = middle
    } else {
      return true
    }
  }
  return false
}
