import FoundationEssentials
import Statistics
import TestSupport

/// One row of `References/tail-references.tsv`: a distribution, its parameters and a point, with both log tails at 25 digits.
///
/// For the discrete ones the point is a count k, and the tails are ln P(X < k) and ln P(X ≥ k).
struct TailReference: CustomStringConvertible {
  let name: String
  let arguments: [Double]
  let logLower: Double
  let logUpper: Double

  var description: String { "\(name) \(arguments) \(logLower) \(logUpper)" }

  static func load(_ name: String) throws -> [TailReference] {
    let path = Golden.packageRoot + "/Tests/StatisticsTests/References/tail-references.tsv"
    let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    return text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "\t")
      guard fields.first.map(String.init) == name else { return nil }
      let numbers = fields.dropFirst().compactMap { Double(String($0)) }
      guard numbers.count == fields.count - 1, numbers.count > 2 else { return nil }
      return TailReference(
        name: name, arguments: Array(numbers.dropLast(2)), logLower: numbers[numbers.count - 2],
        logUpper: numbers[numbers.count - 1])
    }
  }
}

/// How far computed logs are from the references, in the three senses that matter.
struct TailErrors: CustomStringConvertible {
  /// Relative error of p = e^log, where p is a normal double.
  var probability = 0.0
  /// Relative error of the log, where p underflows.
  var logarithm = 0.0
  /// Relative error of the log of a tail near 1, which is that of its complement.
  var nearOne = 0.0
  var worst = ""

  var description: String { "p \(probability), log p \(logarithm), near 1 \(nearOne); worst at \(worst)" }

  mutating func compare(_ got: Double, _ reference: Double, _ row: TailReference) {
    // A NaN must not pass as a small error.
    let difference = got.isNaN ? .infinity : got - reference
    if reference > -690 {
      let error = abs(exp(difference) - 1)
      if error > probability { (probability, worst) = (error, "\(row)") }
      if reference > -0.1, reference < -1e-290 { nearOne = max(nearOne, abs(difference / reference)) }
    } else {
      logarithm = max(logarithm, abs(difference / reference))
    }
  }

  private func exp(_ x: Double) -> Double {
    // |x| is tiny unless something is wrong: e^x − 1 to second order, and never small for a large x.
    1 + x + 0.5 * x * x
  }
}
