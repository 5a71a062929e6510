import Kernels

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
    var units = PairUnits()
    var tokens: [UInt32] = []
    var positions: [UInt32] = []

    /// Makes a workspace whose lists take at most `byteLimit` bytes.
    public convenience init(scheme: GreenListScheme, byteLimit: Int = 64 << 20) {
      self.init(sharing: GreenListStore(scheme: scheme, byteLimit: byteLimit))
    }

    /// Makes a workspace for one of the tasks that share a store.
    public init(sharing store: GreenListStore) { lists = GreenListCache(sharing: store) }
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
    // Taken out of the workspace while they are written, so that no access to it is checked a token.
    var (units, tokens, positions) = (workspace.units, workspace.tokens, workspace.positions)
    (workspace.units, workspace.tokens, workspace.positions) = (PairUnits(), [], [])
    defer { (workspace.units, workspace.tokens, workspace.positions) = (units, tokens, positions) }
    if units.largest(of: ids) >= UInt32(scheme.vocabularySize) { throw outOfRange(ids) }
    trace.tokens = ids.count
    trace.seeds.removeAll(keepingCapacity: true)
    tokens.removeAll(keepingCapacity: true)
    positions.removeAll(keepingCapacity: true)
    let dropped = promptCount == 0 && beginningOfText != nil && ids.first == beginningOfText ? 1 : 0
    let first = min(max(dropped + scheme.ngramLength - 1, promptCount), ids.count)
    // Whether every token from the first on may be scored, so that places among them tell places in the record.
    var isWhole = true
    if first < ids.count {
      if unscoredTokens.isEmpty, let factor = scheme.tokenFactor {
        let context = scheme.selfSalted ? 0 : 1
        units.appendSeeds(
          of: ids, (first - context)..<(ids.count - context), magnitude: factor.magnitude,
          isNegative: factor.isNegative, to: &trace.seeds)
        tokens.append(contentsOf: ids[first...])
      } else {
        isWhole = false
        collectUnits(ids, from: first, into: &trace.seeds, &tokens, &positions)
      }
    }
    if isWhole, repetition != .distinctUnits {
      positions.append(contentsOf: UInt32(first)..<UInt32(ids.count))
    }
    keepUnits(ids, offset: isWhole ? UInt32(first) : nil, positions, &units, &tokens, &trace)
    trace.green = workspace.lists.answer(seeds: trace.seeds, tokens: tokens, green: &trace.outcomes)
  }

  /// Keeps what the policy counts, of units whose places are `offset` and those after it, or else `positions`.
  private func keepUnits(
    _ ids: [UInt32], offset: UInt32?, _ positions: [UInt32], _ units: inout PairUnits,
    _ tokens: inout [UInt32], _ trace: inout GreenListTrace
  ) {
    trace.positions.removeAll(keepingCapacity: true)
    trace.repeated.removeAll(keepingCapacity: true)
    switch repetition {
    case .distinctUnits:
      units.keepDistinct(
        &trace.seeds, &tokens, offset: offset ?? 0, kept: &trace.positions, repeated: &trace.repeated)
      if offset == nil {
        for index in trace.positions.indices {
          trace.positions[index] = positions[Int(trace.positions[index])]
        }
        for index in trace.repeated.indices { trace.repeated[index] = positions[Int(trace.repeated[index])] }
      }
    case .everyOccurrence: trace.positions.append(contentsOf: positions)
    case .distinctNgrams:
      var ngrams: Set<ArraySlice<UInt32>> = []
      let (all, seeds) = (tokens, trace.seeds)
      tokens.removeAll(keepingCapacity: true)
      trace.seeds.removeAll(keepingCapacity: true)
      for (index, position) in positions.enumerated() {
        let end = Int(position) + 1
        guard ngrams.insert(ids[(end - scheme.ngramLength)..<end]).inserted else {
          trace.repeated.append(position)
          continue
        }
        trace.seeds.append(seeds[index])
        trace.positions.append(position)
        tokens.append(all[index])
      }
    }
  }

  private func outOfRange(_ ids: [UInt32]) -> TextWatermarkError {
    let index = ids.firstIndex { $0 >= UInt32(scheme.vocabularySize) } ?? 0
    return TextWatermarkError(
      code: .tokenOutOfRange,
      message:
        "token \(index) is \(ids[index]), but the profile's vocabulary has \(scheme.vocabularySize) entries",
      hint: "check vocabulary_size against the model's output size, and that the ids come from this model")
  }

  /// The seed, token and index of each token that may be scored.
  private func collectUnits(
    _ ids: [UInt32], from first: Int, into seeds: inout [UInt32], _ tokens: inout [UInt32],
    _ positions: inout [UInt32]
  ) {
    ids.withUnsafeBufferPointer { buffer in
      for index in first..<ids.count {
        let token = buffer[index]
        if !unscoredTokens.isEmpty, unscoredTokens.contains(token) { continue }
        seeds.append(scheme.listSeed(buffer, end: scheme.selfSalted ? index + 1 : index))
        tokens.append(token)
        positions.append(UInt32(truncatingIfNeeded: index))
      }
    }
  }
}
