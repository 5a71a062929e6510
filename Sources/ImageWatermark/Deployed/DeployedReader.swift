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
    let rgb = image.rgbBytes()
    let logHypotheses = logarithmOf(Double(hypotheses))
    var best = methods.map { method in
      DeployedFinding(
        message: messages[0], method: method, feed: DeployedFeed.all[0], isInverted: false,
        phase: .init(x: 0, y: 0),
        matches: 0, logPValue: 0)
    }
    var bound = [Double](repeating: .infinity, count: methods.count)
    for feed in DeployedFeed.all {
      let chroma = HaarApproximation.chroma(rgb, feed: feed)
      for phase in phases {
        let approximation = HaarApproximation(
          chroma, width: image.width, height: image.height, phase: (phase.x, phase.y),
          arithmetic: feed.arithmetic)
        for (index, method) in methods.enumerated() {
          let votes = BlockVotes(approximation, method: method)
          for message in messages {
            guard let found = Self.match(votes, message, isBetterThan: bound[index]) else { continue }
            bound[index] = found.logP
            best[index] = DeployedFinding(
              message: message, method: method, feed: feed, isInverted: found.isInverted, phase: phase,
              matches: found.matches, logPValue: min(0, found.logP + logHypotheses))
          }
        }
      }
    }
    return best
  }

  private static func match(
    _ votes: BlockVotes, _ message: DeployedMessage, isBetterThan limit: Double
  ) -> (logP: Double, isInverted: Bool, matches: Int)? {
    let length = message.bits.count
    guard votes.soft.count >= length else { return nil }
    var sums = [Double](repeating: 0, count: length)
    var counts = sums
    var place = 0
    for soft in votes.soft {
      sums[place] += Double(soft)
      counts[place] += 1
      place = place + 1 == length ? 0 : place + 1
    }
    let means = zip(sums, counts).map { $0 / $1 }
    // Places within a byte of text are not alike; very short texts would leave too few permutations.
    let classes = message.isText && length >= 64 ? 8 : 1
    var best: (logP: Double, isInverted: Bool, matches: Int)?
    for isInverted in [false, true] {
      let tail = SubsetTail(
        values: isInverted ? means.map { -$0 } : means, isChosen: message.bits, classes: classes)
      // A bound is never below that of a normal tail by more than a little: what is hopeless is left out.
      guard tail.deviations > 2 || limit == .infinity else { continue }
      let logP = tail.logUpperBound()
      guard logP < min(limit, best?.logP ?? .infinity) else { continue }
      best = (logP, isInverted, matches(votes.hard, message, isInverted: isInverted))
    }
    return best
  }

  private static func matches(_ hard: [Bool], _ message: DeployedMessage, isInverted: Bool) -> Int {
    let length = message.bits.count
    var ones = [Int](repeating: 0, count: length)
    var counts = ones
    for (block, vote) in hard.enumerated() {
      counts[block % length] += 1
      if vote { ones[block % length] += 1 }
    }
    return (0..<length).count { index in
      let bit = Double(ones[index]) / Double(max(counts[index], 1)) * 255 > 127
      return bit == (message.bits[index] != isInverted)
    }
  }
}
