import Kernels

/// Keys and values of a sequence, of each layer, in single precision.
///
/// Grows by doubling up to the context. Hand a cache to one task at a time.
public final class LlamaCache: SequenceCache, @unchecked Sendable {
  /// The tokens read so far.
  public internal(set) var tokens: [UInt32] = []
  let configuration: LlamaConfiguration
  /// For how many tokens there is room.
  public private(set) var capacity = 0
  private var storage: AlignedFloats?

  init(_ configuration: LlamaConfiguration, capacity: Int) throws(LanguageModelError) {
    self.configuration = configuration
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
    let grown = min(max(wanted, 2 * capacity, 16), configuration.contextLength)
    let blocks = 2 * configuration.layerCount
    // Each factor is at most 2²¹, so the product needs a check.
    let row = blocks.multipliedReportingOverflow(by: configuration.keySize)
    let size = row.partialValue.multipliedReportingOverflow(by: grown)
    guard !row.overflow, !size.overflow, let larger = AlignedFloats(count: size.partialValue) else {
      throw Self.outOfMemory(size.overflow || row.overflow ? Int.max >> 4 : 4 * size.partialValue)
    }
    if let storage {
      for block in 0..<blocks {
        let length = tokens.count * configuration.keySize
        larger.slice(block * grown * configuration.keySize, length)
          .copy(from: storage.slice(block * capacity * configuration.keySize, length))
      }
    }
    (storage, capacity) = (larger, grown)
  }

  /// The keys of a layer, position after position.
  func keys(_ layer: Int) -> FloatSlice { block(2 * layer) }

  /// The values of a layer.
  func values(_ layer: Int) -> FloatSlice { block(2 * layer + 1) }

  private func block(_ index: Int) -> FloatSlice {
    let size = capacity * configuration.keySize
    // Room is reserved when a cache is made.
    return storage!.slice(index * size, size)
  }

  /// A copy that goes its own way.
  public func fork() throws(LanguageModelError) -> LlamaCache {
    let copy = try LlamaCache(configuration, capacity: tokens.count + 1)
    let length = tokens.count * configuration.keySize
    for layer in 0..<configuration.layerCount {
      copy.keys(layer).slice(0, length).copy(from: keys(layer).slice(0, length))
      copy.values(layer).slice(0, length).copy(from: values(layer).slice(0, length))
    }
    copy.tokens = tokens
    return copy
  }

  /// Forgets all but the first `count` tokens.
  public func truncate(to count: Int) { tokens.removeLast(max(tokens.count - max(count, 0), 0)) }
}
