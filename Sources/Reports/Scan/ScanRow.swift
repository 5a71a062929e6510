import Scan
import Tabular

/// One line of a scan's results as reports show it: a test of a record, or a record that could not be examined.
public struct ScanRow: Sendable {
  /// A stretch of a text in which the mark is significant by itself.
  public struct Span: Sendable, Hashable {
    /// Its first unit.
    public var start: Int
    /// The unit after its last.
    public var end: Int
    /// `character` or `token`.
    public var unit: String
    /// The bound on log₁₀ p.
    public var log10PValue: Double
  }

  /// What became of it: a verdict, or `failed` or `skipped`.
  public var verdict = ""
  /// The record's id; the source where it has none.
  public var id = ""
  /// The input.
  public var source = ""
  /// `text` or `image`; empty for errors.
  public var kind = ""
  /// The profile that was looked for.
  public var profile = ""
  /// Its scheme.
  public var scheme = ""
  /// The key's id.
  public var keyID = ""
  /// Where tokens came from.
  public var evidence = ""
  /// The tokens that count.
  public var scored: Int?
  /// The statistic: how many of them are green.
  public var value: Int?
  /// log₁₀ p.
  public var log10PValue: Double?
  /// The same corrected for the tests of the record.
  public var adjustedLog10PValue: Double?
  /// log₁₀ of the smallest false discovery rate of the whole run at which this test is rejected.
  public var log10QValue: Double?
  /// The chance that a mark of usual strength would have been detected.
  public var power: Double?
  /// What the mark says, where it says something.
  public var message = ""
  /// Where the mark is.
  public var spans: [Span] = []
  /// The map of a picture's mark: columns, rows, log₁₀ p of each cell.
  public var map: (columns: Int, rows: Int, values: [Double])?
  /// For errors: the code.
  public var code = ""
  /// For errors: what to do.
  public var hint = ""
  /// For errors: the record's line.
  public var record: Int?

  /// Whether it is a test.
  public var isResult: Bool { log10PValue != nil }

  /// Reads a line; nil where it is none of results.
  init?(_ line: [UInt8]) {
    guard case .object(let members)? = try? JSONValue(parsing: line) else { return nil }
    var type = ""
    for member in members {
      switch (member.name, member.value) {
      case ("type", .string(let text)): type = text
      case ("id", .string(let text)): id = text
      case ("source", .string(let text)): source = text
      case ("kind", .string(let text)): kind = text
      case ("profile", .string(let text)): profile = text
      case ("scheme", .string(let text)): scheme = text
      case ("key_id", .string(let text)): keyID = text
      case ("evidence", .string(let text)): evidence = text
      case ("verdict", .string(let text)), ("outcome", .string(let text)): verdict = text
      case ("payload", .string(let text)): message = "payload " + text
      case ("message", .string(let text)), ("decoded", .string(let text)): message = text
      case ("code", .string(let text)): code = text
      case ("hint", .string(let text)): hint = text
      case ("scored", .integer(let number)): scored = number
      case ("record", .integer(let number)): record = number
      case ("log10_p", let number): log10PValue = Self.number(number)
      case ("adjusted_log10_p", let number): adjustedLog10PValue = Self.number(number)
      case ("power", let number): power = Self.number(number)
      case ("statistic", .object(let parts)):
        if case .integer(let number)? = parts.first(where: { $0.name == "value" })?.value { value = number }
      case ("spans", .array(let elements)): spans = elements.compactMap(Self.span)
      case ("map", .object(let parts)): map = Self.map(parts)
      default: break
      }
    }
    guard type == "result" || type == "error" else { return nil }
    if id.isEmpty { id = record.map { "\(source):\($0)" } ?? source }
  }

  private static func number(_ value: JSONValue) -> Double? {
    switch value {
    case .integer(let whole): Double(whole)
    case .number(let number): number
    default: nil
    }
  }

  private static func span(_ value: JSONValue) -> Span? {
    guard case .object(let parts) = value else { return nil }
    var span = Span(start: 0, end: 0, unit: "", log10PValue: 0)
    for part in parts {
      switch (part.name, part.value) {
      case ("start", .integer(let number)): span.start = number
      case ("end", .integer(let number)): span.end = number
      case ("unit", .string(let text)): span.unit = text
      case ("log10_p", let value): span.log10PValue = number(value) ?? 0
      default: break
      }
    }
    return span.start >= 0 && span.end >= span.start ? span : nil
  }

  private static func map(_ parts: [JSONValue.Member]) -> (columns: Int, rows: Int, values: [Double])? {
    var map = (columns: 0, rows: 0, values: [Double]())
    for part in parts {
      switch (part.name, part.value) {
      case ("columns", .integer(let number)): map.columns = number
      case ("rows", .integer(let number)): map.rows = number
      case ("log10_p", .array(let values)): map.values = values.compactMap(number)
      default: break
      }
    }
    let fits = map.columns > 0 && map.rows > 0 && map.columns <= 4096 && map.rows <= 4096
    return fits && map.columns * map.rows == map.values.count ? map : nil
  }
}
