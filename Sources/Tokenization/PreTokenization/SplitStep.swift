/// One step of cutting text into pieces that are then encoded on their own.
enum SplitStep: Sendable {
  /// A well-known pattern whose matches, and what lies between them, are pieces.
  case scanner(PatternScanner)
  /// A pattern, and what becomes of its matches.
  case pattern(RegexPattern, Behavior, isInverted: Bool)
  /// Every digit (any \p{N}) for itself, or runs of them.
  case digits(individual: Bool)

  /// What becomes of a match: tokenizers' `SplitDelimiterBehavior`.
  enum Behavior: String, Sendable {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"
  }

  /// Cuts one piece further, appending what it becomes.
  func split(_ bytes: UnsafeBufferPointer<UInt8>, _ piece: Range<Int>, into pieces: inout [Range<Int>]) {
    switch self {
    case .scanner(let scanner):
      let reader = ClassReader(bytes, limit: piece.upperBound)
      var start = piece.lowerBound
      while start < piece.upperBound {
        let end = scanner.pieceEnd(reader, from: start)
        pieces.append(start..<end)
        start = end
      }
    case .digits(let individual): splitDigits(bytes, piece, individual: individual, into: &pieces)
    case .pattern(let pattern, let behavior, let isInverted):
      var parts: [(range: Range<Int>, isMatch: Bool)] = []
      var start = piece.lowerBound
      for match in pattern.matches(in: bytes, range: piece) {
        if match.lowerBound > start { parts.append((start..<match.lowerBound, isInverted)) }
        parts.append((match, !isInverted))
        start = match.upperBound
      }
      if start < piece.upperBound { parts.append((start..<piece.upperBound, isInverted)) }
      Self.combine(parts, behavior, into: &pieces)
    }
  }

  private static func combine(
    _ parts: [(range: Range<Int>, isMatch: Bool)], _ behavior: Behavior, into pieces: inout [Range<Int>]
  ) {
    switch behavior {
    case .removed: pieces.append(contentsOf: parts.filter { !$0.isMatch }.map(\.range))
    case .isolated: pieces.append(contentsOf: parts.map(\.range))
    case .contiguous:
      var previous: Bool?
      for part in parts {
        if part.isMatch == previous, let last = pieces.indices.last {
          pieces[last] = pieces[last].lowerBound..<part.range.upperBound
        } else {
          pieces.append(part.range)
        }
        previous = part.isMatch
      }
    case .mergedWithPrevious:
      var previous = true
      for part in parts {
        if part.isMatch, !previous, let last = pieces.indices.last {
          pieces[last] = pieces[last].lowerBound..<part.range.upperBound
        } else {
          pieces.append(part.range)
        }
        previous = part.isMatch
      }
    case .mergedWithNext:
      var held: Range<Int>?
      for part in parts {
        if part.isMatch {
          if let held { pieces.append(held) }
          held = part.range
        } else {
          pieces.append((held?.lowerBound ?? part.range.lowerBound)..<part.range.upperBound)
          held = nil
        }
      }
      if let held { pieces.append(held) }
    }
  }

  private func splitDigits(
    _ bytes: UnsafeBufferPointer<UInt8>, _ piece: Range<Int>, individual: Bool,
    into pieces: inout [Range<Int>]
  ) {
    let reader = ClassReader(bytes, limit: piece.upperBound)
    var start = piece.lowerBound
    while start < piece.upperBound {
      var next = start
      let end: Int
      if reader.kind(at: start, next: &next) & CharacterClass.number == 0 {
        end = reader.runEnd(from: next, lacking: CharacterClass.number)
      } else {
        end = individual ? next : reader.runEnd(from: next, having: CharacterClass.number)
      }
      pieces.append(start..<end)
      start = end
    }
  }
}

extension PatternScanner {
  /// The scanner of a pattern as it stands in a tokenizer.json, if there is one.
  init?(pattern: String) {
    let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
    let tail = #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    let tailWithMarks = #"| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    let punctuation = ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|"##
    switch pattern {
    case #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#: self = .gpt2
    case contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"# + tail: self = .cl100k(.init())
    case contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"# + tail: self = .cl100k(.init(digits: 1))
    case contractions + #"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}"# + tailWithMarks:
      self = .cl100k(.init(digits: 1, marksAreLetters: true))
    case Self.o200kPattern: self = .o200k
    case #"\p{N}{1,3}"#: self = .upToThreeDigits
    case "[\u{4e00}-\u{9fa5}\u{3040}-\u{309f}\u{30a0}-\u{30ff}]+": self = .hanAndKana
    case punctuation
      + "[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+":
      self = .deepSeekWords
    default: return nil
    }
  }

  static let o200kPattern: String = [
    #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#,
    #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#,
    #"\p{N}{1,3}"#, #" ?[^\s\p{L}\p{N}]+[\r\n/]*"#, #"\s*[\r\n]+"#, #"\s+(?!\S)"#, #"\s+"#,
  ].joined(separator: "|")

  /// Whether every character is in some match, so that matches alone make up the text.
  var coversEverything: Bool {
    switch self {
    case .gpt2, .cl100k, .o200k: true
    case .deepSeekWords, .upToThreeDigits, .hanAndKana: false
    }
  }
}
