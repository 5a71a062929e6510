import Kernels

/// A green-list watermark: which tokens were favoured after which context.
///
/// Both makers do the same in principle: a pseudo-random function of the context seeds torch's generator, a permutation of
/// the vocabulary is drawn, and its front is the green list. They differ in the functions, the tables and the defaults.
/// A scheme is immutable and may be shared.
///
/// Source: Kirchenbauer et al., "A Watermark for Large Language Models", ICML 2023; lm-watermarking fb602de; transformers 5.23.
public struct GreenListScheme: Sendable {
  /// Whose code made the mark.
  public enum Maker: String, Sendable {
    /// jwkirchenbauer/lm-watermarking.
    case lmWatermarking = "lm-watermarking"
    /// Hugging Face transformers (`WatermarkingConfig`).
    case transformers
  }

  /// Whose code made the mark.
  public let maker: Maker
  /// The context's function.
  public let function: PseudoRandomFunction
  /// The maker's context width: tokens before the scored one, or with ``selfSalted`` tokens up to and including it.
  public let contextWidth: Int
  /// Whether the scored token is itself part of its context.
  public let selfSalted: Bool
  /// The size of the model's output, from which the list is drawn; not always the tokenizer's.
  public let vocabularySize: Int
  /// The maker's γ.
  public let greenlistRatio: Double
  /// Whether the list is the front of the permutation; `false` is lm-watermarking's older form, where it is the back.
  public let selectsGreenTokens: Bool
  /// The number of green tokens: ⌊vocabulary size × γ⌋ in floating point, as the makers compute it.
  public let greenlistSize: Int

  private let key: Int128
  private let hash: HashPermutation
  private let kernel: PermutationKernel

  /// The largest vocabulary accepted; torch draws differently far beyond it.
  public static let largestVocabulary = 1 << 24

  /// The makers' public default key.
  public static let defaultKey: Int128 = 15_485_863

  init(
    maker: Maker, function: PseudoRandomFunction, contextWidth: Int, selfSalted: Bool, key: Int128,
    vocabularySize: Int,
    greenlistRatio: Double, selectsGreenTokens: Bool, level: CPULevel
  ) throws(TextWatermarkError) {
    guard vocabularySize >= 2, vocabularySize <= Self.largestVocabulary else {
      throw .invalidParameter(
        "vocabulary_size is \(vocabularySize)",
        hint: "give the model's output size, 2 to \(Self.largestVocabulary)")
    }
    guard greenlistRatio > 0, greenlistRatio < 1 else {
      throw .invalidParameter("the green-list ratio is \(greenlistRatio)", hint: "it lies between 0 and 1")
    }
    guard contextWidth >= 1, contextWidth <= 64 else {
      throw .invalidParameter("the context width is \(contextWidth)", hint: "it is 1 to 64 tokens")
    }
    guard key >= Int128(Int64.min), key <= Int128(UInt64.max) else {
      throw .invalidParameter(
        "the key does not fit 64 bits", hint: "torch takes seeds from -2^63 to 2^64 - 1")
    }
    guard function.takesUnboundedKey || key <= Int128(Int64.max) else {
      throw .invalidParameter(
        "the key does not fit a signed 64-bit integer", hint: "torch refuses it for this seeding scheme")
    }
    self.maker = maker
    self.function = function
    self.contextWidth = contextWidth
    self.selfSalted = selfSalted
    self.vocabularySize = vocabularySize
    self.greenlistRatio = greenlistRatio
    self.selectsGreenTokens = selectsGreenTokens
    self.key = key
    let size = Int(Double(vocabularySize) * greenlistRatio)
    guard size >= 1, size < vocabularySize else {
      throw .invalidParameter(
        "a green list of \(size) among \(vocabularySize) tokens",
        hint: "raise vocabulary_size or change the ratio")
    }
    greenlistSize = size
    let tableSeed =
      maker == .transformers ? UInt32(truncatingIfNeeded: key) : HashPermutation.lmWatermarkingSeed
    hash = function.hashesIDs ? HashPermutation.seeded(tableSeed) : .unused
    kernel = PermutationKernel(
      elementCount: UInt32(vocabularySize), steps: UInt32(selectsGreenTokens ? size : vocabularySize - size),
      level: level)
  }

  /// The chance that a token is green when nobody marked the text: list size over vocabulary size.
  public var nullGreenRate: Double { Double(greenlistSize) / Double(vocabularySize) }

  /// The number of tokens that decide one score: the context and the scored token.
  public var ngramLength: Int { selfSalted ? contextWidth : contextWidth + 1 }
}

extension GreenListScheme {
  /// How a token's list is found, in words for a reader.
  public var summary: String {
    let window =
      maker == .transformers && !selfSalted
      ? "the token before it"
      : selfSalted
        ? "the last \(contextWidth) tokens with itself"
        : contextWidth == 1 ? "the token before it" : "the \(contextWidth) tokens before it"
    return "\(function.rawValue) of \(window) seeds torch's generator, which draws the list"
  }

  /// The function's integer for the context that ends before index `end` (with self-salt: that ends with the scored token).
  public func contextInteger(_ ids: [UInt32], end: Int) -> Int128 {
    ids.withUnsafeBufferPointer { contextInteger($0, end: end) }
  }

  @inline(__always)
  func contextInteger(_ ids: UnsafeBufferPointer<UInt32>, end: Int) -> Int128 {
    // transformers' left hash looks at the last token only, whatever its context_width says.
    let start = maker == .transformers && !selfSalted ? end - 1 : end - contextWidth
    return function.evaluate(ids, start..<end, key: key, hash: hash)
  }

  /// The seed handed to `manual_seed`: the integer modulo 2⁶⁴ − 1, as Python takes it, so never negative.
  ///
  /// For a negative integer x this is x + 2⁶⁴ − 1, whose low half is one *less* than that of x: reducing modulo 2³²
  /// directly would name another list. Products of hashes are negative about half the time.
  public static func seed(fromContextInteger integer: Int128) -> UInt64 {
    let modulus = UInt128(UInt64.max)
    let residue = UInt64(integer.magnitude % modulus)
    return integer >= 0 || residue == 0 ? residue : UInt64.max - residue
  }

  /// The part of the seed that torch's CPU generator uses; two contexts that agree in it share a list.
  @inline(__always)
  func listSeed(_ ids: UnsafeBufferPointer<UInt32>, end: Int) -> UInt32 {
    let integer = contextInteger(ids, end: end)
    // The common case, a small positive product, needs no long division.
    if integer >= 0, integer < Int128(UInt64.max) { return UInt32(truncatingIfNeeded: integer) }
    return UInt32(truncatingIfNeeded: Self.seed(fromContextInteger: integer))
  }

  /// Where the seed of a context is its one token times the key: the key's size and sign; nil for all other functions.
  ///
  /// All seeds of a record are then made in one pass.
  var tokenFactor: (magnitude: UInt64, isNegative: Bool)? {
    guard contextWidth == 1 || maker == .transformers && !selfSalted else { return nil }
    switch function {
    case .multiplicative, .additive, .minimum: return (UInt64(key.magnitude), key < 0)
    default: return nil
    }
  }

  /// The green ids in the order of the permutation.
  public func greenlist(seed: UInt64) -> [UInt32] {
    let seed = UInt32(truncatingIfNeeded: seed)
    if selectsGreenTokens { return kernel.prefix(seed: seed) }
    let whole = PermutationKernel(
      elementCount: kernel.elementCount, steps: kernel.elementCount - 1, level: kernel.level)
    return Array(whole.permutation(seed: seed).suffix(greenlistSize))
  }

  /// Whether `token` is green in the list of one 32-bit seed; a token outside the vocabulary never is.
  public func isGreen(_ token: UInt32, listSeed: UInt32) -> Bool {
    guard token < kernel.elementCount else { return false }
    return (kernel.rank(of: token, seed: listSeed) != nil) == selectsGreenTokens
  }

  /// The same for several tokens of one list, in one pass.
  func areGreen(_ tokens: [UInt32], listSeed: UInt32) -> [Bool] {
    zip(tokens, kernel.ranks(of: tokens, seed: listSeed)).map { token, rank in
      token < kernel.elementCount && (rank >= 0) == selectsGreenTokens
    }
  }

  /// The number of 64-bit words of a whole list as bits.
  var bitsetWordCount: Int { kernel.bitsetWordCount }

  /// Writes a whole list as bits.
  func fill(
    _ words: UnsafeMutableBufferPointer<UInt64>, listSeed: UInt32, scratch: inout PermutationKernel.Scratch
  ) {
    kernel.setBits(seed: listSeed, in: words, scratch: &scratch)
    guard !selectsGreenTokens else { return }
    for index in words.indices { words[index] = ~words[index] }
    let tail = vocabularySize & 63
    if tail != 0 { words[words.count - 1] &= (1 << UInt64(tail)) - 1 }
  }

  /// Raises the logits whose bit is set.
  func addBias(_ bias: Float, toLogits logits: inout [Float], whereSet words: [UInt64]) {
    kernel.addBias(bias, toLogits: &logits, whereSet: words)
  }
}
