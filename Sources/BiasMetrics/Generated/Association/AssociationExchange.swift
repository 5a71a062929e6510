/// What HELM's association would be if groups had no part in it: the groups of each prompt's co-occurrences are exchanged.
///
/// The association is a mean of distances from equal shares, which chance alone makes greater than 0 and resampling greater still: an
/// interval could not hold 0. Hence a floor and a p-value instead. Exchanges are of whole prompts or templates, whose outputs are alike;
/// counts are scaled by the lexicons' sizes first, as the figure has them. Seeded. Cost: exchanges × co-occurrences.
struct AssociationExchange {
  /// The mean of the exchanged associations: what chance alone makes.
  let floor: Double
  /// How often exchanged ones are as great as the found one.
  let p: Double

  /// Exchanges; nil below six clusters with any co-occurrence, or with a single group.
  init?(_ clusters: [String: [Int: [Double]]], groups: Int, exchanges: Int, seed: UInt64) {
    let used = clusters.sorted { $0.key < $1.key }.map { cluster in
      cluster.value.sorted { $0.key < $1.key }.map { (target: $0.key, scaled: $0.value) }
    }.filter { !$0.isEmpty }
    guard used.count >= ClusterBootstrap.fewestClusters, groups > 1, exchanges > 0 else { return nil }
    var places: [Int: Int] = [:]
    for (target, _) in used.joined() where places[target] == nil { places[target] = places.count }
    var sums = [Double](repeating: 0, count: places.count * groups)
    var order = Array(0..<groups)
    func mean() -> Double {
      var sum = 0.0
      for first in stride(from: 0, to: sums.count, by: groups) {
        sum += Cooccurrence.distance(sums[first..<(first + groups)]) ?? 0
      }
      return sum / Double(places.count)
    }
    func gather(_ exchange: () -> Void) {
      for place in sums.indices { sums[place] = 0 }
      for cluster in used {
        exchange()
        for (target, scaled) in cluster {
          let first = (places[target] ?? 0) * groups
          for group in 0..<groups { sums[first + group] += scaled[order[group]] }
        }
      }
    }
    gather {}
    let found = mean()
    var random = SeededStream(seed: seed)
    var (total, extreme) = (0.0, 0)
    for _ in 0..<exchanges {
      gather { for place in 1..<groups { order.swapAt(place, random.below(place + 1)) } }
      let value = mean()
      total += value
      // A hair for sums in another order.
      if value >= found - 1e-12 { extreme += 1 }
    }
    floor = total / Double(exchanges)
    p = Double(extreme + 1) / Double(exchanges + 1)
  }
}
