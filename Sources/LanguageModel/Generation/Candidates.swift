import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The tokens that may come next with their probabilities, after temperature and truncation.
public struct Candidates: Hashable, Sendable {
  /// The ids; likeliest first and equally likely ones by id where something was cut off, else all in order.
  public let ids: [UInt32]
  /// Their probabilities, which sum to one.
  public var probabilities: [Double]

  /// Makes candidates from weights, which are scaled to sum to one.
  public init(ids: [UInt32], weights: [Double]) {
    let sum = weights.reduce(0, +)
    self.ids = ids
    probabilities = weights.map { $0 / sum }
  }

  /// Draws one with one number of a generator.
  public func draw(using random: inout Philox) -> UInt32 {
    var left = random.unit()
    for (id, probability) in zip(ids, probabilities) {
      left -= probability
      if left < 0 { return id }
    }
    // Rounding left a crumb: the last one that is possible.
    let last = probabilities.lastIndex { $0 > 0 } ?? probabilities.endIndex - 1
    return ids[last]
  }

  /// The index of the likeliest, of equals the first.
  public var likeliest: Int {
    var best = 0
    for index in probabilities.indices where probabilities[index] > probabilities[best] { best = index }
    return best
  }
}

extension Candidates {
  /// Applies temperature and truncation to logits.
  ///
  /// Throws where a logit is NaN or plus infinity, or all are minus infinity.
  init(_ logits: [Float], options: SamplingOptions) throws(LanguageModelError) {
    let peak = try Self.peak(of: logits)
    guard options.temperature > 0 else {
      let best = logits.firstIndex(of: peak) ?? 0
      self.init(ids: [UInt32(best)], weights: [1])
      return
    }
    let inverse = 1 / options.temperature
    func weight(_ logit: Float) -> Double { exp((Double(logit) - Double(peak)) * inverse) }
    let keepsAll =
      (options.topK ?? 0) == 0 && options.topP >= 1 && options.minP <= 0
    if keepsAll {
      self.init(ids: Array(0..<UInt32(logits.count)), weights: logits.map(weight))
      return
    }
    var kept = Self.selected(logits, peak: peak, options: options)
    // Whoever has less than (1 - p) / n of the mass is in no nucleus: together they have less than 1 - p.
    var weights = kept.map { weight($0.logit) }
    if options.topP < 1 {
      let floor = (1 - options.topP) * weights.reduce(0, +) / Double(weights.count)
      let target = options.topP * weights.reduce(0, +)
      kept = zip(kept, weights).filter { $0.1 >= floor }.map(\.0)
      Self.sort(&kept)
      weights = kept.map { weight($0.logit) }
      var sum = 0.0
      var count = 0
      while count < weights.count, sum < target {
        sum += weights[count]
        count += 1
      }
      kept.removeLast(kept.count - max(count, 1))
      weights.removeLast(weights.count - kept.count)
    } else {
      Self.sort(&kept)
      weights = kept.map { weight($0.logit) }
    }
    if options.minP > 0 {
      let count = weights.firstIndex { $0 < options.minP * weights[0] } ?? weights.count
      kept.removeLast(kept.count - count)
      weights.removeLast(weights.count - count)
    }
    self.init(ids: kept.map(\.id), weights: weights)
  }

  private static func sort(_ entries: inout [(id: UInt32, logit: Float)]) {
    entries.sort { $0.logit > $1.logit || ($0.logit == $1.logit && $0.id < $1.id) }
  }

  static func peak(of logits: [Float]) throws(LanguageModelError) -> Float {
    var peak = -Float.infinity
    for (id, logit) in logits.enumerated() {
      guard logit < .infinity else {
        throw LanguageModelError(
          code: .invalidLogits, message: "the logit of token \(id) is \(logit)",
          hint: "the model's file may be damaged, or a processor made it so")
      }
      peak = max(peak, logit)
    }
    guard peak > -.infinity else {
      throw LanguageModelError(
        code: .invalidLogits, message: "every token has a logit of minus infinity",
        hint: "a processor ruled every token out")
    }
    return peak
  }

  /// The `topK` largest logits, and of the others none that min-p cuts off anyway, in no order.
  private static func selected(
    _ logits: [Float], peak: Float, options: SamplingOptions
  ) -> [(id: UInt32, logit: Float)] {
    let count = options.topK ?? 0
    var floor = -Float.infinity
    if options.minP > 0, options.topP >= 1 {
      // A little below the bound; the bound itself is applied to weights.
      floor = Float(Double(peak) + log(options.minP) * options.temperature - 1e-3 * (1 + Double(abs(peak))))
    }
    guard count > 0, count < logits.count else {
      var kept: [(id: UInt32, logit: Float)] = []
      for (id, logit) in logits.enumerated() where logit >= floor && logit > -.infinity {
        kept.append((UInt32(id), logit))
      }
      return kept
    }
    // A buffer of twice the size is cut back to the best ones whenever it is full: few values ever enter it.
    var kept: [(id: UInt32, logit: Float)] = []
    kept.reserveCapacity(2 * count)
    for (id, logit) in logits.enumerated() where logit >= floor && logit > -.infinity {
      if kept.count == 2 * count {
        sort(&kept)
        kept.removeLast(count)
        floor = max(floor, kept[count - 1].logit)
        guard logit > floor else { continue }
      }
      kept.append((UInt32(id), logit))
    }
    sort(&kept)
    if kept.count > count { kept.removeLast(kept.count - count) }
    return kept
  }
}
