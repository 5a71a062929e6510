import Tabular

/// What one line of a file of results says.
enum ResultLine {
  case result(source: String, id: String, kind: String, target: ScanTarget, finding: ScanFinding)
  case problem(source: String, id: String?, ScanProblem)
  case summary
  case run
}

/// Reads lines of results; anything that is not as `countermark scan` writes it is an error.
struct ResultLineParser {
  private enum Name: String, CaseIterable {
    case type, id, source, kind, profile, scheme, evidence, scored, power, verdict, spans, payload, message,
      geometry, map, width, height, outcome, record, code, hint
    case keyID = "key_id"
    case log10P = "log10_p"
    case adjusted = "adjusted_log10_p"
    case statistic = "statistic.name"
    case value = "statistic.value"
  }

  private let scanner: JSONLineScanner
  private var found: [JSONField?] = []

  init() { scanner = JSONLineScanner(paths: Name.allCases.compactMap { try? FieldPath($0.rawValue) }) }

  private static let places = Dictionary(
    uniqueKeysWithValues: Name.allCases.enumerated().map { ($0.element, $0.offset) })

  /// A text that says what is wrong where the line is no line of results.
  mutating func parse(_ line: [UInt8]) -> Result<ResultLine, TabularError> {
    line.withUnsafeBufferPointer { bytes in
      do throws(TabularError) {
        try scanner.scan(bytes, into: &found)
        return .success(try read(bytes))
      } catch {
        return .failure(error)
      }
    }
  }

  private func read(_ line: UnsafeBufferPointer<UInt8>) throws(TabularError) -> ResultLine {
    switch try required(.type, line) {
    case "result": return try result(line)
    case "error":
      let outcome = try required(.outcome, line)
      guard ["failed", "skipped"].contains(outcome) else { throw Self.wrong(.outcome, "is '\(outcome)'") }
      return .problem(
        source: try required(.source, line), id: try text(.id, line),
        ScanProblem(
          isSkipped: outcome == "skipped", record: try whole(.record, line),
          profile: try text(.profile, line), code: try required(.code, line),
          message: try required(.message, line), hint: try text(.hint, line) ?? ""))
    case "summary": return .summary
    case "run": return .run
    case let type: throw Self.wrong(.type, "is '\(type)'")
    }
  }

  private static let verdicts: Set = ["detected", "not-detected", "insufficient", "invalid", "error"]

  private func result(_ line: UnsafeBufferPointer<UInt8>) throws(TabularError) -> ResultLine {
    let kind = try required(.kind, line)
    guard kind == "text" || kind == "image" else { throw Self.wrong(.kind, "is '\(kind)'") }
    let verdict = try required(.verdict, line)
    guard Self.verdicts.contains(verdict) else { throw Self.wrong(.verdict, "is '\(verdict)'") }
    guard let log10P = try number(.log10P, line), log10P <= 0 else {
      throw Self.wrong(.log10P, "is no logarithm of a probability")
    }
    guard let adjusted = try number(.adjusted, line), adjusted <= 0, adjusted >= log10P - 1e-6 else {
      throw Self.wrong(.adjusted, "is no logarithm of a corrected probability")
    }
    var finding = ScanFinding(target: 0, log10P: log10P, adjustedLog10P: adjusted, verdict: verdict)
    finding.evidence = try text(.evidence, line)
    finding.scored = try whole(.scored, line)
    finding.statistic = try text(.statistic, line)
    finding.value = try whole(.value, line)
    finding.power = try number(.power, line)
    if let power = finding.power, power < 0 || power > 1 { throw Self.wrong(.power, "is no probability") }
    let payload = try text(.payload, line)
    let message = try text(.message, line)
    finding.message = payload ?? message
    finding.width = try whole(.width, line)
    finding.height = try whole(.height, line)
    finding.spans = try spans(line)
    finding.geometry = try geometry(line)
    finding.map = try map(line)
    return .result(
      source: try required(.source, line), id: try required(.id, line), kind: kind,
      target: ScanTarget(
        kind: kind, profile: try required(.profile, line), scheme: try required(.scheme, line),
        keyID: try text(.keyID, line)), finding: finding)
  }

  // MARK: - Parts of a line

  private func spans(_ line: UnsafeBufferPointer<UInt8>) throws(TabularError) -> [ScanFinding.Span] {
    guard case .array(let elements)? = try value(.spans, line) else { return [] }
    var spans: [ScanFinding.Span] = []
    for element in elements {
      var reader = try ObjectReader(element, place: "a span")
      guard let start = try reader.integer("start"), let end = try reader.integer("end"), start >= 0,
        end >= start
      else { throw Self.wrong(.spans, "has a span without start and end") }
      spans.append(
        .init(
          start: start, end: end, unit: try reader.requiredString("unit"),
          log10P: min(0, try reader.number("log10_p") ?? 0)))
    }
    return spans
  }

  private func geometry(_ line: UnsafeBufferPointer<UInt8>) throws(TabularError) -> ScanFinding.Geometry? {
    guard let value = try value(.geometry, line) else { return nil }
    var reader = try ObjectReader(value, place: "'geometry'")
    guard let rotation = try reader.number("rotation_degrees"), let scale = try reader.number("scale") else {
      throw Self.wrong(.geometry, "lacks rotation or scale")
    }
    return .init(
      rotationDegrees: rotation, scale: scale, isMirrored: try reader.bool("mirrored") ?? false,
      tileSide: try reader.number("tile_side"))
  }

  private func map(_ line: UnsafeBufferPointer<UInt8>) throws(TabularError) -> ScanFinding.Map? {
    guard let value = try value(.map, line) else { return nil }
    var reader = try ObjectReader(value, place: "'map'")
    guard let columns = try reader.integer("columns"), let rows = try reader.integer("rows"), columns > 0,
      rows > 0,
      columns <= 4096, rows <= 4096, let cells = try reader.array("log10_p"), cells.count == columns * rows
    else { throw Self.wrong(.map, "has not as many cells as it says") }
    let values = try cells.map { cell throws(TabularError) in
      switch cell {
      case .number(let number) where number <= 0: number
      case .integer(let whole) where whole <= 0: Double(whole)
      default: throw Self.wrong(.map, "has a cell that is no logarithm of a probability")
      }
    }
    return .init(columns: columns, rows: rows, log10P: values)
  }

  // MARK: - Fields

  private static func wrong(_ name: Name, _ problem: String) -> TabularError {
    TabularError(code: .wrongType, message: "'\(name.rawValue)' \(problem)", hint: "", offset: 0)
  }

  private func field(_ name: Name) -> JSONField? {
    guard let place = Self.places[name], place < found.count, let field = found[place], field.kind != .null
    else {
      return nil
    }
    return field
  }

  private func value(_ name: Name, _ line: UnsafeBufferPointer<UInt8>) throws(TabularError) -> JSONValue? {
    guard let field = field(name), field.range.count > 2 else { return nil }
    return try JSONValue(parsing: Array(line[field.range]))
  }

  private func text(_ name: Name, _ line: UnsafeBufferPointer<UInt8>) throws(TabularError) -> String? {
    guard let field = field(name) else { return nil }
    guard field.kind == .string else { throw Self.wrong(name, "is no string") }
    return String(decoding: try field.text(in: line), as: UTF8.self)
  }

  private func required(_ name: Name, _ line: UnsafeBufferPointer<UInt8>) throws(TabularError) -> String {
    guard let text = try text(name, line) else { throw Self.wrong(name, "is missing") }
    return text
  }

  private func number(_ name: Name, _ line: UnsafeBufferPointer<UInt8>) throws(TabularError) -> Double? {
    guard let field = field(name) else { return nil }
    guard field.kind == .number, let number = Double(field.label(in: line)), number.isFinite else {
      throw Self.wrong(name, "is no number")
    }
    return number
  }

  private func whole(_ name: Name, _ line: UnsafeBufferPointer<UInt8>) throws(TabularError) -> Int? {
    guard let field = field(name) else { return nil }
    guard field.kind == .number, let whole = Int(field.label(in: line)) else {
      throw Self.wrong(name, "is no whole number")
    }
    return whole
  }
}
