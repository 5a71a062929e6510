/// Which occurrences of a repeated context count.
public enum RepetitionPolicy: String, CaseIterable, Sendable {
  /// Each pair of list and token once: the default, and the unit that makes the p-value hold.
  ///
  /// Repeated text repeats its colours, so counting it again adds no evidence. n-grams are not fine enough a unit: with a
  /// minimum over hashes, different n-grams often share a list and a token, and would count one draw twice.
  case distinctUnits = "distinct-units"
  /// Each n-gram once, as the makers do it.
  case distinctNgrams = "distinct-ngrams"
  /// Every occurrence, as transformers does by default. The tail is then not a p-value.
  case everyOccurrence = "every-occurrence"
}

/// Counts green tokens in a record, and tells how unlikely the count is when nobody marked it.
///
/// Null model: text that does not depend on the key. Each distinct pair of list and token is then green with probability
/// list size ⁄ vocabulary size; pairs of different lists are independent, pairs of one list are drawn without replacement,
/// which only narrows the count. The binomial tail is therefore exact for the first and an upper bound for the second.
///
/// Cost: one pass over the ids; a few nanoseconds a token when its list is cached, else one question of ``GreenListCache``.
public struct GreenListDetector: Sendable {
  /// The mark looked for.
  public let scheme: GreenListScheme
  /// Which occurrences count.
  public let repetition: RepetitionPolicy
  /// A first token that is dropped when it is this one, as the makers drop the beginning-of-text token.
  public let beginningOfText: UInt32?
  /// Tokens that are never scored, such as an end-of-text token; they still serve as context.
  public let unscoredTokens: Set<UInt32>

  /// Makes a detector.
  public init(
    scheme: GreenListScheme, repetition: RepetitionPolicy = .distinctUnits, beginningOfText: UInt32? = nil,
    unscoredTokens: Set<UInt32> = []
  ) {
    self.scheme = scheme
    self.repetition = repetition
    self.beginningOfText = beginningOfText
    self.unscoredTokens = unscoredTokens
  }

  /// Reusable memory of one task: the cache of lists and the buffers of one record.
  public final class Workspace: @unchecked Sendable {
    /// The lists.
    public let lists: GreenListCache
    var distinct = DistinctPairs()
    var tokens: [UInt32] = []

    /// Makes a workspace whose lists take at most `byteLimit` bytes.
    public init(scheme: GreenListScheme, byteLimit: Int = 64 << 20) {
      lists = GreenListCache(scheme: scheme, byteLimit: byteLimit)
    }
  }

  /// Colours the tokens of one record.
  ///
  /// - Parameters:
  ///   - ids: the prompt's ids, if they are known, followed by the text's.
  ///   - promptCount: how many of `ids` are prompt: context, never scored.
  ///   - trace: replaced by what was seen.
  public func trace(
    _ ids: [UInt32], promptCount: Int = 0, workspace: Workspace, into trace: inout GreenListTrace
  ) throws(TextWatermarkError) {
    for (index, id) in ids.enumerated() where id >= UInt32(scheme.vocabularySize) {
      throw TextWatermarkError(
        code: .tokenOutOfRange,
        message: "token \(index) is \(id), but the profile's vocabulary has \(scheme.vocabularySize) entries",
        hint: "check vocabulary_size against the model's output size, and that the ids come from this model")
    }
    trace.marks.removeAll(keepingCapacity: true)
    trace.marks.append(contentsOf: repeatElement(.notScored, count: ids.count))
    trace.seeds.removeAll(keepingCapacity: true)
    trace.positions.removeAll(keepingCapacity: true)
    workspace.tokens.removeAll(keepingCapacity: true)
    workspace.distinct.reset(capacity: ids.count)
    let dropped = promptCount == 0 && beginningOfText != nil && ids.first == beginningOfText ? 1 : 0
    collectUnits(ids, from: dropped, promptCount: promptCount, workspace: workspace, into: &trace)
    workspace.lists.answer(seeds: trace.seeds, tokens: workspace.tokens, green: &trace.outcomes)
    trace.scored = trace.positions.count
    trace.green = 0
    for (position, isGreen) in zip(trace.positions, trace.outcomes) {
      trace.marks[Int(position)] = isGreen ? .green : .red
      if isGreen { trace.green += 1 }
    }
  }

  private func collectUnits(
    _ ids: [UInt32], from dropped: Int, promptCount: Int, workspace: Workspace,
    into trace: inout GreenListTrace
  ) {
    let ngram = scheme.ngramLength
    let first = max(dropped + ngram - 1, promptCount)
    guard first < ids.count else { return }
    var ngrams: Set<ArraySlice<UInt32>> = []
    // Taken out of the workspace while they are written, so that no access to it is checked a token.
    var (distinct, tokens) = (workspace.distinct, workspace.tokens)
    (workspace.distinct, workspace.tokens) = (DistinctPairs(), [])
    defer { (workspace.distinct, workspace.tokens) = (distinct, tokens) }
    ids.withUnsafeBufferPointer { buffer in
      for index in first..<ids.count {
        let token = buffer[index]
        if !unscoredTokens.isEmpty, unscoredTokens.contains(token) { continue }
        let seed = scheme.listSeed(buffer, end: scheme.selfSalted ? index + 1 : index)
        let isNew: Bool
        switch repetition {
        case .distinctUnits: isNew = distinct.insert(seed, token)
        case .distinctNgrams: isNew = ngrams.insert(ids[(index - ngram + 1)...index]).inserted
        case .everyOccurrence: isNew = true
        }
        guard isNew else {
          trace.marks[index] = .repeated
          continue
        }
        trace.seeds.append(seed)
        trace.positions.append(Int32(index))
        tokens.append(token)
      }
    }
  }
}
