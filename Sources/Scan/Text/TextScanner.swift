import TextWatermark
import Tokenization

/// Examines one record after another with every target of a plan.
///
/// One scanner serves one task at a time.
public final class TextScanner: @unchecked Sendable {
  private let plan: TextScanPlan
  private var workspaces: [TextDetector.Workspace] = []
  private var allIDs: [UInt32] = []
  private var retokenized: [Retokenized?] = []

  /// The ids of a record's text under one tokenizer.
  private struct Retokenized {
    var encoding: Encoding
    var text: [UInt8]
    var differing: Int?
  }

  /// Makes a scanner that is one of `workers` sharing the plan's memory.
  public init(plan: TextScanPlan, workers: Int = 1) {
    self.plan = plan
    let share = plan.listBytes / max(1, workers) / max(1, plan.targets.count)
    workspaces = plan.targets.map { TextDetector.Workspace(for: $0.detector, byteLimit: share) }
  }

  /// Hits and misses of the lists' caches so far.
  public var listCounts: (hits: Int, misses: Int) {
    workspaces.reduce((0, 0)) { ($0.0 + $1.lists.hits, $0.1 + $1.lists.misses) }
  }

  /// Appends one line a target for a record, and counts the record.
  public func examine(_ record: TextRecord, into lines: inout [ScanLine], tally: inout ScanTally) {
    retokenized = .init(repeating: nil, count: plan.tokenizers.count * 2)
    tally.seen += 1
    guard !plan.targets.isEmpty else {
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
    for (index, target) in plan.targets.enumerated() {
      do {
        let result = try examine(record, target: target, workspace: workspaces[index])
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
              profile: target.detector.profile.name, code: error.code.rawValue, message: error.message,
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

  private func examine(
    _ record: TextRecord, target: TextScanPlan.Target, workspace: TextDetector.Workspace
  ) throws(TextWatermarkError) -> TextResult {
    let detector = target.detector
    let evidence = try tokens(of: record, target: target)
    allIDs.removeAll(keepingCapacity: true)
    allIDs.append(contentsOf: record.promptIDs)
    allIDs.append(contentsOf: evidence.ids)
    let promptCount = record.promptIDs.count
    let detection = try detector.detect(allIDs, promptCount: promptCount, workspace: workspace)
    let verdict = try detector.verdict(detection, rule: plan.rule, workspace: workspace)
    let power = try detector.power(scored: workspace.trace.scored, rule: plan.rule, workspace: workspace)
    let explanation =
      plan.explains ? explain(evidence, target: target, promptCount: promptCount, workspace: workspace) : nil
    var spans: [TextResult.Span] = []
    if verdict == .detected {
      spans = try detector.spans(rule: plan.rule, workspace: workspace).map { span in
        self.span(span, evidence: evidence, promptCount: promptCount)
      }
    }
    var maker: (detector: MakerDetector, figures: Result<MakerFigures, TextWatermarkError>)?
    if plan.includesMakerFigures {
      maker = (
        detector.profile.parameters.makerDetector, detector.makerFigures(evidence.ids, workspace: workspace)
      )
    }
    return TextResult(
      id: record.id, source: record.source, profile: detector.profile.name,
      scheme: detector.profile.scheme.rawValue,
      keyID: detector.keyID, evidence: evidence.kind, differingTokens: evidence.differing,
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
    /// Byte ranges of the ids in `text`, where a text is at hand.
    var offsets: [Range<Int>]?
    var text: [UInt8]
    var differing: Int?
  }

  private func tokens(
    of record: TextRecord, target: TextScanPlan.Target
  ) throws(TextWatermarkError) -> Evidence {
    if let ids = record.ids, plan.evidence != .text {
      var offsets: [Range<Int>]?
      if let index = target.tokenizer, let text = record.text {
        offsets = Self.offsets(of: ids, in: text, tokenizer: plan.tokenizers[index])
      }
      return Evidence(kind: .tokenIDs, ids: ids, offsets: offsets, text: record.text ?? [])
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
      return Evidence(
        kind: .retokenized, ids: made.encoding.ids, offsets: made.encoding.offsets, text: made.text,
        differing: made.differing)
    }
    let tokenizer = plan.tokenizers[index]
    let normalized = TextNormalizer.apply(normalizers, to: text)
    let encoding = tokenizer.encode(normalized)
    let differing = record.ids.map {
      TokenAlignment.differing($0, from: encoding.ids, bytesOfToken: tokenizer.bytes(ofToken:))
    }
    retokenized[slot] = Retokenized(encoding: encoding, text: normalized, differing: differing)
    return Evidence(
      kind: .retokenized, ids: encoding.ids, offsets: encoding.offsets, text: normalized, differing: differing
    )
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

  private func span(_ span: TokenSpan, evidence: Evidence, promptCount: Int) -> TextResult.Span {
    let first = max(0, span.tokens.lowerBound - promptCount)
    let last = max(first, span.tokens.upperBound - promptCount - 1)
    guard let offsets = evidence.offsets, last < offsets.count else {
      return TextResult.Span(start: first, end: last + 1, unit: "token", log10PValue: span.log10PValue)
    }
    return TextResult.Span(
      start: Self.codePoints(in: evidence.text[..<offsets[first].lowerBound]),
      end: Self.codePoints(in: evidence.text[..<offsets[last].upperBound]), unit: "character",
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
      target.tokenizer.flatMap { plan.tokenizers[$0].bytes(ofToken: id) } ?? []
    }
    return TextExplanation(
      pieces: pieces, ids: evidence.ids, marks: Array(workspace.trace.marks.dropFirst(promptCount)),
      greenlistSize: scheme.greenlistSize, vocabularySize: scheme.vocabularySize, seeding: scheme.summary)
  }
}
