/// The known name that a misspelled one was probably meant to be; nil where none is near enough.
///
/// Near is an edit distance (a letter left out, added, changed, or two neighbours swapped) of at most a third of the name's length.
/// Letters that differ in case only count as equal at first. Of equally near names, the first in byte order wins.
package func nearest(_ name: Text, among names: some Sequence<Text>) -> Text? {
  let wanted = name.utf8.map(lowered)
  guard wanted.count <= 64 else { return nil }
  let limit = max(1, wanted.count / 3)
  var best: (distance: Int, name: Text)?
  for candidate in names where candidate != name {
    guard abs(candidate.utf8.count - wanted.count) <= limit else { continue }
    let distance = editDistance(wanted, candidate.utf8.map(lowered))
    guard distance <= limit, distance < wanted.count else { continue }
    if let known = best, (known.distance, known.name) <= (distance, candidate) { continue }
    best = (distance, candidate)
  }
  return best?.name
}

private func lowered(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

/// Optimal string alignment: insertions, deletions, changes and swaps of neighbours, each of cost 1.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var before: [Int] = []
  var previous = Array(0...right.count)
  for row in left.indices {
    var current = [row + 1]
    for column in right.indices {
      let change = previous[column] + (left[row] == right[column] ? 0 : 1)
      var cost = min(change, previous[column + 1] + 1, current[column] + 1)
      if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
        cost = min(cost, before[column - 1] + 1)
      }
      current.append(cost)
    }
    before = previous
    previous = current
  }
  return previous[right.count]
}
