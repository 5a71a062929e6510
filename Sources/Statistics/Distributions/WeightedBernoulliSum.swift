#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The sum of independent successes of one chance, each counted with a weight of its own.
///
/// The null model of green tokens weighted by how free the model was to choose them. The tail is exact up to rounding, with no
/// normal approximation: weights are whole numbers, so the sum is, and its distribution is built one trial after the other under
/// an exponential tilt that moves the asked sum to the middle. Without the tilt, tails below 1e-308 would vanish and small ones
/// lose their digits.
///
/// Cost of a tail: trials × sum of weights ⁄ 2 steps of two multiplications.
///
/// Source: the tilt is Esscher's (1932); the recursion is that of Poisson-binomial counts.
public struct WeightedBernoulliSum: Hashable, Sendable {
  /// One weight a trial, 0 or above.
  public let weights: [Int]
  /// The chance of a success, above 0 and below 1.
  public let probability: Double
  /// The greatest sum.
  public let total: Int

  /// The largest number of steps of one tail that is accepted: some seconds.
  public static let largestWork = 4_000_000_000

  /// Makes a distribution; throws when a parameter is outside its domain, or the exact tail would take too long.
  public init(weights: [Int], probability: Double) throws(StatisticsError) {
    guard probability > 0, probability < 1 else {
      throw .parameter("a success probability of \(probability)", hint: "use a probability between 0 and 1")
    }
    var total = 0
    for weight in weights {
      let (sum, overflow) = total.addingReportingOverflow(weight)
      guard weight >= 0, !overflow else {
        throw .parameter("a weight of \(weight)", hint: "weights are whole numbers, 0 or above")
      }
      total = sum
    }
    let (work, overflow) = total.multipliedReportingOverflow(by: max(1, weights.count))
    guard !overflow, work <= Self.largestWork else {
      throw .parameter(
        "\(weights.count) weights whose sum is \(total)",
        hint: "use coarser weights: the exact tail takes their product")
    }
    (self.weights, self.probability, self.total) = (weights, probability, total)
  }

  /// q times the sum of weights.
  public var mean: Double { Double(total) * probability }

  /// √(q (1 − q) Σ w²).
  public var standardDeviation: Double {
    (probability * (1 - probability) * weights.reduce(0) { $0 + Double($1) * Double($1) }).squareRoot()
  }

  /// Returns ln P(S ≥ s), inclusive: 0 for s ≤ 0, −∞ above the total.
  public func logUpperTail(atLeast sum: Int) -> Double {
    if sum <= 0 { return 0 }
    if sum > total { return -.infinity }
    if sum == total {
      return Double(weights.count { $0 > 0 }) * log(probability)
    }
    let tilt = Double(sum) > mean ? tilt(toMean: Double(sum)) : 0
    let mass = tiltedMass(tilt)
    // P(S ≥ s) = e^{K(t) − t s} Σ_{j ≥ s} f_t(j) e^{−t (j − s)}; added from the far end, where the terms are smallest.
    var tail = CompensatedSum()
    for place in stride(from: total, through: sum, by: -1) {
      tail.add(mass[place] * exp(-tilt * Double(place - sum)))
    }
    return min(0, logGeneratingFunction(tilt) - tilt * Double(sum) + log(tail.value))
  }

  /// K(t) = Σ ln(1 − q + q e^{t w}).
  private func logGeneratingFunction(_ tilt: Double) -> Double {
    var sum = CompensatedSum()
    for weight in weights where weight > 0 {
      let exponent = tilt * Double(weight)
      // e^x is taken out where it is large.
      sum.add(
        exponent > 30
          ? exponent + log(probability + (1 - probability) * exp(-exponent))
          : log1p(probability * expm1(exponent)))
    }
    return sum.value
  }

  /// A trial's chance under the tilt.
  private func chance(_ weight: Int, _ tilt: Double) -> Double {
    1 / (1 + (1 - probability) / probability * exp(-tilt * Double(weight)))
  }

  private func tilt(toMean mean: Double) -> Double {
    let largest = Double(weights.max() ?? 1)
    return MonotoneRoot.solve(
      target: mean, start: 1 / largest, low: 0, high: 200,
      evaluate: { tilt in
        var (value, slope) = (0.0, 0.0)
        for weight in weights where weight > 0 {
          let (w, chance) = (Double(weight), chance(weight, tilt))
          value += w * chance
          slope += w * w * chance * (1 - chance)
        }
        return (value, slope)
      }, increasing: true)
  }

  /// The chances of all sums under the tilt, from 0 to the total.
  private func tiltedMass(_ tilt: Double) -> [Double] {
    var mass = [Double](repeating: 0, count: total + 1)
    mass[0] = 1
    var reached = 0
    for weight in weights where weight > 0 {
      let yes = chance(weight, tilt)
      let no = 1 - yes
      mass.withUnsafeMutableBufferPointer { mass in
        for place in stride(from: reached + weight, through: weight, by: -1) {
          mass[place] = mass[place] * no + mass[place - weight] * yes
        }
        for place in 0..<weight { mass[place] *= no }
      }
      reached += weight
    }
    return mass
  }
}
