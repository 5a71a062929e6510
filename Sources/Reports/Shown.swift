import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Numbers as people read them: the same digits on every machine, and a dash where there is no number.
package enum Shown {
  /// A share as per cent with one decimal.
  package static func percent(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "—" }
    return decimal(value * 100, 1) + " %"
  }

  /// A share as so many per hundred, with decimals only where there is less than ten.
  package static func perHundred(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "—" }
    return decimal(value * 100, value < 0.095 ? 1 : 0)
  }

  /// A number with so many decimals.
  package static func decimal(_ value: Double, _ places: Int = 3) -> String {
    guard value.isFinite else { return value.isNaN ? "—" : value < 0 ? "−∞" : "∞" }
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    guard abs(value) < 1e12 else { return "\(value)" }
    let whole = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && whole > 0 ? "-" : ""
    if places == 0 { return sign + "\(whole)" }
    let fraction = String(whole % scale)
    return sign + "\(whole / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
  }

  /// A whole number with thin groups of thousands.
  package static func count(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    var out = value < 0 ? "-" : ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { out += "," }
      out.append(digit)
    }
    return out
  }

  /// A count that need not be whole, such as an effective one.
  package static func count(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "—" }
    return value == value.rounded() ? count(Int(value)) : decimal(value, 1)
  }

  /// From … to ….
  package static func interval(_ interval: ConfidenceInterval?) -> String {
    interval.map { "\(decimal($0.lower)) to \(decimal($0.upper))" } ?? "—"
  }

  /// The same in per cent.
  package static func percentInterval(_ interval: ConfidenceInterval?) -> String {
    interval.map { "\(percent($0.lower)) to \(percent($0.upper))" } ?? "cannot be estimated"
  }

  /// A p-value: three decimals, or a power of ten where those would be zeros.
  package static func pValue(_ p: Double?) -> String {
    guard let p, !p.isNaN else { return "—" }
    if p >= 0.001 { return decimal(p) }
    guard p > 0 else { return "<1e-300" }
    var exponent = Int(log10(p).rounded(.down))
    var mantissa = p / pow(10, Double(exponent))
    if mantissa >= 9.95 { (mantissa, exponent) = (1, exponent + 1) }
    return "\(decimal(mantissa, 1))e\(exponent)"
  }

  /// A level such as "95 %" or "99.5 %".
  package static func level(_ level: Double) -> String {
    let text = decimal(level * 100, 3)
    var digits = Array(text)
    while digits.last == "0" { digits.removeLast() }
    if digits.last == "." { digits.removeLast() }
    return String(digits) + " %"
  }

  /// A coordinate of a drawing, to a tenth of a unit.
  package static func coordinate(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "0" }
    let text = decimal(value, 1)
    if text.hasSuffix(".0") { return String(text.dropLast(2)) }
    return text
  }

  /// A metric's name in words.
  package static func words(_ name: String) -> String {
    name.split(separator: "_").joined(separator: " ")
  }
}

extension Shown {
  /// A round number such as 0.8 or 1.25 without zeros at its end.
  package static func short(_ value: Double) -> String {
    var digits = Array(decimal(value, 3))
    guard digits.contains(".") else { return String(digits) }
    while digits.last == "0" { digits.removeLast() }
    if digits.last == "." { digits.removeLast() }
    return String(digits)
  }
}
