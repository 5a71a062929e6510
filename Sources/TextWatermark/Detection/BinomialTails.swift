import Statistics

/// Upper tails of the binomial distribution at one rate, those computed before remembered.
///
/// Records are often alike in length, and counts lie close together: with records of 200 tokens nearly all tails are known after some
/// thousand records. Direct-mapped, exact, 200 KB. Serves one task at a time.
final class BinomialTails {
  /// The chance of one success.
  let rate: Double
  private var known: [(trials: Int, successes: Int, value: Double)] = []

  private static let size = 1 << 13

  init(rate: Double) { self.rate = rate }

  /// ln of the chance of at least `successes` in `trials`.
  func logUpperTail(atLeast successes: Int, of trials: Int) throws(StatisticsError) -> Double {
    if known.isEmpty { known = .init(repeating: (0, -1, 0), count: Self.size) }
    let place = (trials &* 0x9e37_79b1 &+ successes) & (Self.size - 1)
    if known[place].trials == trials, known[place].successes == successes { return known[place].value }
    let value = try Binomial(trials: trials, probability: rate).logUpperTail(atLeast: successes)
    known[place] = (trials, successes, value)
    return value
  }
}
