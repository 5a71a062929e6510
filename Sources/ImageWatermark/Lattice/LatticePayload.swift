/// The bits that a lattice mark carries: 32, 64 or 128.
public struct LatticePayload: Hashable, Sendable {
  /// The bits, first to last.
  public let bits: [Bool]

  /// The lengths that there are.
  public static let lengths = [32, 64, 128]

  /// Takes bits; their number is one of ``lengths``.
  public init(bits: [Bool]) throws(ImageWatermarkError) {
    guard Self.lengths.contains(bits.count) else {
      throw ImageWatermarkError(
        code: .invalidPayload, message: "a payload of \(bits.count) bits",
        hint: "give 32, 64 or 128 bits: 8, 16 or 32 hex digits")
    }
    self.bits = bits
  }

  /// Reads hex digits, most significant bit first.
  public init(hex: String) throws(ImageWatermarkError) {
    var bits: [Bool] = []
    for character in hex.hasPrefix("0x") ? hex.dropFirst(2) : hex[...] {
      guard character.isASCII, let value = character.hexDigitValue else {
        throw ImageWatermarkError(
          code: .invalidPayload, message: "the payload holds '\(character)'",
          hint: "write hex digits: 8, 16 or 32 of them")
      }
      for shift in [3, 2, 1, 0] { bits.append(value >> shift & 1 == 1) }
    }
    try self.init(bits: bits)
  }

  init(unchecked bits: [Bool]) { self.bits = bits }

  /// The bits as lower-case hex digits.
  public var hex: String {
    stride(from: 0, to: bits.count, by: 4).map { start in
      String(bits[start..<(start + 4)].reduce(0) { $0 << 1 | ($1 ? 1 : 0) }, radix: 16)
    }.joined()
  }
}

/// How payload bits become code bits: a CRC, then a convolutional code of rate 1⁄4 and constraint length 9 with zero tail.
///
/// Source: the CRC is CCITT-FALSE (polynomial 0x1021, start 0xffff); the code's generators are 463, 535, 733, 745 octal, the
/// best known of its rate and length (Larsen 1973).
enum LatticeCode {
  static let generators: [UInt16] = [0o463, 0o535, 0o733, 0o745]
  static let memory = 8
  static let states = 1 << memory
  static let checkBits = 16

  /// The number of code bits of a payload.
  static func codeLength(payload count: Int) -> Int { generators.count * (count + checkBits + memory) }

  /// The CRC of some bits, most significant bit first.
  static func check(_ bits: some Sequence<Bool>) -> [Bool] {
    var register: UInt16 = 0xffff
    for bit in bits {
      register ^= bit ? 0x8000 : 0
      register = register & 0x8000 != 0 ? register << 1 ^ 0x1021 : register << 1
    }
    return (0..<checkBits).map { register >> UInt16(checkBits - 1 - $0) & 1 == 1 }
  }

  /// Code bits of payload, CRC and tail.
  static func encode(_ payload: [Bool]) -> [Bool] {
    var register: UInt16 = 0
    var code: [Bool] = []
    for bit in payload + check(payload) + [Bool](repeating: false, count: memory) {
      register = (register << 1 | (bit ? 1 : 0)) & 0x1ff
      for generator in generators { code.append((register & generator).nonzeroBitCount & 1 == 1) }
    }
    return code
  }

  /// The output for input 0 from each state below 128, as four signs.
  ///
  /// From the state 128 higher, and for input 1, it is the opposite, as every generator begins and ends with a one.
  static let signs: [SIMD4<Float>] = (0..<(states / 2)).map { state in
    var signs = SIMD4<Float>()
    for (place, generator) in generators.enumerated() {
      signs[place] = (UInt16(2 * state) & generator).nonzeroBitCount & 1 == 1 ? 1 : -1
    }
    return signs
  }
}
