import Kernels
import TestSupport
import Testing

@Suite("Fronts of UTF-8")
struct UTF8KernelTests {
  /// The standard library's word on it, which replaces what is broken.
  private static func isWellFormed(_ bytes: ArraySlice<UInt8>) -> Bool {
    String(decoding: bytes, as: UTF8.self).utf8.elementsEqual(bytes)
  }

  /// What ends `bytes` must be left over: no more than a block, the sequence before it and what follows a mistake.
  private static func check(_ bytes: [UInt8], _ kernel: UTF8Kernel, isWhole: Bool, _ what: String) {
    let length = bytes.withUnsafeBufferPointer { kernel.wellFormedPrefix($0) }
    #expect(
      length >= 0 && length <= bytes.count && isWellFormed(bytes[..<min(max(length, 0), bytes.count)]),
      "\(what)")
    if isWhole, kernel.isVectorized { #expect(bytes.count - length < 64 + 4, "\(what)") }
  }

  private static func text(_ random: inout SplitMix64, bytes: Int, ascii: UInt64) -> [UInt8] {
    var text: [UInt8] = []
    while text.count < bytes {
      if random.next() % 100 < ascii {
        text.append(UInt8(random.next() % 128))
      } else {
        let limits: [UInt32] = [0x80, 0x800, 0xd800, 0x1_0000, 0x11_0000]
        let limit = limits[Int(random.next() % 5)]
        let scalar = Unicode.Scalar(UInt32(random.next() % UInt64(limit))) ?? "\u{d7ff}"
        text += Array(String(Character(scalar)).utf8)
      }
    }
    return text
  }

  @Test(
    "A front is well-formed and ends with a sequence, and all but a block of a whole text is one",
    arguments: CPULevel.available)
  func wholeTexts(_ level: CPULevel) {
    let kernel = UTF8Kernel(level: level)
    var random = SplitMix64(seed: 21)
    for ascii: UInt64 in [0, 50, 97, 100] {
      for length in Array(0...140) + [511, 4096] {
        Self.check(
          Self.text(&random, bytes: length, ascii: ascii), kernel, isWhole: true, "\(ascii) \(length)")
      }
    }
  }

  @Test(
    "Every sequence of the table's edges is told right at every place of a block",
    arguments: CPULevel.available)
  func edges(_ level: CPULevel) {
    let kernel = UTF8Kernel(level: level)
    let leads: [UInt8] = [
      0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4,
      0xf5, 0xff,
    ]
    let following: [UInt8] = [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xe0, 0xff]
    for lead in leads {
      for second in following {
        for third: UInt8 in [0x41, 0x80, 0xbf, 0xc2] {
          let sequence = [lead, second, third, 0x80]
          for length in 1...4 {
            for place in [0, 1, 29, 30, 31, 32, 60, 61, 62, 63, 64, 65, 95, 124, 126, 127, 128] {
              for filler: [UInt8] in [[0x41], [0xc3, 0xa4]] {
                var bytes: [UInt8] = []
                if place % filler.count == 1 { bytes.append(0x41) }
                while bytes.count < place { bytes += filler }
                bytes += sequence.prefix(length)
                for _ in 0..<100 { bytes += filler }
                let isWhole = Self.isWellFormed(bytes[...])
                Self.check(bytes, kernel, isWhole: isWhole, "\(sequence.prefix(length)) at \(place)")
              }
            }
          }
        }
      }
    }
  }

  @Test("Random damage is never taken for text", arguments: CPULevel.available)
  func damage(_ level: CPULevel) {
    let kernel = UTF8Kernel(level: level)
    var random = SplitMix64(seed: 22)
    for round in 0..<4_000 {
      var bytes = Self.text(&random, bytes: 200, ascii: [0, 30, 95][round % 3])
      for _ in 0...random.next() % 3 {
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() % 256)
      }
      Self.check(bytes, kernel, isWhole: Self.isWellFormed(bytes[...]), "round \(round)")
    }
  }
}
