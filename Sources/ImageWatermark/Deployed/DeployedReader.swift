import Raster

/// A known message that a picture may carry, and how sure that is.
public struct DeployedFinding: Hashable, Sendable {
  /// The message.
  public var message: DeployedMessage
  /// The method it was read by.
  public var method: DeployedMethod
  /// The arithmetic and order in which it was read.
  public var feed: DeployedFeed
  /// Whether every bit is inverted, as happens where a mark was written in one arithmetic and is read in the other.
  public var isInverted: Bool
  /// Columns and rows cut off at the left and top.
  public var phase: Phase
  /// Bits of the message that a hard decision gives.
  public var matches: Int
  /// Natural logarithm of the p-value, with everything that was tried counted.
  public var logPValue: Double

  /// An offset of the grid of blocks.
  public struct Phase: Hashable, Sendable {
    /// Columns, 0 to 7.
    public var x: Int
    /// Rows, 0 to 7.
    public var y: Int

    /// Makes an offset.
    public init(x: Int, y: Int) { (self.x, self.y) = (x, y) }
  }

  /// Makes a finding.
  public init(
    message: DeployedMessage, method: DeployedMethod, feed: DeployedFeed, isInverted: Bool, phase: Phase,
    matches: Int, logPValue: Double
  ) {
    (self.message, self.method, self.feed, self.isInverted) = (message, method, feed, isInverted)
    (self.phase, self.matches, self.logPValue) = (phase, matches, logPValue)
  }

  /// log₁₀ of the p-value.
  public var log10PValue: Double { logPValue / 2.302585092994046 }
}

/// Looks for the known messages of deployed generators, more closely than the tool's own decoder can.
///
/// Each block votes with how sure it is; the votes are averaged bit by bit and held against each message, in both arithmetics,
/// both channel orders and both polarities. The p-value is that of a permutation of the message's bits (see ``SubsetTail``): how
/// often a message with as many ones would agree as well by chance. All combinations tried are counted (Bonferroni).
public struct DeployedReader: Sendable {
  /// The messages.
  public let messages: [DeployedMessage]
  /// The methods.
  public let methods: [DeployedMethod]
  /// Whether all 64 positions of the grid are tried, for pictures that were cut at the left or top.
  public let triesAllPhases: Bool

  /// Makes a reader.
  public init(
    messages: [DeployedMessage] = DeployedMessage.known, methods: [DeployedMethod] = DeployedMethod.allCases,
    triesAllPhases: Bool = false
  ) {
    (self.messages, self.methods, self.triesAllPhases) = (messages, methods, triesAllPhases)
  }

  private var phases: [DeployedFinding.Phase] {
    guard triesAllPhases else { return [.init(x: 0, y: 0)] }
    return (0..<64).map { .init(x: $0 % 8, y: $0 / 8) }
  }

  /// The combinations that one method tries.
  public var hypotheses: Int { messages.count * DeployedFeed.all.count * 2 * phases.count }

  /// The most likely message by each method, in the order of ``methods``; empty where a picture is too small to be marked.
  public func read(_ image: RasterImage) -> [DeployedFinding] {
    guard image.width * image.height >= InvisibleWatermark.fewestPixels, !messages.isEmpty else { return [] }
    let logHypotheses = logarithmOf(Double(hypotheses))
    var best = methods.map { method in
      DeployedFinding(
        message: messages[0], method: method, feed: DeployedFeed.all[0], isInverted: false,
        phase: .init(x: 0, y: 0), matches: 0, logPValue: 0)
    }
    var bound = [Double](repeating: .infinity, count: methods.count)
    let folds = MessageFolds(messages)
    let grids = Dictionary(grouping: phases) { Phase(x: $0.x & 1, y: $0.y & 1) }
    for feed in DeployedFeed.all {
      let chroma = SoftChroma(image, feed: feed)
      for parity in [Phase(x: 0, y: 0), Phase(x: 1, y: 0), Phase(x: 0, y: 1), Phase(x: 1, y: 1)] {
        guard let phases = grids[parity] else { continue }
        let grid = chroma.approximation(parity)
        for phase in phases {
          let votes = grid.votes(phase, methods: methods)
          for (index, method) in methods.enumerated() {
            let means = folds.means(method == .dwtDct ? votes.largest : votes.singular)
            for (number, message) in messages.enumerated() where !means[number].isEmpty {
              guard let found = Self.match(means[number], message, isBetterThan: bound[index]) else {
                continue
              }
              bound[index] = found.logP
              best[index] = DeployedFinding(
                message: message, method: method, feed: feed, isInverted: found.isInverted, phase: phase,
                matches: 0, logPValue: min(0, found.logP + logHypotheses))
            }
          }
        }
      }
    }
    for index in best.indices { best[index].matches = Self.matches(image, best[index]) }
    return best
  }

  private typealias Phase = DeployedFinding.Phase

  private static func match(
    _ means: [Double], _ message: DeployedMessage, isBetterThan limit: Double
  ) -> (logP: Double, isInverted: Bool)? {
    // Places within a byte of text are not alike; very short texts would leave too few permutations.
    let classes = message.isText && message.bits.count >= 64 ? 8 : 1
    let deviations = SubsetTail.deviations(values: means, isChosen: message.bits, classes: classes)
    // The bound is never below a normal tail by as much as half of its exponent: what cannot be the best is left out, which
    // can only make a p-value larger.
    guard limit == .infinity || -0.75 * deviations * deviations < limit else { return nil }
    let tail = SubsetTail(
      values: deviations < 0 ? means.map { -$0 } : means, isChosen: message.bits, classes: classes)
    let logP = tail.logUpperBound()
    return logP < limit ? (logP, deviations < 0) : nil
  }

  /// The bits of a message that the tool's own decisions give.
  private static func matches(_ image: RasterImage, _ finding: DeployedFinding) -> Int {
    let bits = finding.message.bits
    let reading = InvisibleWatermark.read(
      image, method: finding.method, feed: finding.feed, length: bits.count,
      phase: (finding.phase.x, finding.phase.y))
    return reading.map { zip($0.bits, bits).count { ($0 != finding.isInverted) == $1 } } ?? 0
  }
}
