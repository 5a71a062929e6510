/// Puts look-alikes from other scripts back into a text's main script.
///
/// The main category is the one that most characters belong to, the first met among equals. A character of another category than
/// it and `COMMON` is replaced by a look-alike of the main category or of `COMMON`. Where there are several the lowest code point is
/// taken; the maker takes an arbitrary one. Where there is none the maker fails; here the character stays and is counted.
///
/// Source: lm-watermarking `HomoglyphCanonizer`, homoglyphs 2.0.4.
public struct HomoglyphCanonizer: Sendable {
  /// A text with its look-alikes replaced.
  public struct Outcome: Hashable, Sendable {
    /// The text.
    public var text: String
    /// The characters that no look-alike could be found for, in order.
    public var unresolved: [UnicodeScalar]
  }

  /// Makes a canoniser.
  public init() {}

  /// The text in its main script.
  ///
  /// Linear.
  public func callAsFunction(_ text: String) -> Outcome {
    let categories = HomoglyphCategories.shared
    let scalars = Array(text.unicodeScalars)
    let numbers = scalars.map { categories.number(of: $0.value) }
    var counts = [Int](repeating: 0, count: 256)
    for number in numbers { counts[Int(number)] += 1 }
    var main: UInt8 = 0
    var most = 0
    for number in numbers where counts[Int(number)] > most { (main, most) = (number, counts[Int(number)]) }
    var out = String.UnicodeScalarView()
    var unresolved: [UnicodeScalar] = []
    for (scalar, number) in zip(scalars, numbers) {
      if number == main || number == categories.common || number == 0 {
        out.append(scalar)
      } else if let other = categories.lookAlike(of: scalar.value, in: main) {
        out.append(other)
      } else {
        out.append(scalar)
        unresolved.append(scalar)
      }
    }
    return Outcome(text: String(out), unresolved: unresolved)
  }
}

/// The categories and look-alikes of ``HomoglyphTable``, unpacked once.
private struct HomoglyphCategories: Sendable {
  static let shared = HomoglyphCategories()

  let common: UInt8
  private let numbers: [UInt8]
  private let lookAlikes: [UInt32: [UInt32]]

  private init() {
    let names = HomoglyphTable.names.split(separator: " ")
    common = UInt8((names.firstIndex(of: "COMMON") ?? -1) + 1)
    var numbers = [UInt8](repeating: 0, count: 0x110000)
    var runs: [(start: Int, number: UInt8)] = []
    for pair in Self.pairs(HomoglyphTable.runs) {
      runs.append(((runs.last?.start ?? 0) + Int(pair.0), UInt8(pair.1)))
    }
    for (index, run) in runs.enumerated() {
      let end = index + 1 < runs.count ? runs[index + 1].start : numbers.count
      for point in run.start..<end { numbers[point] = run.number }
    }
    var lookAlikes: [UInt32: [UInt32]] = [:]
    var character: UInt32 = 0
    for pair in Self.pairs(HomoglyphTable.pairs) {
      character += pair.0
      lookAlikes[character, default: []].append(pair.1)
    }
    self.numbers = numbers
    self.lookAlikes = lookAlikes
  }

  func number(of point: UInt32) -> UInt8 { numbers[Int(point)] }

  func lookAlike(of point: UInt32, in category: UInt8) -> UnicodeScalar? {
    let fitting = (lookAlikes[point] ?? []).filter { number(of: $0) == category || number(of: $0) == common }
    return fitting.min().flatMap(UnicodeScalar.init)
  }

  private static func pairs(_ text: String) -> [(UInt32, UInt32)] {
    var digits: [UInt8: UInt32] = [:]
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (value, digit) in alphabet.utf8.enumerated() { digits[digit] = UInt32(value) }
    var numbers: [UInt32] = []
    var value: UInt32 = 0
    var shift: UInt32 = 0
    for digit in text.utf8.compactMap({ digits[$0] }) {
      value |= (digit & 31) << shift
      shift += 5
      if digit < 32 {
        numbers.append(value)
        (value, shift) = (0, 0)
      }
    }
    return stride(from: 0, to: numbers.count - 1, by: 2).map { (numbers[$0], numbers[$0 + 1]) }
  }
}
