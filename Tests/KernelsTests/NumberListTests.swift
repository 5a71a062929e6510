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
          let end = $0.count - length % 3
          if end >= offset {
            var values: [UInt32] = [9]
            let next = kernel.appendValues(of: $0, offset..<end, to: &values)
            let list = NumberListReference.values(of: shifted, offset..<end)
            #expect(values == [9] + list.values && next == list.end, "\(length) \(isBroken)")
          }
        }
      }
    }
  }

  @Test("Numbers of one to nine digits have their values, at every level", arguments: CPULevel.available)
  func values(_ level: CPULevel) {
    let kernel = NumberListKernel(level: level)
    let numbers: [UInt32] = [0, 7, 10, 99, 123, 1_000, 65_535, 151_936, 9_999_999, 10_000_000, 99_999_999]
    for before in 0..<9 {
      for comma in [",", ", "] {
        let text = String(repeating: "[", count: before) + numbers.map { "\($0)\(comma)" }.joined()
        for (rest, last) in [("5]", 0), ("123456789, 4, ", 0), ("12, 013, ", 1)] {
          let bytes = Array((text + rest).utf8)
          bytes.withUnsafeBufferPointer {
            var values: [UInt32] = []
            let end = kernel.appendValues(of: $0, before..<bytes.count, to: &values)
            #expect(values == numbers + (last == 1 ? [12] : []))
            #expect(end == text.utf8.count + (last == 1 ? 4 : 0))
          }
        }
      }
    }
  }
}
