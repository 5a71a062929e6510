import Statistics
import Testing

/// Both tails of every distribution against 60-digit references (see `References/make_references.py`).
///
/// Demanded: 1e-12 relative for p down to 1e-300 and for the complement of p near 1; 2e-15 relative for ln p below, where a Double's
/// own spacing of ln p = −1e6 is already 1e-10.
@Suite struct TailReferenceTests {
  private func check(
    _ name: String, atLeast rows: Int, _ tails: (TailReference) throws -> (lower: Double, upper: Double)
  ) throws {
    let references = try TailReference.load(name)
    #expect(references.count >= rows)
    var (lower, upper) = (TailErrors(), TailErrors())
    for row in references {
      let got = try tails(row)
      lower.compare(got.lower, row.logLower, row)
      upper.compare(got.upper, row.logUpper, row)
    }
    for errors in [lower, upper] {
      #expect(errors.probability <= 1e-12, "\(errors)")
      #expect(errors.logarithm <= 2e-15, "\(errors)")
      #expect(errors.nearOne <= 1e-12, "\(errors)")
    }
  }

  @Test func normal() throws {
    try check("normal", atLeast: 400) { row in
      let z = row.arguments[0]
      return (try Normal.standard.logLowerTail(below: z), try Normal.standard.logUpperTail(above: z))
    }
  }

  @Test func gamma() throws {
    try check("gamma", atLeast: 700) { row in
      let gamma = try Gamma(shape: row.arguments[0])
      let x = row.arguments[1]
      return (try gamma.logLowerTail(below: x), try gamma.logUpperTail(above: x))
    }
  }

  @Test func beta() throws {
    try check("beta", atLeast: 1200) { row in
      let beta = try Beta(alpha: row.arguments[0], beta: row.arguments[1])
      let x = row.arguments[2]
      return (try beta.logLowerTail(below: x), try beta.logUpperTail(above: x))
    }
  }

  @Test func binomial() throws {
    try check("binomial", atLeast: 900) { row in
      let binomial = try Binomial(trials: Int(row.arguments[0]), probability: row.arguments[1])
      let k = Int(row.arguments[2])
      return (binomial.logLowerTail(atMost: k - 1), binomial.logUpperTail(atLeast: k))
    }
  }

  @Test func negativeBinomial() throws {
    try check("negative-binomial", atLeast: 900) { row in
      let distribution = try NegativeBinomial(successes: row.arguments[0], probability: row.arguments[1])
      let k = Int(row.arguments[2])
      return (distribution.logLowerTail(atMost: k - 1), distribution.logUpperTail(atLeast: k))
    }
  }
}
