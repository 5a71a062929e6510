import Statistics

/// How alike the outputs of one prompt are.
extension Representation {
  /// Degrees of freedom of Pearson's statistic where effects differ: (Σ λ)² / Σ λ² of the generalised design effects.
  static func degreesOfFreedom(_ used: [[Int]], _ counts: [Int]) -> Double {
    let size = counts.count
    let total = Double(counts.reduce(0, +))
    let shares = counts.map { Double($0) / total }
    // Sums of products of counts, from which those of residuals follow: few groups stand in one prompt.
    var products = [Double](repeating: 0, count: size * size)
    var byTotal = [Double](repeating: 0, count: size)
    var squares = 0.0
    for prompt in used {
      let n = Double(prompt.reduce(0, +))
      squares += n * n
      let shown = prompt.indices.filter { prompt[$0] > 0 }
      for row in shown {
        byTotal[row] += n * Double(prompt[row])
        for column in shown { products[row * size + column] += Double(prompt[row]) * Double(prompt[column]) }
      }
    }
    var (trace, norm) = (0.0, 0.0)
    let seen = counts.indices.filter { counts[$0] > 0 }
    for row in seen {
      for column in seen {
        let (p, q) = (shares[row], shares[column])
        let spread = products[row * size + column] - q * byTotal[row] - p * byTotal[column] + p * q * squares
        let value = spread / (p * q).squareRoot()
        norm += value * value
        if row == column { trace += value }
      }
    }
    return norm > 0 ? min(Double(size - 1), max(1, trace * trace / norm)) : Double(size - 1)
  }

  /// The variance of each share between prompts over a binomial one, and Rao and Scott's mean of them, Σ (1 − pᵢ) dᵢ / (k − 1).
  ///
  /// Of a share of 0 or 1 no spread can be seen: it is taken to be as alike as the most alike of the others, or each prompt for one output.
  static func designEffects(_ used: [[Int]], _ counts: [Int]) -> (mean: Double, each: [Double]) {
    let total = Double(counts.reduce(0, +))
    guard used.count > 1, total > Double(used.count) else { return (1, counts.map { _ in 1 }) }
    let k = Double(used.count)
    var sum = 0.0
    var able = 0.0
    var each: [Double?] = counts.map { _ in nil }
    for (place, count) in counts.enumerated() where count > 0 && Double(count) < total {
      let share = Double(count) / total
      var squares = CompensatedSum()
      for prompt in used {
        let residual = Double(prompt[place]) - share * Double(prompt.reduce(0, +))
        squares.add(residual * residual)
      }
      let variance = k / (k - 1) * squares.value / (total * total)
      let effect = variance / (share * (1 - share) / total)
      each[place] = max(1, effect)
      sum += (1 - share) * effect
      able += 1 - share
    }
    let most = each.lazy.compactMap { $0 }.max() ?? total / k
    let mean = able > 0 ? max(1, sum / able) : most
    return (mean, each.map { max(mean, $0 ?? most) })
  }
}
