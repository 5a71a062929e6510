/// The makers' well-known pre-tokenizer patterns, scanned by hand: each finds the end of the piece that starts somewhere.
///
/// A regular expression engine spends most of a tokenizer's time on these few patterns. The scanners read each character's
/// class from a table and find the same pieces; `Benchmarks/tokenization` compares them with the makers on all code points
/// and on real text.
enum PatternScanner: Hashable, Sendable {
  /// GPT-2 and everything that calls itself byte-level with its own pattern.
  case gpt2
  /// cl100k, Llama 3, Qwen.
  case cl100k(CL100KOptions)
  /// o200k.
  case o200k
  /// DeepSeek's third pattern.
  case deepSeekWords
  /// `\p{N}{1,3}`, and what lies between.
  case upToThreeDigits
  /// DeepSeek's run of Han and Kana, and what lies between.
  case hanAndKana

  struct CL100KOptions: Hashable, Sendable {
    /// The most digits in a piece: 3, or 1 for Qwen.
    var digits = 3
    /// Whether white space at the end of the text is one piece even where line ends are in it (tiktoken since 0.8).
    var takesTrailingSpace = false
    /// Whether words hold marks (Qwen 3.5).
    var marksAreLetters = false
  }

  /// The end of the piece that starts at `start`, which lies before the reader's limit.
  @inline(__always)
  func pieceEnd(_ reader: ClassReader, from start: Int) -> Int {
    switch self {
    case .gpt2: Self.gpt2End(reader, from: start)
    case .cl100k(let options): Self.cl100kEnd(reader, from: start, options)
    case .o200k: Self.o200kEnd(reader, from: start)
    case .deepSeekWords: Self.deepSeekEnd(reader, from: start)
    case .upToThreeDigits: Self.digitsEnd(reader, from: start)
    case .hanAndKana: Self.hanAndKanaEnd(reader, from: start)
    }
  }

  /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
  private static func gpt2End(_ reader: ClassReader, from start: Int) -> Int {
    let first = reader.bytes[start]
    if first == UInt8(ascii: "'") {
      let length = reader.contractionLength(at: start, ignoringCase: false)
      if length > 0 { return start + length }
    }
    var next = start
    var body = start
    if first == UInt8(ascii: " "), start + 1 < reader.limit { body = start + 1 }
    var kind = reader.kind(at: body, next: &next)
    if kind & CharacterClass.space != 0 {
      body = start
      kind = reader.kind(at: start, next: &next)
    }
    if kind & CharacterClass.letter != 0 { return reader.runEnd(from: next, having: CharacterClass.letter) }
    if kind & CharacterClass.number != 0 { return reader.runEnd(from: next, having: CharacterClass.number) }
    if kind & CharacterClass.space == 0 { return reader.runEnd(from: next, lacking: otherRefused) }
    return reader.spaceEnd(from: start)
  }

  private static let otherRefused = CharacterClass.space | CharacterClass.letter | CharacterClass.number

  /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`.
  private static func cl100kEnd(_ reader: ClassReader, from start: Int, _ options: CL100KOptions) -> Int {
    let first = reader.bytes[start]
    if first == UInt8(ascii: "'") {
      let length = reader.contractionLength(at: start, ignoringCase: true)
      if length > 0 { return start + length }
    }
    let word = options.marksAreLetters ? CharacterClass.letter | CharacterClass.mark : CharacterClass.letter
    var next = start
    let kind = reader.kind(at: start, next: &next)
    if kind & CharacterClass.letter != 0 { return reader.runEnd(from: next, having: word) }
    if kind & CharacterClass.number != 0 { return numbersEnd(reader, from: next, most: options.digits) }
    if !reader.isNewline(at: start), next < reader.limit {
      var after = next
      if reader.kind(at: next, next: &after) & word != 0 { return reader.runEnd(from: after, having: word) }
    }
    if kind & word != 0 { return reader.runEnd(from: next, having: word) }
    let refused = otherRefused | (options.marksAreLetters ? CharacterClass.mark : 0)
    if let end = othersEnd(reader, from: start, kind: kind, next: next, refused: refused) {
      return reader.newlinesEnd(from: end)
    }
    return reader.spaceEndAtNewline(from: start, takesTrailing: options.takesTrailingSpace)
  }

  /// ` ?[^…]+`: the end of a run of characters outside some classes, after at most one space; nil where there is none.
  @inline(__always)
  private static func othersEnd(
    _ reader: ClassReader, from start: Int, kind: UInt8, next: Int, refused: UInt8
  ) -> Int? {
    if kind & refused == 0 { return reader.runEnd(from: next, lacking: refused) }
    guard reader.bytes[start] == UInt8(ascii: " "), next < reader.limit else { return nil }
    var after = next
    guard reader.kind(at: next, next: &after) & refused == 0 else { return nil }
    return reader.runEnd(from: after, lacking: refused)
  }

  @inline(__always)
  private static func numbersEnd(_ reader: ClassReader, from index: Int, most: Int) -> Int {
    var index = index
    var next = index
    var count = 1
    while count < most, index < reader.limit, reader.kind(at: index, next: &next) & CharacterClass.number != 0
    {
      index = next
      count += 1
    }
    return index
  }
}

extension PatternScanner {
  /// The two alternatives of words, then digits, others with line ends and slashes, and white space.
  private static func o200kEnd(_ reader: ClassReader, from start: Int) -> Int {
    var next = start
    let kind = reader.kind(at: start, next: &next)
    let isPrefix = kind & (CharacterClass.letter | CharacterClass.number) == 0 && !reader.isNewline(at: start)
    // The engine tries each alternative with the optional first character and then without it.
    for endsLower in [true, false] {
      if isPrefix, next < reader.limit, let end = wordEnd(reader, from: next, endsLower: endsLower) {
        return end
      }
      if let end = wordEnd(reader, from: start, endsLower: endsLower) { return end }
    }
    if kind & CharacterClass.number != 0 { return numbersEnd(reader, from: next, most: 3) }
    if let end = othersEnd(reader, from: start, kind: kind, next: next, refused: otherRefused) {
      return reader.newlinesEnd(from: end, orSlash: true)
    }
    return reader.spaceEndAtNewline(from: start)
  }

  /// `upper* lower+` or `upper+ lower*`, and a contraction; nil where it does not match.
  private static func wordEnd(_ reader: ClassReader, from start: Int, endsLower: Bool) -> Int? {
    var end = start
    var next = start
    var afterLower = -1
    // The first run is greedy; characters of both classes at its end can be given back to the second.
    while end < reader.limit {
      let kind = reader.kind(at: end, next: &next)
      guard kind & CharacterClass.upper != 0 else { break }
      end = next
      if kind & CharacterClass.lower != 0 { afterLower = end }
    }
    let lowerEnd = reader.runEnd(from: end, having: CharacterClass.lower)
    if endsLower {
      if lowerEnd > end {
        end = lowerEnd
      } else if afterLower >= 0 {
        end = afterLower
      } else {
        return nil
      }
    } else {
      guard end > start else { return nil }
      end = lowerEnd
    }
    if end < reader.limit, reader.bytes[end] == UInt8(ascii: "'") {
      end += reader.contractionLength(at: end, ignoringCase: true)
    }
    return end
  }

  /// `[ASCII punctuation][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`.
  ///
  /// Characters that no alternative takes (digits, unassigned code points) run up to the next that one does.
  private static func deepSeekEnd(_ reader: ClassReader, from start: Int) -> Int {
    var index = start
    while index < reader.limit {
      if let end = deepSeekMatch(reader, from: index) { return index == start ? end : index }
      var next = index
      _ = reader.point(at: index, next: &next)
      index = next
    }
    return index
  }

  private static func deepSeekMatch(_ reader: ClassReader, from start: Int) -> Int? {
    let first = reader.bytes[start]
    func isASCIILetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a }
    var next = start
    let kind = reader.kind(at: start, next: &next)
    if first < 0x80, kind & CharacterClass.symbol != 0, next < reader.limit, isASCIILetter(reader.bytes[next])
    {
      var end = next
      while end < reader.limit, isASCIILetter(reader.bytes[end]) { end += 1 }
      return end
    }
    let word = CharacterClass.letter | CharacterClass.mark
    if kind & (CharacterClass.letter | CharacterClass.symbol) == 0, !reader.isNewline(at: start),
      next < reader.limit
    {
      var after = next
      if reader.kind(at: next, next: &after) & word != 0 { return reader.runEnd(from: after, having: word) }
    }
    if kind & word != 0 { return reader.runEnd(from: next, having: word) }
    if kind & CharacterClass.symbol != 0 {
      return reader.newlinesEnd(from: reader.runEnd(from: next, having: CharacterClass.symbol))
    }
    if first == UInt8(ascii: " "), next < reader.limit {
      var after = next
      if reader.kind(at: next, next: &after) & CharacterClass.symbol != 0 {
        return reader.newlinesEnd(from: reader.runEnd(from: after, having: CharacterClass.symbol))
      }
    }
    return kind & CharacterClass.space != 0 ? reader.spaceEndAtNewline(from: start) : nil
  }

  private static func digitsEnd(_ reader: ClassReader, from start: Int) -> Int {
    var next = start
    guard reader.kind(at: start, next: &next) & CharacterClass.number != 0 else {
      return reader.runEnd(from: next, lacking: CharacterClass.number)
    }
    return numbersEnd(reader, from: next, most: 3)
  }

  private static func hanAndKanaEnd(_ reader: ClassReader, from start: Int) -> Int {
    func isWanted(_ point: Int) -> Bool {
      (0x4e00...0x9fa5).contains(point) || (0x3040...0x30ff).contains(point)
    }
    var next = start
    let wanted = isWanted(reader.point(at: start, next: &next))
    var index = next
    while index < reader.limit, isWanted(reader.point(at: index, next: &next)) == wanted { index = next }
    return index
  }
}
