/// A column that a reader of tables should decode, and how.
public struct TableColumn: Hashable, Sendable {
  /// How the values of a column become codes or numbers.
  public enum Content: Hashable, Sendable {
    /// Each distinct text is a label of its own.
    case labels
    /// A number a row.
    case numbers
    /// Numbers or texts put into named classes; the first class that holds a value wins.
    case classes([ValueClass])
  }

  /// The name in the header, or the path of the field in JSON lines.
  public var name: String
  /// What it holds.
  public var content: Content

  /// Names a column.
  public init(_ name: String, _ content: Content = .labels) { (self.name, self.content) = (name, content) }

  /// Reads a column's definition: `race`, or `age: <25|25-45|>45`, or `race: White|Black,Asian|*`.
  ///
  /// After the colon stand classes divided by `|`. `<25`, `<=25`, `>45`, `>=45` and `25-45` (both ends within; `25-<45` without the
  /// upper one) are ranges of numbers; anything else is a list of texts divided by commas; `*` is whatever is left. A value
  /// that no class holds counts as missing, and is reported as such.
  public init(definition: String) throws(TabularError) {
    guard let colon = definition.range(ofColonSpace: ()) else {
      self.init(definition)
      return
    }
    let name = String(definition[..<colon.lowerBound])
    var classes: [ValueClass] = []
    for part in definition[colon.upperBound...].split(separator: "|", omittingEmptySubsequences: false) {
      classes.append(try Self.valueClass(trimmed(part), of: name))
    }
    try self.init(name, classes)
  }

  /// Makes a column of classes from the texts that define them, as they stand between the bars of a definition.
  public init(_ name: String, classes texts: [String]) throws(TabularError) {
    var classes: [ValueClass] = []
    for text in texts { classes.append(try Self.valueClass(text, of: name)) }
    try self.init(name, classes)
  }

  private static func valueClass(_ text: String, of name: String) throws(TabularError) -> ValueClass {
    guard let made = ValueClass(text) else {
      throw TabularError(
        code: .invalidColumn, message: "column '\(name)': '\(text)' is no class of values",
        hint: "write classes like <25|25-45|>45, or White|Black,Asian|*", offset: 0)
    }
    return made
  }

  private init(_ name: String, _ classes: [ValueClass]) throws(TabularError) {
    guard Set(classes.map(\.label)).count == classes.count else {
      throw TabularError(
        code: .invalidColumn, message: "column '\(name)' names a class twice", hint: "name each class once",
        offset: 0)
    }
    self.init(name, .classes(classes))
  }
}

/// A named class of values: a range of numbers, or a list of texts.
public struct ValueClass: Hashable, Sendable {
  /// What a value must be to belong.
  public enum Rule: Hashable, Sendable {
    /// A number within bounds.
    case range(lower: Double, includesLower: Bool, upper: Double, includesUpper: Bool)
    /// One of these texts.
    case texts([[UInt8]])
    /// Anything.
    case rest
  }

  /// The name, as the user wrote it.
  public let label: String
  /// The rule.
  public let rule: Rule

  init?(_ text: String) {
    guard !text.isEmpty else { return nil }
    label = text
    if text == "*" {
      rule = .rest
      return
    }
    for (prefix, isUpper, includes) in [
      ("<=", true, true), (">=", false, true), ("<", true, false), (">", false, false),
    ] where text.hasPrefix(prefix) {
      guard let bound = Double(trimmed(text.dropFirst(prefix.count))), bound.isFinite else { return nil }
      rule =
        isUpper
        ? .range(lower: -.infinity, includesLower: true, upper: bound, includesUpper: includes)
        : .range(lower: bound, includesLower: includes, upper: .infinity, includesUpper: true)
      return
    }
    // The dash of a range follows a number, so that −5 stays a number.
    if let dash = text.dropFirst().firstIndex(of: "-"), let lower = Double(trimmed(text[..<dash])) {
      var rest = text[text.index(after: dash)...]
      let excludes = rest.hasPrefix("<")
      if excludes { rest = rest.dropFirst() }
      if let upper = Double(trimmed(rest)) {
        guard lower < upper || (lower == upper && !excludes), lower.isFinite, upper.isFinite else {
          return nil
        }
        rule = .range(lower: lower, includesLower: true, upper: upper, includesUpper: !excludes)
        return
      }
    }
    rule = .texts(text.split(separator: ",").map { Array(trimmed($0).utf8) })
  }

  func holds(_ bytes: UnsafeBufferPointer<UInt8>, number: Double?) -> Bool {
    switch rule {
    case .rest: return true
    case .texts(let texts): return texts.contains { $0.elementsEqual(bytes) }
    case .range(let lower, let includesLower, let upper, let includesUpper):
      guard let number else { return false }
      return (number > lower || (includesLower && number == lower))
        && (number < upper || (includesUpper && number == upper))
    }
  }
}

func trimmed(_ text: some StringProtocol) -> String {
  var scalars = Substring(text)
  while let first = scalars.first, first == " " || first == "\t" { scalars.removeFirst() }
  while let last = scalars.last, last == " " || last == "\t" { scalars.removeLast() }
  return String(scalars)
}

extension String {
  /// A colon with a space after it divides a name from classes; one without may belong to a name.
  fileprivate func range(ofColonSpace: Void) -> Range<String.Index>? {
    var index = startIndex
    while index < endIndex {
      let next = self.index(after: index)
      if self[index] == ":", index > startIndex, next < endIndex, self[next] == " " {
        return index..<self.index(after: next)
      }
      index = next
    }
    return nil
  }
}
