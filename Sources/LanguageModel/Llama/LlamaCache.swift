import Kernels

/// Keys and values of a sequence, of each layer, in single precision.
///
/// Those of one head lie together, since one head at a time is read: memory is then read in order. Grows by halves up to the
/// context. Hand a cache to one task at a time.
public final class LlamaCache: SequenceCache, @unchecked Sendable {
  /// The tokens read so far.
  public internal(set) var tokens: [UInt32] = []
  let configuration: LlamaConfiguration
  /// For how many tokens there is room.
  public private(set) var capacity = 0
  private var storage: AlignedFloats?
  /// Room for a score of each position.
  private(set) var scores: AlignedFloats

  init(_ configuration: LlamaConfiguration, capacity: Int) throws(LanguageModelError) {
    self.configuration = configuration
    guard let scores = AlignedFloats(count: 0) else { throw Self.outOfMemory(0) }
    self.scores = scores
    try reserve(capacity)
  }

  static func outOfMemory(_ bytes: Int) -> LanguageModelError {
    LanguageModelError(
      code: .outOfMemory, message: "there is no memory for \((bytes + (1 << 20) - 1) >> 20) MB",
      hint: "write fewer texts side by side, or shorter ones")
  }

  /// Makes room for as many tokens in all.
  func reserve(_ count: Int) throws(LanguageModelError) {
    let wanted = min(max(count, 0), configuration.contextLength)
    guard wanted > capacity || storage == nil else { return }
    let grown = min(max(wanted, capacity + capacity / 2, 16), configuration.contextLength)
    let row = blockCount.multipliedReportingOverflow(by: configuration.headSize)
    let size = row.partialValue.multipliedReportingOverflow(by: grown)
    guard !row.overflow, !size.overflow, let larger = AlignedFloats(count: size.partialValue),
      let scores = AlignedFloats(count: grown)
    else {
      throw Self.outOfMemory(size.overflow || row.overflow ? Int.max >> 4 : 4 * size.partialValue)
    }
    if let storage {
      let length = tokens.count * configuration.headSize
      for block in 0..<blockCount {
        larger.slice(block * grown * configuration.headSize, length)
          .copy(from: storage.slice(block * capacity * configuration.headSize, length))
      }
    }
    (storage, self.scores, capacity) = (larger, scores, grown)
  }

  private var blockCount: Int { 2 * configuration.layerCount * configuration.keyHeadCount }

  /// The keys of a head in a layer, position after position.
  func keys(_ layer: Int, _ head: Int) -> FloatSlice { block(2 * layer * configuration.keyHeadCount + head) }

  /// The values of a head in a layer.
  func values(_ layer: Int, _ head: Int) -> FloatSlice {
    block((2 * layer + 1) * configuration.keyHeadCount + head)
  }

  private func block(_ index: Int) -> FloatSlice {
    let size = capacity * configuration.headSize
    // Room is reserved when a cache is made.
    return storage!.slice(index * size, size)
  }

  /// A copy that goes its own way.
  public func fork() throws(LanguageModelError) -> LlamaCache {
    let copy = try LlamaCache(configuration, capacity: tokens.count + 1)
    let length = tokens.count * configuration.headSize
    for index in 0..<blockCount {
      copy.block(index).slice(0, length).copy(from: block(index).slice(0, length))
    }
    copy.tokens = tokens
    return copy
  }

  /// Forgets all but the first `count` tokens.
  public func truncate(to count: Int) { tokens.removeLast(max(tokens.count - max(count, 0), 0)) }
}
