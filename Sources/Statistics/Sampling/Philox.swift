#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A counter-based generator: the n-th number of a stream is a function of seed, stream and n alone.
///
/// Simulations give each resample a stream of its own, so that any number of workers in any order makes the same bytes. Philox4x64-10
/// passes the usual batteries; the numbers equal `numpy.random.Philox(key=[seed, stream])`. Cost: about 3 ns a number.
///
/// Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
public struct Philox: RandomNumberGenerator, Hashable, Sendable {
  /// The seed.
  public let seed: UInt64
  /// Which of the seed's 2⁶⁴ streams.
  public let stream: UInt64
  private var counter: UInt64 = 0
  private var block: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  private var used = 4

  /// Starts a stream.
  public init(seed: UInt64, stream: UInt64 = 0) { (self.seed, self.stream) = (seed, stream) }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    used += 1
    switch used {
    case 2: return block.1
    case 3: return block.2
    case 4: return block.3
    default:
      counter &+= 1
      block = Self.block(counter, seed, stream)
      used = 1
      return block.0
    }
  }

  /// A number from 0 to 1, never 0 nor 1: halfway between multiples of 2⁻⁵².
  public mutating func unit() -> Double { (Double(next() >> 12) + 0.5) * 0x1p-52 }

  /// A standard normal number, by Box and Muller's method (1958).
  public mutating func normal() -> Double {
    let radius = (-2 * log(unit())).squareRoot()
    return radius * cos(2 * Double.pi * unit())
  }

  private static func block(
    _ counter: UInt64, _ seed: UInt64, _ stream: UInt64
  ) -> (UInt64, UInt64, UInt64, UInt64) {
    var (a, b, c, d) = (counter, UInt64(0), UInt64(0), UInt64(0))
    var (k, l) = (seed, stream)
    for _ in 0..<10 {
      let first = (0xd2e7_470e_e14c_6c93 as UInt64).multipliedFullWidth(by: a)
      let second = (0xca5a_8263_9512_1157 as UInt64).multipliedFullWidth(by: c)
      (a, b, c, d) = (second.high ^ b ^ k, second.low, first.high ^ d ^ l, first.low)
      k &+= 0x9e37_79b9_7f4a_7c15
      l &+= 0xbb67_ae85_84ca_a73b
    }
    return (a, b, c, d)
  }

  /// Whether both are the same stream at the same place.
  public static func == (a: Philox, b: Philox) -> Bool {
    (a.seed, a.stream, a.counter, a.used) == (b.seed, b.stream, b.counter, b.used)
  }

  /// Hashes seed, stream and place.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(seed)
    hasher.combine(stream)
    hasher.combine(counter)
    hasher.combine(used)
  }
}
