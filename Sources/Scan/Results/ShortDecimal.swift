/// A number of few significant digits, taken apart into those before and after its point.
///
/// Results have a handful of numbers for each record, rounded to twelve digits. Two decimals of at most 15 digits are never the same
/// `Double`, so the digits that a number was rounded to are its shortest form, and no search for that is needed.
struct ShortDecimal {
  /// The number.
  let value: Double
  /// What stands before the point.
  let whole: UInt
  /// The digits after the point, without zeros at their end.
  let fraction: UInt
  /// How many they are, zeros at their front counted; at least one.
  let fractionDigits: Int

  var isNegative: Bool { value < 0 }

  /// 10^0 to 10^15, all exact.
  private static let powers: [UInt] = (0...15).map { (0..<$0).reduce(UInt(1)) { power, _ in power * 10 } }

  /// 10^-4 to 10^12, as near as they can be.
  private static let sizes: [Double] = [
    1e-4, 1e-3, 1e-2, 1e-1, 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
  ]

  /// Rounds a number as ``rounded(_:_:)`` does.
  ///
  /// - Returns: nil where Swift describes the number with an exponent or digits it does not have, or it is not finite: those are for
  ///   `description`.
  init?(_ number: Double, digits: Int) {
    guard number.isFinite, (1...12).contains(digits) else { return nil }
    let size = abs(number)
    guard size > 0 else {
      (value, whole, fraction, fractionDigits) = (0, 0, 0, 1)
      return
    }
    guard size >= 1e-4, size < 1e12 else { return nil }
    // A logarithm says one more where a number is next to a power of ten; it is then rounded to that power either way.
    var exponent = -4
    while size >= Self.sizes[exponent + 5] { exponent += 1 }
    let shift = digits - 1 - exponent
    guard (0...15).contains(shift) else { return nil }
    let power = Self.powers[shift]
    // Both are whole and below 2^53, so that the quotient is the one Double nearest to the decimal.
    let scaled = (size * Double(power)).rounded()
    value = number < 0 ? -scaled / Double(power) : scaled / Double(power)
    let all = UInt(scaled)
    whole = all / power
    var (rest, places) = (all % power, shift)
    while places > 1, rest % 10 == 0 { (rest, places) = (rest / 10, places - 1) }
    (fraction, fractionDigits) = (rest, max(places, 1))
  }
}
