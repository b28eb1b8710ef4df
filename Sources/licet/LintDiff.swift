import Syntax

/// What changed in a file, as a unified diff with three lines around each change; empty where nothing did.
func unifiedDiff(of path: String, from old: [UInt8], to new: [UInt8]) -> [UInt8] {
  guard old != new else { return [] }
  let (before, after) = (lines(old), lines(new))
  let difference = after.difference(from: before)
  var isRemoved = Array(repeating: false, count: before.count)
  var isInserted = Array(repeating: false, count: after.count)
  for change in difference {
    switch change {
    case .remove(let offset, _, _): isRemoved[offset] = true
    case .insert(let offset, _, _): isInserted[offset] = true
    }
  }
  // Each line of both, in one order: removed before inserted, kept ones in step.
  var script: [(sign: UInt8, old: Int, new: Int)] = []
  var (left, right) = (0, 0)
  while left < before.count || right < after.count {
    if left < before.count, isRemoved[left] {
      script.append((0x2D, left, right))
      left += 1
    } else if right < after.count, isInserted[right] {
      script.append((0x2B, left, right))
      right += 1
    } else {
      script.append((0x20, left, right))
      left += 1
      right += 1
    }
  }
  let changed = script.indices.filter { script[$0].sign != 0x20 }
  var hunks: [Range<Int>] = []
  for index in changed {
    let range = max(0, index - 3)..<min(script.count, index + 4)
    if let last = hunks.last, last.upperBound >= range.lowerBound {
      hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
    } else {
      hunks.append(range)
    }
  }
  var output = Array("--- \(printable(path))\n+++ \(printable(path))\n".utf8)
  for hunk in hunks {
    let part = script[hunk]
    guard let first = part.first else { continue }
    let (removed, inserted) = (part.count { $0.sign != 0x2B }, part.count { $0.sign != 0x2D })
    // A side without lines is named by the line before it.
    let (oldStart, newStart) = (first.old + (removed > 0 ? 1 : 0), first.new + (inserted > 0 ? 1 : 0))
    output += "@@ -\(oldStart),\(removed) +\(newStart),\(inserted) @@\n".utf8
    for line in part {
      let text = line.sign == 0x2B ? after[line.new] : before[line.old]
      output.append(line.sign)
      output += text
      if text.last != 0x0A { output += "\n\\ No newline at end of file\n".utf8 }
    }
  }
  return output
}

/// With their ends; the last may have none.
private func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
  var lines: [ArraySlice<UInt8>] = []
  var start = 0
  for (index, byte) in bytes.enumerated() where byte == 0x0A {
    lines.append(bytes[start...index])
    start = index + 1
  }
  if start < bytes.count { lines.append(bytes[start...]) }
  return lines
}
