import Raster
import Scan
import Tabular
import TextWatermark

/// Looks up texts and pictures of detected records in a folder, for showing them on a page.
///
/// Results name their inputs; anybody may have written a file of results, so nothing outside the folder is looked at, however a name is
/// spelled. What is read may have changed since the scan: where the keys are at hand a text is examined anew, and shown token by token
/// only if its p is that of the results.
public struct ScanEvidenceReader {
  /// Where inputs are looked for.
  private enum Shelf {
    case folder(String)
    case inputs([String: PathName])
  }

  private let shelf: Shelf
  private let scanner: TextScanner?

  /// Names the folder.
  ///
  /// - Parameter plan: profiles and keys of the scan, for colouring tokens; nil shows spans only.
  public init(folder: String, plan: TextScanPlan? = nil) {
    self.init(.folder(folder), plan: plan)
  }

  /// Names the inputs themselves, as the scan had them.
  public init(inputs: [InputSource], plan: TextScanPlan? = nil) {
    var paths: [String: PathName] = [:]
    for case .file(let path) in inputs { paths[path.display] = path }
    self.init(.inputs(paths), plan: plan)
  }

  private init(_ shelf: Shelf, plan: TextScanPlan?) {
    self.shelf = shelf
    var plan = plan
    plan?.explains = true
    scanner = plan.flatMap { $0.targets.isEmpty ? nil : TextScanner(plan: $0) }
  }

  private func place(of source: String) -> SourcePlace? {
    switch shelf {
    case .folder(let folder): SourcePlace(source, in: folder)
    case .inputs(let paths): SourcePlace(source, among: paths)
    }
  }

  private var shelfName: String { if case .folder(let folder) = shelf { folder } else { "the inputs" } }

  /// What can be shown of some records, by their index.
  ///
  /// Cost: each input that a record comes from is read once. Long texts are shown around their spans as long as a page has room.
  public func evidence(for records: [ScanRecord], of report: ScanReport) -> [Int: ScanEvidence] {
    var evidence: [Int: ScanEvidence] = [:]
    var order: [String] = []
    var bySource: [String: [ScanRecord]] = [:]
    for record in records {
      let key = "\(record.run)\u{1f}\(record.source)"
      if bySource[key] == nil { order.append(key) }
      bySource[key, default: []].append(record)
    }
    var room = Room()
    for key in order {
      guard let group = bySource[key], let first = group.first else { continue }
      let found = look(for: group, source: first.source, in: report, room: &room)
      for (record, seen) in zip(group, found) { evidence[record.index] = seen }
    }
    return evidence
  }

  /// How many code points a page has room for still, beyond the beginning of each text.
  private struct Room { var left = 1_000_000 }

  private func look(
    for records: [ScanRecord], source: String, in report: ScanReport, room: inout Room
  ) -> [ScanEvidence] {
    func none(_ reason: String) -> [ScanEvidence] { records.map { _ in .absent(reason) } }
    guard source != "-" else { return none("the record came from standard input, which is gone") }
    guard let place = place(of: source) else { return none("its source is not in \(shelfName)") }
    let reader = RecordReader([.file(place.path)])
    var lookup: RecordLookup?
    while let chunk = reader.next() {
      guard chunk.source == place.path.display + place.member else { continue }
      switch chunk.content {
      case .image(let bytes):
        do throws(RasterError) {
          let picture = try Thumbnail.make(bytes, place: chunk.source)
          return records.map {
            $0.kind == "image" ? .picture(picture) : .absent("its source is now a picture")
          }
        } catch {
          return none("the picture cannot be read now: \(error.message)")
        }
      case .text(let bytes):
        let record = TextRecord(file: bytes, source: source)
        return records.map { show(record, as: $0, place: chunk.source, in: report, room: &room) }
      case .lines(let bytes, let firstLine, _):
        var now = lookup ?? RecordLookup(records, account: report.runs[records[0].run])
        now.add(bytes, firstLine: firstLine, source: source)
        lookup = now
      case .rows(let bytes, let header, let firstLine, let offset):
        var now = lookup ?? RecordLookup(records, account: report.runs[records[0].run])
        now.add(bytes, header: header, firstLine: firstLine, offset: offset, source: source)
        lookup = now
      case .problem(let problem): return none("its source cannot be read now: \(problem.message)")
      }
    }
    guard let lookup else { return none("its source holds nothing now") }
    return zip(records, lookup.found).map { record, found in
      switch found {
      case .none: .absent("\(place.path.display) has no record of this id now")
      case .several: .absent("several records of \(place.path.display) have this id")
      case .one(let text):
        show(text, as: record, place: place.path.display + place.member, in: report, room: &room)
      }
    }
  }

  private func show(
    _ text: TextRecord, as record: ScanRecord, place: String, in report: ScanReport, room: inout Room
  ) -> ScanEvidence {
    let detected = record.findings.filter(\.isDetected)
    guard let best = record.best else { return .absent("the record has no result") }
    var tokens: [(length: Int, mark: ShownText.Mark)] = []
    var words = text.text.map { String(decoding: $0, as: UTF8.self) }
    if let scanner {
      var lines: [ScanLine] = []
      var tally = ScanTally()
      var text = text
      // What the scan read anew is read anew here, too.
      if best.evidence == "retokenized" { text.ids = nil }
      scanner.examine(text, into: &lines, tally: &tally)
      let target = report.targets[best.target]
      let seen = lines.compactMap { line -> TextResult? in
        guard case .result(let result) = line, result.profile == target.profile, result.keyID == target.keyID
        else {
          return nil
        }
        return result
      }.first
      if let seen {
        guard rounded(seen.detection.log10PValue, 12) == best.log10P else {
          return .absent(
            "examined anew, p is \(ScanReport.power(seen.detection.log10PValue)): text, profile or key are not those of the scan"
          )
        }
        (tokens, words) = Self.tokens(of: seen, text: words)
      }
    }
    guard let words, !words.isEmpty else { return .absent("the record has token ids and no text") }
    let spans = detected.flatMap(\.spans).filter { $0.unit == "character" }.map { $0.start..<$0.end }
    let length = words.unicodeScalars.count
    guard spans.allSatisfy({ $0.upperBound <= length }) else {
      return .absent("the text is shorter than its spans: it is not that of the scan")
    }
    let shown = ShownText(
      words, spans: spans, tokens: tokens, place: place,
      evidenceRoom: room.left > 0 ? ShownText.evidenceRoom : ShownText.room)
    room.left -= shown.shown
    return .text(shown)
  }

  /// The tokens of a text with what each counted for; none where their bytes do not spell it.
  private static func tokens(
    of result: TextResult, text: String?
  ) -> ([(length: Int, mark: ShownText.Mark)], String?) {
    guard let explanation = result.explanation, explanation.pieces.count == explanation.marks.count else {
      return ([], text)
    }
    let bytes = Array(explanation.pieces.joined())
    guard !bytes.isEmpty, let spelled = String(validating: bytes, as: UTF8.self), spelled == text ?? spelled
    else {
      return ([], text)
    }
    let tokens = zip(explanation.pieces, explanation.marks).map {
      piece, mark -> (length: Int, mark: ShownText.Mark) in
      // A code point belongs to the token in which it begins.
      let length = piece.count { $0 & 0xc0 != 0x80 }
      switch mark {
      case .green: return (length, .on)
      case .red: return (length, .off)
      case .notScored, .repeated: return (length, .uncounted)
      }
    }
    return (tokens, spelled)
  }
}
