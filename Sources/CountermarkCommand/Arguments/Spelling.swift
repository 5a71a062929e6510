/// Finds what was meant by a misspelt word.
enum Spelling {
  /// The word that is the fewest edits away, if few enough; of equals the first.
  static func nearest(to word: String, among words: [String]) -> String? {
    let found = words.map { (word: $0, distance: distance(word, $0)) }.min { $0.distance < $1.distance }
    guard let found, found.distance <= max(1, word.count / 3) else { return nil }
    return found.word
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
  static func distance(_ left: String, _ right: String) -> Int {
    let (a, b) = (Array(left.lowercased()), Array(right.lowercased()))
    var rows = [Array(0...b.count)]
    for (i, letter) in a.enumerated() {
      var row = [i + 1]
      for (j, other) in b.enumerated() {
        var best = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (letter == other ? 0 : 1))
        if i > 0, j > 0, letter == b[j - 1], a[i - 1] == other { best = min(best, rows[i - 1][j - 1] + 1) }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
