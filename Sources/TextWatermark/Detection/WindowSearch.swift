import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Looks for the stretch of counted tokens that is least likely under the null model, paying for every stretch looked at.
///
/// A marked passage inside a long unmarked text is diluted in the whole text's count. Windows of about geometric sizes at
/// every position are compared by their exact binomial tails; the smallest is multiplied by the number of windows (the union
/// bound), so it bounds the chance of *any* such window, and holds for all windows at once. Linear in the tokens times the
/// number of sizes, about 3 log₂ n.
struct WindowSearch {
  /// Successes before each index: `sums[b] - sums[a]` are those of a ..< b.
  private let sums: [Int]
  private let sizes: [Int]
  private let tails: BinomialTails
  /// ln of the number of windows compared.
  let logWindows: Double

  struct Window {
    var range: Range<Int>
    var successes: Int
    /// ln of the binomial tail of this window alone.
    var logTail: Double
  }

  /// - Parameters:
  ///   - outcomes: one a counted token, in order.
  ///   - tails: of the null chance of a success.
  init(_ outcomes: [Bool], tails: BinomialTails) {
    self.tails = tails
    var sums = [0]
    sums.reserveCapacity(outcomes.count + 1)
    for outcome in outcomes { sums.append(sums[sums.count - 1] + (outcome ? 1 : 0)) }
    self.sums = sums
    let count = outcomes.count
    var sizes: [Int] = []
    var size = Self.smallestWindow
    while size < count {
      sizes.append(size)
      size = size * 5 / 4 + 1
    }
    if count > 0 { sizes.append(count) }
    self.sizes = sizes
    logWindows = log(Double(max(1, sizes.reduce(0) { $0 + count - $1 + 1 })))
  }

  /// Shorter windows could not be significant after the correction at usual levels.
  static let smallestWindow = 12

  /// The window with the smallest tail inside `range`, or nil where none fits.
  func best(in range: Range<Int>) throws(StatisticsError) -> Window? {
    var best: Window?
    for size in sizes where size <= range.count {
      var place = range.lowerBound
      var most = -1
      for start in range.lowerBound...(range.upperBound - size) {
        let successes = sums[start + size] - sums[start]
        if successes > most { (most, place) = (successes, start) }
      }
      let tail = try tails.logUpperTail(atLeast: most, of: size)
      if best.map({ tail < $0.logTail }) ?? true {
        best = Window(range: place..<(place + size), successes: most, logTail: tail)
      }
    }
    return best
  }

  /// The windows whose bounds are at most `logLevel`, best first and then what remains on either side, in order of place.
  func significant(atMost logLevel: Double) throws(StatisticsError) -> [Window] {
    var found: [Window] = []
    var open = [0..<(sums.count - 1)]
    while let range = open.popLast() {
      guard let window = try best(in: range), window.logTail + logWindows <= logLevel else { continue }
      found.append(window)
      open.append(range.lowerBound..<window.range.lowerBound)
      open.append(window.range.upperBound..<range.upperBound)
    }
    return found.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }
}
