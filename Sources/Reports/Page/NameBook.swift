import BiasMetrics

/// Short forms of the names that tables use, each of them standing for one name only.
///
/// A name may be a million letters long. It is cut wherever it is used, and stands in full once, in the page's list of long names.
package struct NameBook: Sendable {
  /// Names longer than this many letters are cut.
  private static let limit = 36
  private var short: [String: String] = [:]
  /// The names that were cut, with their short forms, in order.
  package private(set) var cut: [(short: String, full: String)] = []

  /// Collects the names of a table's columns and groups.
  package init(_ names: some Sequence<String>) {
    var taken: Set<String> = []
    var long: [String] = []
    for name in names where short[name] == nil {
      let shown = Self.cleaned(name, limit: Self.limit)
      if shown == name, !taken.contains(shown) {
        taken.insert(shown)
        short[name] = shown
      } else {
        short[name] = ""
        long.append(name)
      }
    }
    // Names that begin alike are numbered, each beginning by a count of its own.
    var numbers: [String: Int] = [:]
    for name in long.sorted() {
      var shown = Self.cleaned(name, limit: Self.limit - 1) + "…"
      if taken.contains(shown) {
        let beginning = Self.cleaned(name, limit: Self.limit - 6)
        repeat {
          numbers[beginning, default: 1] += 1
          shown = "\(beginning)… #\(numbers[beginning, default: 1])"
        } while taken.contains(shown)
      }
      taken.insert(shown)
      short[name] = shown
      cut.append((shown, printableText(name)))
    }
  }

  /// Without what cannot be shown, and no longer than some letters.
  private static func cleaned(_ name: String, limit: Int) -> String {
    var out = String.UnicodeScalarView()
    var marks = 0
    for scalar in name.unicodeScalars.prefix(4 * limit) {
      let isMark = scalar.properties.generalCategory == .nonspacingMark
      marks = isMark ? marks + 1 : 0
      if marks > 2 { continue }
      out.append(scalar)
      if out.count >= limit { break }
    }
    return printableText(String(out))
  }

  /// A text of any length as part of a line.
  static func brief(_ text: String, limit: Int = 80) -> String {
    let shown = cleaned(text, limit: limit)
    return shown == text ? shown : shown + "…"
  }

  /// The short form of a name.
  package func callAsFunction(_ name: String) -> String {
    short[name] ?? Self.cleaned(name, limit: Self.limit)
  }

  /// The values of a group.
  package func values(_ values: [String]) -> String { values.map { self($0) }.joined(separator: ", ") }

  /// A group as attributes with their values.
  package func group(_ attributes: [String], _ values: [String]) -> String {
    zip(attributes, values).map { "\(self($0)) = \(self($1))" }.joined(separator: ", ")
  }

  /// Attributes.
  package func attributes(_ attributes: [String]) -> String {
    attributes.map { self($0) }.joined(separator: " and ")
  }
}
