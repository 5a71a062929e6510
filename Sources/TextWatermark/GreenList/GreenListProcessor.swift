import Kernels

/// Writes a green-list mark: raises the logits of green tokens before a token is sampled.
///
/// A pure function of context and logits, so it fits any sampler, in any place of its chain where logits are over the whole
/// vocabulary. It gives the logits that the maker's own processor gives.
///
/// Cost at a vocabulary of 50,257: about 30 µs a step when the list depends on earlier tokens only, about 0.3 ms with
/// self-salt, where each candidate has a list of its own.
///
/// Source: lm-watermarking `WatermarkLogitsProcessor`, transformers `WatermarkLogitsProcessor`.
public struct GreenListProcessor: Sendable {
  /// The mark.
  public let scheme: GreenListScheme
  /// What is added to a green token's logit (δ in lm-watermarking, `bias` in transformers).
  public let bias: Float

  /// Makes a processor; 2 is both makers' default bias.
  public init(scheme: GreenListScheme, bias: Float = 2) {
    (self.scheme, self.bias) = (scheme, bias)
  }

  /// How many of the likeliest candidates are looked at with self-salt: 40 in transformers, 41 in lm-watermarking.
  public var candidateCount: Int { scheme.maker == .transformers ? 40 : 41 }

  /// Reusable memory of one generation.
  public struct Workspace: Sendable {
    var bits: [UInt64] = []
    var scratch = PermutationKernel.Scratch()
    var context: [UInt32] = []

    /// Empty; it grows on first use to about twice the vocabulary in bytes.
    public init() {}
  }

  /// The logits with the mark's bias, as a value.
  public func biased(_ logits: [Float], context: [UInt32]) -> [Float] {
    var result = logits
    var workspace = Workspace()
    bias(&result, context: context, workspace: &workspace)
    return result
  }

  /// Biases logits in place.
  ///
  /// - Parameters:
  ///   - logits: one value a vocabulary entry. Entries beyond the scheme's vocabulary keep their value.
  ///   - context: all ids so far, prompt included. Fewer than the context width leave the logits as they are.
  public func bias(_ logits: inout [Float], context: [UInt32], workspace: inout Workspace) {
    guard hasContext(context) else { return }
    if scheme.selfSalted {
      for token in greenCandidates(logits, context: context, workspace: &workspace) {
        logits[Int(token)] += bias
      }
      return
    }
    let words = scheme.bitsetWordCount
    let needed = max(words, (logits.count + 63) / 64)
    if workspace.bits.count != needed { workspace.bits = [UInt64](repeating: 0, count: needed) }
    let seed = context.withUnsafeBufferPointer { scheme.listSeed($0, end: context.count) }
    workspace.bits.withUnsafeMutableBufferPointer { bits in
      scheme.fill(
        UnsafeMutableBufferPointer(rebasing: bits[..<words]), listSeed: seed, scratch: &workspace.scratch)
    }
    scheme.addBias(bias, toLogits: &logits, whereSet: workspace.bits)
  }

  private func hasContext(_ context: [UInt32]) -> Bool {
    // transformers asks for a whole context width even where its left hash reads one token.
    let needed =
      scheme.selfSalted && scheme.maker == .lmWatermarking ? scheme.contextWidth - 1 : scheme.contextWidth
    return context.count >= needed
  }

  /// The likeliest candidates that are on the list they seed themselves.
  private func greenCandidates(_ logits: [Float], context: [UInt32], workspace: inout Workspace) -> [UInt32] {
    workspace.context.removeAll(keepingCapacity: true)
    workspace.context.append(contentsOf: context.suffix(scheme.contextWidth - 1))
    workspace.context.append(0)
    let last = workspace.context.count - 1
    return Self.largest(candidateCount, of: logits).filter { token in
      guard token < UInt32(scheme.vocabularySize) else { return false }
      workspace.context[last] = token
      let seed = workspace.context.withUnsafeBufferPointer { scheme.listSeed($0, end: last + 1) }
      return scheme.isGreen(token, listSeed: seed)
    }
  }

  /// The indices of the largest values, largest first; equal values by index, NaN before all, as torch sorts.
  static func largest(_ count: Int, of values: [Float]) -> [UInt32] {
    func key(_ value: Float) -> Float { value.isNaN ? .infinity : value }
    var kept: [(key: Float, isNaN: Bool, index: UInt32)] = []
    kept.reserveCapacity(count + 1)
    func precedes(
      _ left: (key: Float, isNaN: Bool, index: UInt32), _ right: (key: Float, isNaN: Bool, index: UInt32)
    ) -> Bool {
      if left.isNaN != right.isNaN { return left.isNaN }
      return left.key > right.key || (left.key == right.key && left.index < right.index)
    }
    var floor = -Float.infinity
    values.withUnsafeBufferPointer { values in
      for index in values.indices {
        let value = values[index]
        // Most values are below the smallest one kept: one comparison each.
        if kept.count == count, value <= floor { continue }
        let entry = (key: key(value), isNaN: value.isNaN, index: UInt32(index))
        var place = kept.count
        while place > 0, precedes(entry, kept[place - 1]) { place -= 1 }
        guard place < count else { continue }
        kept.insert(entry, at: place)
        if kept.count > count { kept.removeLast() }
        if kept.count == count { floor = kept[count - 1].key }
      }
    }
    return kept.map(\.index)
  }
}
