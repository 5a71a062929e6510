/// Text made from another text, with the way back: which bytes of the original each byte stands for.
struct MappedText {
  /// The text, well-formed UTF-8.
  var bytes: [UInt8]
  /// For each byte the start of its original; nil while the text is the original itself.
  var starts: [Int]?
  /// For each byte the end of its original.
  var ends: [Int]?

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The original of a range of bytes.
  func original(of range: Range<Int>) -> Range<Int> {
    guard let starts, let ends else { return range }
    guard !range.isEmpty else {
      let place = range.lowerBound < starts.count ? starts[range.lowerBound] : ends.last ?? 0
      return place..<place
    }
    // A character made of several has one original, so the widest reach counts.
    var upper = ends[range.lowerBound]
    for index in range.dropFirst() { upper = max(upper, ends[index]) }
    return min(starts[range.lowerBound], upper)..<upper
  }

  /// A part of the text, on its own.
  func slice(_ range: Range<Int>) -> MappedText {
    var part = MappedText(Array(bytes[range]))
    if let starts, let ends {
      part.starts = Array(starts[range])
      part.ends = Array(ends[range])
    } else if range.lowerBound > 0 {
      part.starts = Array(range)
      part.ends = range.map { $0 + 1 }
    }
    return part
  }
}

/// Writes a ``MappedText`` piece by piece from another one.
struct MappedTextBuilder {
  private let source: MappedText
  private var result = MappedText([])

  init(from source: MappedText) {
    self.source = source
    result.starts = []
    result.ends = []
    result.bytes.reserveCapacity(source.bytes.count)
  }

  /// Copies bytes as they are.
  mutating func copy(_ range: Range<Int>) {
    result.bytes.append(contentsOf: source.bytes[range])
    for index in range {
      let original = source.original(of: index..<(index + 1))
      result.starts!.append(original.lowerBound)
      result.ends!.append(original.upperBound)
    }
  }

  /// Writes other bytes in place of some; each stands for all of them.
  mutating func replace(_ range: Range<Int>, by bytes: [UInt8]) {
    let original = source.original(of: range)
    result.bytes.append(contentsOf: bytes)
    for _ in bytes {
      result.starts!.append(original.lowerBound)
      result.ends!.append(original.upperBound)
    }
  }

  var text: MappedText { result }
}
