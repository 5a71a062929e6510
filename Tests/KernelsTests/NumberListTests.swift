import Kernels
import TestSupport
import Testing

@Suite("Lists of numbers")
struct NumberListTests {
  @Test(
    "Every level ends a list where the plain reader does, at every length and alignment",
    arguments: CPULevel.available)
  func levels(_ level: CPULevel) {
    var random = SplitMix64(seed: 11)
    let kernel = NumberListKernel(level: level)
    let strange: [UInt8] = Array(" ,-0]1e.\u{09}x".utf8) + [0, 0xff]
    for length in Array(0...200) + [1000, 4097] {
      for isBroken in [false, true] {
        var bytes: [UInt8] = []
        while bytes.count < length {
          bytes += String(random.next() % (random.next() % 3 == 0 ? 10 : 70_000)).utf8
          bytes += (random.next() % 4 == 0 ? "," : ", ").utf8
        }
        bytes = Array(bytes.prefix(length))
        if isBroken, length > 0 {
          bytes[Int(random.next() % UInt64(length))] = strange[Int(random.next() % UInt64(strange.count))]
        }
        let offset = length % 7
        let shifted = [UInt8](repeating: 0x31, count: offset) + bytes
        shifted.withUnsafeBufferPointer {
          let seen = kernel.prefix(of: $0, from: offset)
          let wanted = NumberListReference.prefix(of: shifted, from: offset)
          #expect(seen.length == wanted.length && seen.numbers == wanted.numbers, "\(length) \(isBroken)")
          #expect(kernel.count(of: 0x2c, in: $0) == shifted.count { $0 == 0x2c })
        }
      }
    }
  }
}
