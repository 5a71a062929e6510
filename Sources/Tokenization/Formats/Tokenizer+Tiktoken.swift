/// The encodings that are published as tiktoken rank files.
public enum TiktokenEncoding: String, CaseIterable, Sendable {
  /// GPT-3.5 and GPT-4.
  case cl100k = "cl100k_base"
  /// GPT-4o and later.
  case o200k = "o200k_base"
  /// Qwen 1 to 2.5 (`qwen.tiktoken`).
  case qwen
  /// Qwen 3.5 and later (`qwen3_6.tiktoken`).
  case qwen35 = "qwen3.5"

  fileprivate var scanner: PatternScanner {
    switch self {
    case .cl100k: .cl100k(.init(takesTrailingSpace: true))
    case .o200k: .o200k
    case .qwen: .cl100k(.init(digits: 1))
    case .qwen35: .cl100k(.init(digits: 1, marksAreLetters: true))
    }
  }

  /// Special tokens with the ids that tiktoken and Qwen give them.
  fileprivate var specialTokens: [(String, UInt32)] {
    switch self {
    case .cl100k:
      [
        ("<|endoftext|>", 100_257), ("<|fim_prefix|>", 100_258), ("<|fim_middle|>", 100_259),
        ("<|fim_suffix|>", 100_260), ("<|endofprompt|>", 100_276),
      ]
    case .o200k: [("<|endoftext|>", 199_999), ("<|endofprompt|>", 200_018)]
    case .qwen: [("<|endoftext|>", 151_643), ("<|im_start|>", 151_644), ("<|im_end|>", 151_645)]
    case .qwen35: [("<|endoftext|>", 248_044), ("<|im_start|>", 248_045), ("<|im_end|>", 248_046)]
    }
  }

  /// The encoding that a rank file of some size must be: files carry no name.
  init?(rankCount: Int) {
    switch rankCount {
    case 100_256: self = .cl100k
    case 199_998: self = .o200k
    case 151_643: self = .qwen
    case 248_044: self = .qwen35
    default: return nil
    }
  }
}

extension Tokenizer {
  /// Reads a tiktoken rank file: lines of a token in Base64 and its rank.
  ///
  /// - Parameters:
  ///   - encoding: whose pattern and special tokens to use; nil to tell it by the number of ranks.
  ///   - allowsSpecial: whether special tokens are found in text; tiktoken's `encode_ordinary` does not.
  public init(
    tiktokenRanks bytes: [UInt8], encoding: TiktokenEncoding? = nil, allowsSpecial: Bool = false
  ) throws(TokenizationError) {
    let ranks = try Self.ranks(bytes)
    guard let encoding = encoding ?? TiktokenEncoding(rankCount: ranks.count) else {
      throw .unsupported("a rank file of \(ranks.count) tokens, which no known encoding has")
    }
    let added = encoding.specialTokens.map {
      AddedToken(content: Array($0.0.utf8), id: $0.1, isSpecial: true)
    }
    self.init(
      model: try BytePairModel(ranks: ranks), splits: [.scanner(encoding.scanner)], added: added,
      parsesAdded: allowsSpecial)
  }

  private static func ranks(_ bytes: [UInt8]) throws(TokenizationError) -> [(bytes: [UInt8], rank: UInt32)] {
    var ranks: [(bytes: [UInt8], rank: UInt32)] = []
    var offset = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      defer { offset += line.count + 1 }
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if line.isEmpty { continue }
      let parts = line.split(separator: UInt8(ascii: " "))
      guard parts.count == 2, let token = Base64.decoded(parts[0]), !token.isEmpty,
        let rank = UInt32(String(decoding: parts[1], as: UTF8.self)), rank < 1 << 24
      else { throw .invalid("a line is no token in Base64 with its rank", offset: offset) }
      ranks.append((token, rank))
    }
    guard !ranks.isEmpty else { throw .invalid("it has no ranks") }
    return ranks
  }
}

/// Base64 with the usual alphabet (RFC 4648).
enum Base64 {
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 255, count: 256)
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (value, symbol) in alphabet.utf8.enumerated() { values[Int(symbol)] = UInt8(value) }
    return values
  }()

  /// The bytes, or nil if the text is malformed.
  static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let body =
      text.last == UInt8(ascii: "=") ? text.dropLast(text.dropLast().last == UInt8(ascii: "=") ? 2 : 1) : text
    guard text.count % 4 == 0, body.count % 4 != 1 else { return nil }
    var out: [UInt8] = []
    out.reserveCapacity(body.count * 3 / 4)
    var bits: UInt32 = 0
    var count = 0
    for symbol in body {
      let value = values[Int(symbol)]
      guard value < 64 else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        out.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return out
  }
}
