/// How alike two recommended lists are, as it is measured for language models that recommend.
///
/// Source: Zhang, Bao, Zhang, Wang, Feng and He, "Is ChatGPT Fair for Recommendation?", RecSys 2023, in LangFair's arithmetic. As defined, SERP
/// and PRAG of a list with itself are below 1, and by how much depends on k: each stands beside its value divided by that maximum.
public struct RankingSimilarity: Hashable, Sendable {
  /// Shared items over all items of both lists.
  public let jaccard: Double
  /// SERP as defined: Σ (k − place + 1) / 2k (k + 1) over the first list's items that the second has, places from 0.
  public let serp: Double
  /// SERP over its value for two equal lists.
  public let serpNormalized: Double
  /// PRAG as defined: pairs of the first list that the second puts in the same order, over k (k + 1).
  ///
  /// An item that the second lacks comes after all. For k = 1, where there are no pairs, 1 for equal lists and 0 for others.
  public let prag: Double
  /// PRAG over its value for two equal lists.
  public let pragNormalized: Double

  /// Compares the first k items of two lists; items that stand twice count where they stand first.
  ///
  /// nil where k is below 1 or a list has fewer than k distinct items.
  public init?(_ first: [String], _ second: [String], k: Int) {
    let a = Self.top(first, k)
    let b = Self.top(second, k)
    guard k > 0, a.count == k, b.count == k else { return nil }
    let ranks = Dictionary(uniqueKeysWithValues: b.enumerated().map { ($1, $0) })
    let shared = a.count { ranks[$0] != nil }
    jaccard = Double(shared) / Double(2 * k - shared)
    let n = Double(k)
    var weights = 0
    for (place, item) in a.enumerated() where ranks[item] != nil { weights += k - place + 1 }
    serp = Double(weights) * 0.5 / (n * (n + 1))
    serpNormalized = serp / (0.25 + 0.5 / (n + 1))
    guard k > 1 else {
      prag = a == b ? 1 : 0
      pragNormalized = prag
      return
    }
    var agreeing = 0
    for place in a.indices {
      guard let rank = ranks[a[place]] else { continue }
      for other in a.indices.dropFirst(place + 1) where rank < ranks[a[other]] ?? k { agreeing += 1 }
    }
    prag = Double(agreeing) / (n * (n + 1))
    pragNormalized = prag * 2 * (n + 1) / (n - 1)
  }

  private static func top(_ list: [String], _ k: Int) -> [String] {
    var seen = Set<String>()
    var top: [String] = []
    for item in list where top.count < k && seen.insert(item).inserted { top.append(item) }
    return top
  }
}
