import Kernels
import TestSupport
import Testing

@Suite("Strings of JSON")
struct JSONStringTests {
  private static let special: [UInt8] = [0x22, 0x5c, 0x00, 0x0a, 0x1f]
  /// Bytes beside those that end a front, among them those that are negative as signed ones.
  private static let plain: [UInt8] = [0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f, 0x80, 0xa2, 0xdc, 0xff]

  @Test(
    "A front ends at the first quote, backslash or control character, at every level",
    arguments: CPULevel.available)
  func fronts(_ level: CPULevel) {
    var random = SplitMix64(seed: 31)
    let kernel = JSONStringKernel(level: level)
    for count in Array(0...200) + [1000] {
      for end in Set([0, count / 2, count - 1, count].filter { $0 >= 0 }) {
        let start = Int(random.next() % 9)
        var bytes = (0..<(start + count)).map { _ in Self.plain[Int(random.next() % 10)] }
        if end < count { bytes[start + end] = Self.special[Int(random.next() % 5)] }
        if end + 3 < count { bytes[start + end + 3] = 0x22 }
        let seen = bytes.withUnsafeBufferPointer { kernel.plainPrefix(of: $0, from: start) }
        // Whole blocks of 64 bytes are searched, and the rest is left to others.
        #expect(seen == (end / 64 < count / 64 ? end : count / 64 * 64), "\(count) \(end)")
        #expect(seen == JSONStringReference.plainPrefix(of: bytes, from: start))
      }
    }
  }

  @Test("Bytes are copied up to the first wanted one, at every level", arguments: CPULevel.available)
  func copies(_ level: CPULevel) {
    var random = SplitMix64(seed: 32)
    let kernel = JSONStringKernel(level: level)
    for count in Array(0...200) + [1000] {
      for end in Set([0, count / 2, count - 1, count].filter { $0 >= 0 }) {
        let (start, place) = (Int(random.next() % 9), Int(random.next() % 9))
        var bytes = (0..<(start + count + 5)).map { _ in Self.plain[Int(random.next() % 10)] }
        // One before the range and one behind it are not looked for.
        if start > 0 { bytes[start - 1] = 0x5c }
        bytes[start + end] = 0x5c
        var target = [UInt8](repeating: 7, count: place + count + 70)
        let seen = bytes.withUnsafeBufferPointer { bytes in
          target.withUnsafeMutableBufferPointer {
            kernel.copy(bytes, start..<(start + count), until: 0x5c, to: $0, at: place)
          }
        }
        #expect(seen == end, "\(count) \(end)")
        #expect(target[place..<(place + seen)] == bytes[start..<(start + seen)])
        let wanted = JSONStringReference.copied(bytes, start..<(start + count), until: 0x5c)
        #expect(target[place..<(place + seen)].elementsEqual(wanted))
        #expect(target[..<place].allSatisfy { $0 == 7 } && target[(place + count)...].allSatisfy { $0 == 7 })
      }
    }
  }
}
