/// A JSON value of unknown shape, as vectors of several tools need it.
public enum GoldenValue: Decodable, Sendable {
  /// A number; `"NaN"`, `"Infinity"` and `"-Infinity"` are numbers too.
  case number(Double)
  /// A text.
  case text(String)
  /// A truth value.
  case truth(Bool)
  /// An array.
  case array([GoldenValue])
  /// An object.
  case object([String: GoldenValue])
  /// Nothing.
  case null

  /// Reads any JSON value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let truth = try? container.decode(Bool.self) {
      self = .truth(truth)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      switch text {
      case "NaN": self = .number(.nan)
      case "Infinity": self = .number(.infinity)
      case "-Infinity": self = .number(-.infinity)
      default: self = .text(text)
      }
    } else if let array = try? container.decode([GoldenValue].self) {
      self = .array(array)
    } else {
      self = .object(try container.decode([String: GoldenValue].self))
    }
  }

  /// The member of an object.
  public subscript(_ key: String) -> GoldenValue? {
    if case .object(let members) = self { return members[key] }
    return nil
  }
  /// The number, if it is one.
  public var number: Double? {
    if case .number(let value) = self { return value }
    return nil
  }
  /// The text, if it is one.
  public var text: String? {
    if case .text(let value) = self { return value }
    return nil
  }
  /// The truth value, if it is one.
  public var truth: Bool? {
    if case .truth(let value) = self { return value }
    return nil
  }
  /// The elements of an array.
  public var elements: [GoldenValue] {
    if case .array(let values) = self { return values }
    return []
  }
  /// The members of an object.
  public var members: [String: GoldenValue] {
    if case .object(let values) = self { return values }
    return [:]
  }
}

/// Whether two figures agree: both NaN, the same infinity, or no further apart than the tolerance, absolute and relative.
public func agree(_ ours: Double, _ theirs: Double, within tolerance: Double) -> Bool {
  if ours.isNaN || theirs.isNaN { return ours.isNaN && theirs.isNaN }
  if ours.isInfinite || theirs.isInfinite { return ours == theirs }
  return abs(ours - theirs) <= tolerance * max(1, abs(theirs))
}
