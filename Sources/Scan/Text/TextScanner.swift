import TextWatermark
import Tokenization

/// Examines one record after another with every target of a plan.
///
/// One scanner serves one task at a time.
public final class TextScanner: @unchecked Sendable {
  private let plan: TextScanPlan
  private let seats: [Seat]
  private let tokenizing: [TokenizerSeat]
  private var allIDs: [UInt32] = []
  private var retokenized: [Retokenized?] = []

  /// One target as this scanner has it.
  ///
  /// What is held by all workers is never copied for a record: they would count its references in turns, and two would be 1.6 times as
  /// fast as one.
  private final class Seat {
    let target: TextScanPlan.Target
    let workspace: TextDetector.Workspace
    /// Strings of this scanner's own.
    let names: (profile: String, scheme: String, keyID: String)

    init(_ target: TextScanPlan.Target, sharing store: GreenListStore) {
      let detector = target.detector
      self.target = target
      workspace = TextDetector.Workspace(sharing: store)
      names = (
        detector.profile.name.unshared, detector.profile.scheme.rawValue.unshared, detector.keyID.unshared
      )
    }
  }

  /// One tokenizer as this scanner has it, for the same reason.
  private final class TokenizerSeat {
    let tokenizer: Tokenizer
    let workspace = Tokenizer.Workspace()

    init(_ tokenizer: Tokenizer) { self.tokenizer = tokenizer }

    func encodeIDs(_ text: [UInt8]) -> [UInt32] { tokenizer.encodeIDs(text, workspace: workspace) }
  }

  /// The ids of a record's text under one tokenizer.
  private struct Retokenized {
    var ids: [UInt32]
    var text: [UInt8]
    var differing: Int?
  }

  /// Makes a scanner with lists of its own.
  public convenience init(plan: TextScanPlan) { self.init(plan: plan, sharing: plan.listStores()) }

  /// Makes one of the scanners that share the plan's lists.
  public init(plan: TextScanPlan, sharing stores: [GreenListStore]) {
    self.plan = plan
    seats = zip(plan.targets, stores).map { Seat($0, sharing: $1) }
    tokenizing = plan.tokenizers.map(TokenizerSeat.init)
  }

  /// Hits and misses of the lists' caches so far.
  public var listCounts: (hits: Int, misses: Int) {
    seats.reduce((0, 0)) { ($0.0 + $1.workspace.lists.hits, $0.1 + $1.workspace.lists.misses) }
  }

  /// Appends one line a target for a record, and counts the record.
  public func examine(_ record: TextRecord, into lines: inout [ScanLine], tally: inout ScanTally) {
    if retokenized.count == tokenizing.count * 2 {
      for slot in retokenized.indices { retokenized[slot] = nil }
    } else {
      retokenized = .init(repeating: nil, count: tokenizing.count * 2)
    }
    tally.seen += 1
    guard !seats.isEmpty else {
      lines.append(
        .error(
          ErrorLine(
            outcome: .skipped, source: record.source, id: record.id, record: record.line,
            offset: record.offset,
            code: "no-profile", message: "the text was not examined: no text profile was given",
            hint: "add --profile FILE or --profiles FOLDER")))
      tally.skipped += 1
      return
    }
    var hasFailed = false
    var isFlagged = false
    var isInsufficient = true
    var wasRetokenized = false
    for (index, seat) in seats.enumerated() {
      do {
        let result = try examine(record, seat)
        if result.verdict == .detected {
          isFlagged = true
          if index < tally.detectedByProfile.count { tally.detectedByProfile[index] += 1 }
        }
        if result.verdict != .insufficient { isInsufficient = false }
        if result.evidence == .retokenized { wasRetokenized = true }
        lines.append(.result(result))
      } catch {
        hasFailed = true
        lines.append(
          .error(
            ErrorLine(
              outcome: .failed, source: record.source, id: record.id, record: record.line,
              offset: record.offset,
              profile: seat.names.profile, code: error.code.rawValue, message: error.message,
              hint: error.hint)))
      }
    }
    if hasFailed { tally.failed += 1 } else { tally.scanned += 1 }
    if isFlagged { tally.flagged += 1 }
    if isInsufficient, !hasFailed { tally.insufficient += 1 }
    if wasRetokenized {
      tally.retokenized += 1
      tally.differingTokens += retokenized.lazy.compactMap { $0?.differing }.max() ?? 0
    }
  }

  private func examine(_ record: TextRecord, _ seat: Seat) throws(TextWatermarkError) -> TextResult {
    let workspace = seat.workspace
    let evidence = try tokens(of: record, target: seat.target)
    let promptCount = record.promptIDs.count
    let detection: TextDetection
    if promptCount == 0 {
      detection = try seat.target.detector.detect(evidence.ids, workspace: workspace)
    } else {
      allIDs.removeAll(keepingCapacity: true)
      allIDs.append(contentsOf: record.promptIDs)
      allIDs.append(contentsOf: evidence.ids)
      detection = try seat.target.detector.detect(allIDs, promptCount: promptCount, workspace: workspace)
    }
    let verdict = try seat.target.detector.verdict(detection, rule: plan.rule, workspace: workspace)
    let power = try seat.target.detector.power(
      scored: workspace.trace.scored, rule: plan.rule, workspace: workspace)
    let explanation =
      plan.explains
      ? explain(evidence, target: seat.target, promptCount: promptCount, workspace: workspace) : nil
    var spans: [TextResult.Span] = []
    if verdict == .detected {
      let found = try seat.target.detector.spans(rule: plan.rule, workspace: workspace)
      let offsets = found.isEmpty ? nil : offsets(of: evidence, target: seat.target)
      spans = found.map { span($0, offsets: offsets, text: evidence.text, promptCount: promptCount) }
    }
    var maker: (detector: MakerDetector, figures: Result<MakerFigures, TextWatermarkError>)?
    if plan.includesMakerFigures {
      maker = (
        seat.target.detector.profile.parameters.makerDetector,
        seat.target.detector.makerFigures(evidence.ids, workspace: workspace)
      )
    }
    return TextResult(
      id: record.id, source: record.source, profile: seat.names.profile, scheme: seat.names.scheme,
      keyID: seat.names.keyID, evidence: evidence.kind, differingTokens: evidence.differing,
      detection: detection,
      adjustedLog10PValue: plan.rule.adjusted(log10PValue: detection.log10PValue), power: power,
      verdict: verdict,
      spans: spans, makerFigures: maker, explanation: explanation)
  }
}

// MARK: - Evidence

extension TextScanner {
  private struct Evidence {
    var kind: TextResult.Evidence
    var ids: [UInt32]
    /// The text that the ids stand for; empty where there is none.
    var text: [UInt8]
    var differing: Int?
  }

  private func tokens(
    of record: TextRecord, target: TextScanPlan.Target
  ) throws(TextWatermarkError) -> Evidence {
    if let ids = record.ids, plan.evidence != .text {
      return Evidence(kind: .tokenIDs, ids: ids, text: record.text ?? [])
    }
    guard let text = record.text, plan.evidence != .tokenIDs else {
      throw TextWatermarkError(
        code: .noEvidence,
        message: plan.evidence == .tokenIDs ? "the record has no token ids" : "the record has no text",
        hint: "name the right field with --ids-field or --text-field")
    }
    guard let index = target.tokenizer else {
      throw TextWatermarkError(
        code: .noTokenizer,
        message: "the record has text but no token ids, and the profile names no tokenizer",
        hint: "add 'tokenizer' to the profile, or give token ids (--ids-field)")
    }
    let normalizers = target.detector.profile.parameters.normalizers
    let slot = index * 2 + (normalizers.isEmpty ? 0 : 1)
    if normalizers.isEmpty, let made = retokenized[slot] {
      return Evidence(kind: .retokenized, ids: made.ids, text: made.text, differing: made.differing)
    }
    let seat = tokenizing[index]
    let normalized = normalizers.isEmpty ? text : TextNormalizer.apply(normalizers, to: text)
    let ids = seat.encodeIDs(normalized)
    let differing = record.ids.map {
      TokenAlignment.differing($0, from: ids, bytesOfToken: seat.tokenizer.bytes(ofToken:))
    }
    retokenized[slot] = Retokenized(ids: ids, text: normalized, differing: differing)
    return Evidence(kind: .retokenized, ids: ids, text: normalized, differing: differing)
  }

  /// The byte ranges of some evidence's ids in its text, where there is one: looked for only when there is something to show.
  private func offsets(of evidence: Evidence, target: TextScanPlan.Target) -> [Range<Int>]? {
    guard let index = target.tokenizer, !evidence.text.isEmpty else { return nil }
    switch evidence.kind {
    case .tokenIDs:
      return Self.offsets(of: evidence.ids, in: evidence.text, tokenizer: tokenizing[index].tokenizer)
    case .retokenized:
      return tokenizing[index].tokenizer.encode(evidence.text, workspace: tokenizing[index].workspace).offsets
    }
  }

  /// The byte ranges of ids that came with a text, if their bytes really spell that text.
  private static func offsets(of ids: [UInt32], in text: [UInt8], tokenizer: Tokenizer) -> [Range<Int>]? {
    var offsets: [Range<Int>] = []
    offsets.reserveCapacity(ids.count)
    var place = 0
    for id in ids {
      guard let bytes = tokenizer.bytes(ofToken: id), place + bytes.count <= text.count,
        text[place..<(place + bytes.count)].elementsEqual(bytes)
      else { return nil }
      offsets.append(place..<(place + bytes.count))
      place += bytes.count
    }
    return offsets
  }

  private func span(
    _ span: TokenSpan, offsets: [Range<Int>]?, text: [UInt8], promptCount: Int
  ) -> TextResult.Span {
    let first = max(0, span.tokens.lowerBound - promptCount)
    let last = max(first, span.tokens.upperBound - promptCount - 1)
    guard let offsets, last < offsets.count else {
      return TextResult.Span(start: first, end: last + 1, unit: "token", log10PValue: span.log10PValue)
    }
    return TextResult.Span(
      start: Self.codePoints(in: text[..<offsets[first].lowerBound]),
      end: Self.codePoints(in: text[..<offsets[last].upperBound]), unit: "character",
      log10PValue: span.log10PValue)
  }

  /// The number of code points that begin in some UTF-8 bytes.
  private static func codePoints(in bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) }
  }

  private func explain(
    _ evidence: Evidence, target: TextScanPlan.Target, promptCount: Int, workspace: TextDetector.Workspace
  ) -> TextExplanation {
    let scheme = target.detector.greenList.scheme
    let pieces: [[UInt8]] = evidence.ids.map { id in
      target.tokenizer.flatMap { tokenizing[$0].tokenizer.bytes(ofToken: id) } ?? []
    }
    return TextExplanation(
      pieces: pieces, ids: evidence.ids, marks: Array(workspace.trace.marks.dropFirst(promptCount)),
      greenlistSize: scheme.greenlistSize, vocabularySize: scheme.vocabularySize, seeding: scheme.summary)
  }
}
