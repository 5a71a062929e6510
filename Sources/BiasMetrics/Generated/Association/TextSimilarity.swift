/// How alike two texts are, word by word.
public struct TextSimilarity: Hashable, Sendable {
  /// Shared distinct words over all distinct words; 1 for two empty texts.
  public let jaccard: Double
  /// ROUGE-L's F: the longest common subsequence of words against both lengths (Lin, 2004); 1 for two empty texts.
  public let rougeL: Double
  /// 1 − the least insertions, deletions and replacements of words over the longer text's words.
  public let edit: Double

  /// BLEU-4 with either as the reference, the mean of both; 1 for two empty texts.
  public let bleu: Double
  /// The shorter text's words over the longer's; 1 for two empty texts.
  public let length: Double

  /// Compares two texts as words; cost: the product of their lengths.
  public init(_ first: [String], _ second: [String]) {
    let longer = max(first.count, second.count)
    length = longer == 0 ? 1 : Double(min(first.count, second.count)) / Double(longer)
    bleu = longer == 0 ? 1 : (Self.bleu(first, reference: second) + Self.bleu(second, reference: first)) / 2
    let (a, b) = (Set(first), Set(second))
    let union = a.union(b).count
    jaccard = union == 0 ? 1 : Double(a.intersection(b).count) / Double(union)
    guard !first.isEmpty, !second.isEmpty else {
      (rougeL, edit) = first.isEmpty && second.isEmpty ? (1, 1) : (0, 0)
      return
    }
    // Numbers in place of words, since each is compared with each.
    var codes: [String: Int] = [:]
    let x = first.map { word in
      codes[word]
        ?? {
          codes[word] = codes.count; return codes.count - 1
        }()
    }
    let y = second.map { word in
      codes[word]
        ?? {
          codes[word] = codes.count; return codes.count - 1
        }()
    }
    var common = [Int](repeating: 0, count: y.count + 1)
    var distance = Array(0...y.count)
    for (row, word) in x.enumerated() {
      var (commonCorner, distanceCorner) = (0, distance[0])
      distance[0] = row + 1
      for (column, other) in y.enumerated() {
        let (commonAbove, distanceAbove) = (common[column + 1], distance[column + 1])
        let isSame = word == other
        common[column + 1] = isSame ? commonCorner + 1 : max(commonAbove, common[column])
        distance[column + 1] = min(distanceAbove + 1, distance[column] + 1, distanceCorner + (isSame ? 0 : 1))
        (commonCorner, distanceCorner) = (commonAbove, distanceAbove)
      }
    }
    let longest = Double(common[y.count])
    rougeL = 2 * longest / Double(x.count + y.count)
    edit = 1 - Double(distance[y.count]) / Double(max(x.count, y.count))
  }

  /// A text's words with those of some lexicons masked, so that what is left should not depend on the group.
  ///
  /// Each hit becomes one word that no text holds: that something was said there stays, what does not.
  public static func words(_ text: String, masking lexicons: [Lexicon]) -> [String] {
    let words = WordText(text)
    var masks = [Int](repeating: 0, count: words.words.count)
    for lexicon in lexicons where !lexicon.isByLetter {
      for hit in lexicon.hits(in: words) {
        for place in hit.words { masks[place] = max(masks[place], place == hit.words.lowerBound ? 1 : 2) }
      }
    }
    return words.words.indices.compactMap {
      masks[$0] == 2 ? nil : masks[$0] == 1 ? "\u{0}" : words.words[$0].folded
    }
  }
}
