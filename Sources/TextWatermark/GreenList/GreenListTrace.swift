/// What was seen of every token of one record: scored or not, green or red.
public struct GreenListTrace: Sendable {
  /// The part a token played in the statistic.
  public enum Mark: UInt8, Sendable {
    /// Part of the prompt, a special token, or too early to have a context.
    case notScored
    /// Its list and token were counted earlier in the record.
    case repeated
    /// Counted, and not on its list.
    case red
    /// Counted, and on its list.
    case green
  }

  /// The number of token ids, prompt included.
  public internal(set) var tokens = 0
  /// The indices of tokens that were counted earlier in the record, in order.
  var repeated: [UInt32] = []
  /// The number of counted tokens.
  public var scored: Int { positions.count }
  /// The number of green ones among them.
  public internal(set) var green = 0
  /// The list seed of each counted token, in order.
  public internal(set) var seeds: [UInt32] = []
  /// The indices of the counted tokens, in order.
  public internal(set) var positions: [UInt32] = []
  /// Whether each counted token is green, in order.
  public internal(set) var outcomes: [Bool] = []

  /// One mark a token id, prompt included; made anew at each call.
  public var marks: [Mark] {
    var marks = [Mark](repeating: .notScored, count: tokens)
    for (position, isGreen) in zip(positions, outcomes) { marks[Int(position)] = isGreen ? .green : .red }
    for position in repeated { marks[Int(position)] = .repeated }
    return marks
  }

  /// An empty trace, whose memory is used again from record to record.
  public init() {}
}
