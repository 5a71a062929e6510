/// A value of a GGUF file's metadata.
public enum GGUFValue: Hashable, Sendable {
  /// Any whole number that fits.
  case integer(Int64)
  /// A whole number from 2⁶³ on.
  case large(UInt64)
  /// A number of either precision.
  case number(Double)
  /// A truth value.
  case truth(Bool)
  /// A text, as bytes: token texts need not be UTF-8.
  case text([UInt8])
  /// Whole numbers.
  case integers([Int64])
  /// Numbers.
  case numbers([Double])
  /// Truth values.
  case truths([Bool])
  /// Texts.
  case texts([[UInt8]])
  /// Arrays, or whole numbers of which some are large.
  case values([GGUFValue])

  /// The whole number, if it is one.
  public var integer: Int64? {
    if case .integer(let value) = self { return value }
    return nil
  }
  /// The number, if it is one, whole or not.
  public var number: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
  /// The truth value, if it is one.
  public var truth: Bool? {
    if case .truth(let value) = self { return value }
    return nil
  }
  /// The text, if it is one; what is not UTF-8 in it is repaired.
  public var string: String? {
    if case .text(let bytes) = self { return String(decoding: bytes, as: UTF8.self) }
    return nil
  }
}
