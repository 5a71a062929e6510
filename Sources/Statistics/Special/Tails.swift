/// The logarithms of the two tails of a distribution at one point.
///
/// The smaller tail is always computed directly and the other as its complement, so both are accurate to the last digits:
/// neither a tail of 1e-5000 nor one of 1 − 1e-20 is lost.
struct Tails {
  var logLower: Double
  var logUpper: Double

  init(logLower: Double, logUpper: Double) {
    (self.logLower, self.logUpper) = (min(logLower, 0), min(logUpper, 0))
  }

  init(logLower: Double) {
    self.init(logLower: logLower, logUpper: LogProbability.complement(logLower))
  }

  init(logUpper: Double) {
    self.init(logLower: LogProbability.complement(logUpper), logUpper: logUpper)
  }

  var exchanged: Tails { Tails(logLower: logUpper, logUpper: logLower) }
}
