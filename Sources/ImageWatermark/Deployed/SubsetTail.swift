/// How unlikely it is that a random choice of k out of some fixed values has so large a sum.
///
/// The exact moment generating function of a sum over a uniformly random k-subset is eₖ(e^{θx₁}, …, e^{θxₙ}) ⁄ C(n, k), with the
/// elementary symmetric polynomial eₖ. Chernoff's bound with it holds for every set of values, and reaches 1 ⁄ C(n, k) where the
/// chosen ones are the largest. Where the positions fall into classes that are not alike, each class is permuted by itself and the
/// functions multiply.
struct SubsetTail {
  private struct Group {
    var values: [Double]
    var chosen: Int
    var logSubsets: Double
  }

  private let groups: [Group]
  private let sum: Double
  private let spread: Double

  /// - Parameters:
  ///   - values: one a position.
  ///   - isChosen: which positions make the sum.
  ///   - classes: how many classes the positions fall into, by their place modulo this.
  init(values: [Double], isChosen: [Bool], classes: Int) {
    var groups: [Group] = []
    for residue in 0..<classes {
      let places = Swift.stride(from: residue, to: values.count, by: classes)
      let own = places.map { values[$0] }
      let chosen = places.count { isChosen[$0] }
      guard chosen > 0, chosen < own.count else { continue }
      groups.append(
        Group(values: own, chosen: chosen, logSubsets: Self.logBinomial(own.count, chosen)))
    }
    self.groups = groups
    // Classes that cannot vary add the same to every sum.
    var sum = 0.0
    for residue in 0..<classes {
      let places = Swift.stride(from: residue, to: values.count, by: classes).map { $0 }
      let chosen = places.filter { isChosen[$0] }
      if !chosen.isEmpty, chosen.count < places.count { sum += chosen.reduce(0) { $0 + values[$1] } }
    }
    self.sum = sum
    spread = (values.max() ?? 0) - (values.min() ?? 0)
  }

  private static func logBinomial(_ n: Int, _ k: Int) -> Double {
    (0..<k).reduce(0) { $0 + logarithmOf(Double(n - $1) / Double($1 + 1)) }
  }

  /// The sum of the chosen values in deviations above its mean over all choices, without making a tail.
  static func deviations(values: [Double], isChosen: [Bool], classes: Int) -> Double {
    var (excess, variance) = (0.0, 0.0)
    for residue in 0..<classes {
      var (count, chosen) = (0.0, 0.0)
      var (sum, squares, chosenSum) = (0.0, 0.0, 0.0)
      for place in Swift.stride(from: residue, to: values.count, by: classes) {
        let value = values[place]
        count += 1
        sum += value
        squares += value * value
        if isChosen[place] {
          chosen += 1
          chosenSum += value
        }
      }
      guard chosen > 0, chosen < count else { continue }
      let mean = sum / count
      excess += chosenSum - chosen * mean
      variance += chosen * (count - chosen) / (count - 1) * max(0, squares / count - mean * mean)
    }
    return variance > 1e-12 ? excess / variance.squareRoot() : 0
  }

  /// Natural logarithm of the bound, at most 0.
  func logUpperBound() -> Double {
    guard !groups.isEmpty, spread > 0 else { return 0 }
    // The exponent is convex in θ: a golden-section search on θ × spread.
    var (low, high) = (0.0, 60.0)
    let ratio = 0.6180339887498949
    var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
    var (atLeft, atRight) = (exponent(left / spread), exponent(right / spread))
    for _ in 0..<24 {
      if atLeft < atRight {
        high = right
        (right, atRight) = (left, atLeft)
        left = high - ratio * (high - low)
        atLeft = exponent(left / spread)
      } else {
        low = left
        (left, atLeft) = (right, atRight)
        right = low + ratio * (high - low)
        atRight = exponent(right / spread)
      }
    }
    return min(0, min(atLeft, atRight))
  }

  /// ln of the bound at one θ: any θ ≥ 0 gives a valid one.
  private func exponent(_ theta: Double) -> Double {
    groups.reduce(-theta * sum) { $0 + Self.logSymmetric($1.values, $1.chosen, theta: theta) - $1.logSubsets }
  }

  /// ln eₖ(e^{θx}), by adding one value after another; terms are kept as a mantissa with one common exponent a degree.
  private static func logSymmetric(_ values: [Double], _ chosen: Int, theta: Double) -> Double {
    var terms = [Double](repeating: -Double.infinity, count: chosen + 1)
    terms[0] = 0
    for value in values {
      let weight = theta * value
      for degree in Swift.stride(from: chosen, through: 1, by: -1) {
        let added = terms[degree - 1] + weight
        guard added > -Double.infinity else { continue }
        let (more, less) = (max(terms[degree], added), min(terms[degree], added))
        terms[degree] = more + (less - more > -40 ? logOnePlus(exponentialOf(less - more)) : 0)
      }
    }
    return terms[chosen]
  }
}

/// The permutation bound by itself, for programs that hold soft values of another reader against a message.
public enum DeployedTail {
  /// Natural logarithm of a bound on the chance that a random choice of as many positions has a sum as large, at most 0.
  public static func logUpperBound(_ values: [Double], _ isChosen: [Bool]) -> Double {
    precondition(values.count == isChosen.count, "one choice a value")
    return SubsetTail(values: values, isChosen: isChosen, classes: 1).logUpperBound()
  }
}
