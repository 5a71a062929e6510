#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Maps values to places along an axis.
package struct Scale: Sendable {
  /// The value at the beginning.
  package let least: Double
  /// The value at the end.
  package let greatest: Double
  private let start: Double
  private let end: Double
  private let isLogarithmic: Bool

  /// An even scale.
  package init(from least: Double, to greatest: Double, at start: Double, _ end: Double) {
    (self.least, self.greatest, self.start, self.end) = (least, greatest, start, end)
    isLogarithmic = false
  }

  /// A scale on which equal ratios have equal lengths; both ends above 0.
  package init(logarithmicFrom least: Double, to greatest: Double, at start: Double, _ end: Double) {
    (self.least, self.greatest, self.start, self.end) = (least, greatest, start, end)
    isLogarithmic = true
  }

  /// The place of a value; beyond the ends it goes on, at most as far as the axis is long.
  package func callAsFunction(_ value: Double) -> Double {
    let share =
      isLogarithmic
      ? (value > 0 ? log(value / least) / log(greatest / least) : -1)
      : (value - least) / (greatest - least)
    guard share.isFinite else { return share > 0 ? end + (end - start) : start - (end - start) }
    return start + (end - start) * min(2, max(-1, share))
  }

  /// The place of a value, at an end where it lies beyond.
  package func clamped(_ value: Double) -> Double { self(min(max(value, least), greatest)) }

  /// Round values along an even scale, about as many as wished.
  package static func ticks(from least: Double, to greatest: Double, about wished: Int) -> [Double] {
    guard greatest > least, greatest.isFinite, least.isFinite, wished > 0 else { return [] }
    let rough = (greatest - least) / Double(wished)
    let power = pow(10, log10(rough).rounded(.down))
    let step = [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? 10 * power
    guard step > 0, step.isFinite else { return [] }
    var ticks: [Double] = []
    var place = (least / step - 1e-9).rounded(.up)
    while place * step <= greatest + step * 1e-6, ticks.count < 4 * wished + 4 {
      ticks.append(place * step)
      place += 1
    }
    return ticks
  }

  /// Round values along a logarithmic scale.
  package static func logarithmicTicks(from least: Double, to greatest: Double) -> [Double] {
    let all = [
      0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.25, 2.5, 5, 10, 20, 50, 100, 200, 500,
      1000,
    ]
    return all.filter { $0 >= least * 0.999 && $0 <= greatest * 1.001 }
  }
}
