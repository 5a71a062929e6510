/// A text in pieces: all of it, or where it is long the stretches around its spans.
public struct ShownText: Hashable, Sendable {
  /// What a token counted for; nil where that was not computed.
  public enum Mark: String, Hashable, Sendable {
    /// Counted, and on the list of its key.
    case on
    /// Counted, and not on it.
    case off
    /// Not counted.
    case uncounted = "un"
  }

  /// A piece without a boundary in it.
  public struct Piece: Hashable, Sendable {
    /// Its letters.
    public var words: String
    /// What its token counted for.
    public var mark: Mark?
    /// Whether it lies in a span that is significant by itself.
    public var isInSpan: Bool
  }

  /// A stretch without a gap.
  public struct Stretch: Hashable, Sendable {
    /// Its code points.
    public var range: Range<Int>
    /// Its pieces in order.
    public var pieces: [Piece]
  }

  /// The stretches in order.
  public var stretches: [Stretch]
  /// The code points that the text has.
  public var length: Int
  /// Code points of spans that are not in any stretch, for want of room.
  public var hiddenEvidence: Int
  /// Where it was read.
  public var place: String

  /// Code points that are shown of a text at least, where it has so many.
  static let room = 6_000
  /// Code points that are shown of a text at most, around its spans.
  static let evidenceRoom = 60_000
  /// Code points that are shown before and after a span.
  static let margin = 200
  /// The least share of the room that a stretch gets; so many stretches at most are shown.
  static let (leastStretch, mostStretches) = (300, 60)

  /// The code points that are shown.
  public var shown: Int { stretches.reduce(0) { $0 + $1.range.count } }
  /// Whether some piece lies in a span.
  public var hasEvidence: Bool { stretches.contains { $0.pieces.contains(where: \.isInSpan) } }

  /// Cuts a text at the borders of spans and tokens.
  ///
  /// - Parameters:
  ///   - text: all of it.
  ///   - spans: ranges of code points; they may overlap.
  ///   - tokens: lengths in code points and what each counted for, from the beginning on; empty where that is not known.
  ///   - evidenceRoom: code points that are shown at most, around spans.
  init(
    _ text: String, spans: [Range<Int>], tokens: [(length: Int, mark: Mark)] = [], place: String,
    evidenceRoom: Int = Self.evidenceRoom
  ) {
    let scalars = Array(text.unicodeScalars)
    length = scalars.count
    self.place = place
    let ranges = Self.ranges(length: scalars.count, spans: spans, evidenceRoom: evidenceRoom)
    stretches = []
    var token = (number: 0, begin: 0)
    for range in ranges {
      var inSpan = [Bool](repeating: false, count: range.count)
      for span in spans {
        for index in span.clamped(to: range) { inSpan[index - range.lowerBound] = true }
      }
      var marks = [(mark: Mark?, token: Int)](repeating: (nil, -1), count: range.count)
      while token.number < tokens.count, token.begin + tokens[token.number].length <= range.lowerBound {
        token = (token.number + 1, token.begin + tokens[token.number].length)
      }
      var (number, begin) = token
      while number < tokens.count, begin < range.upperBound {
        let end = begin + tokens[number].length
        for index in (begin..<end).clamped(to: range) {
          marks[index - range.lowerBound] = (tokens[number].mark, number)
        }
        (number, begin) = (number + 1, end)
      }
      stretches.append(
        Stretch(range: range, pieces: Self.pieces(scalars, range: range, inSpan: inSpan, marks: marks)))
    }
    let evidence = Self.merged(spans.map { $0.clamped(to: 0..<scalars.count) })
    let seen = evidence.reduce(0) { sum, span in
      sum + ranges.reduce(0) { $0 + span.clamped(to: $1).count }
    }
    hiddenEvidence = evidence.reduce(0) { $0 + $1.count } - seen
  }

  /// Which code points are shown: a short text whole, else a window around each span, the first part of the text where it has none.
  static func ranges(length: Int, spans: [Range<Int>], evidenceRoom: Int) -> [Range<Int>] {
    guard length > room else { return [0..<length] }
    let whole = 0..<length
    let windows = merged(
      spans.filter { !$0.isEmpty }.map {
        (max(0, $0.lowerBound - margin)..<min(length, $0.upperBound + margin)).clamped(to: whole)
      })
    guard !windows.isEmpty else { return [0..<room] }
    let needed = windows.reduce(0) { $0 + $1.count }
    // Room that the evidence leaves shows what comes before and after it.
    guard needed > room else {
      let more = (room - needed) / (windows.count * 2)
      return merged(
        windows.map { max(0, $0.lowerBound - more)..<min(length, $0.upperBound + more) })
    }
    guard needed > evidenceRoom else { return windows }
    // Each stretch has its beginning; short ones leave their room to the others.
    let shown = windows.prefix(mostStretches)
    var left = max(evidenceRoom, shown.count * leastStretch)
    var share = [Int](repeating: 0, count: shown.count)
    for (done, place) in shown.indices.sorted(by: { shown[$0].count < shown[$1].count }).enumerated() {
      share[place] = min(shown[place].count, left / (shown.count - done))
      left -= share[place]
    }
    return zip(shown, share).map { $0.lowerBound..<($0.lowerBound + $1) }
  }

  /// Ranges in order, those that touch put together.
  private static func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var merged: [Range<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
      if let last = merged.last, last.upperBound >= range.lowerBound {
        merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }

  private static func pieces(
    _ scalars: [UnicodeScalar], range: Range<Int>, inSpan: [Bool], marks: [(mark: Mark?, token: Int)]
  ) -> [Piece] {
    var pieces: [Piece] = []
    var start = 0
    for index in 0..<range.count {
      let ends =
        index + 1 == range.count || inSpan[index + 1] != inSpan[index]
        || marks[index + 1].token != marks[index].token
      guard ends else { continue }
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars[(range.lowerBound + start)...(range.lowerBound + index)])
      pieces.append(Piece(words: String(view), mark: marks[index].mark, isInSpan: inSpan[index]))
      start = index + 1
    }
    return pieces
  }
}
