/// What a page shows of a record itself, beside what its results say.
public enum ScanEvidence: Sendable {
  /// A part of a text.
  case text(ShownText)
  /// A small copy of a picture.
  case picture(ShownPicture)
  /// Nothing, and why.
  case absent(String)
}

/// A text, or the part of one around its spans, in pieces.
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

  /// The pieces in order.
  public var pieces: [Piece]
  /// The code points that are shown.
  public var shown: Range<Int>
  /// The code points that the text has.
  public var length: Int
  /// Where it was read.
  public var place: String

  /// Code points of a text that a page has room for.
  static let longest = 6_000

  /// Cuts a text at the borders of spans and tokens.
  ///
  /// - Parameters:
  ///   - text: all of it.
  ///   - spans: ranges of code points; they may overlap.
  ///   - tokens: lengths in code points and what each counted for, from the beginning on; empty where that is not known.
  init(_ text: String, spans: [Range<Int>], tokens: [(length: Int, mark: Mark)] = [], place: String) {
    let scalars = Array(text.unicodeScalars)
    length = scalars.count
    let from =
      scalars.count <= Self.longest
      ? 0 : max(0, min((spans.map(\.lowerBound).min() ?? 0) - 200, scalars.count - Self.longest))
    shown = from..<min(scalars.count, from + Self.longest)
    self.place = place
    var inSpan = [Bool](repeating: false, count: shown.count)
    for span in spans {
      for index in span.clamped(to: shown) { inSpan[index - from] = true }
    }
    var marks = [(mark: Mark?, token: Int)](repeating: (nil, -1), count: shown.count)
    var begin = 0
    for (number, token) in tokens.enumerated() {
      for index in (begin..<(begin + token.length)).clamped(to: shown) {
        marks[index - from] = (token.mark, number)
      }
      begin += token.length
    }
    pieces = []
    var start = 0
    for index in 0..<shown.count {
      let isLast = index + 1 == shown.count
      let ends =
        isLast || inSpan[index + 1] != inSpan[index] || marks[index + 1].token != marks[index].token
      guard ends else { continue }
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars[(from + start)...(from + index)])
      pieces.append(Piece(words: String(view), mark: marks[index].mark, isInSpan: inSpan[index]))
      start = index + 1
    }
  }
}

/// A small copy of a picture, coded anew: nothing of the file's metadata is in it.
public struct ShownPicture: Hashable, Sendable {
  /// JPEG.
  public var bytes: [UInt8]
  /// Columns of the copy.
  public var width: Int
  /// Its rows.
  public var height: Int
  /// Columns of the picture, upright.
  public var fullWidth: Int
  /// Its rows.
  public var fullHeight: Int
  /// Where it was read.
  public var place: String
}
