import Tabular
import TestSupport
import Testing

@Suite("Check of UTF-8")
struct UTF8CheckTests {
  /// Bytes at the borders of what the Unicode standard's table of well-formed sequences allows.
  static let borders: [UInt8] = [
    0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed,
    0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
  ]

  static func isWellFormed(_ bytes: some Collection<UInt8>) -> Bool {
    String(decoding: bytes, as: UTF8.self).utf8.elementsEqual(bytes)
  }

  static func expectSame(_ bytes: [UInt8]) {
    var offset: Int?
    do throws(TabularError) {
      try bytes.withUnsafeBufferPointer { buffer throws(TabularError) in try UTF8Check.check(buffer) }
    } catch {
      offset = error.offset
    }
    let wanted = isWellFormed(bytes) ? nil : (0..<bytes.count).last { isWellFormed(bytes[..<$0]) }
    #expect(offset == wanted, "\(bytes)")
  }

  @Test("Every sequence of up to three border bytes, alone and between letters")
  func sequences() {
    for one in Self.borders {
      for two in Self.borders {
        for three in Self.borders {
          Self.expectSame([one, two, three])
          Self.expectSame([0x61, one, two, three, 0xc3, 0xa9, 0x62, 0x63, 0x64, 0x65])
        }
      }
    }
  }

  @Test("Long texts of letters of all lengths, whole and damaged", arguments: 0..<200)
  func texts(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let letters = [
      "a", "é", "語", "ก", "🙂", "\u{7ff}", "\u{800}", "\u{ffff}", "\u{10ffff}", "\u{d7ff}", "\u{e000}",
    ]
    var bytes: [UInt8] = []
    for _ in 0..<Int(random.next() % 60) { bytes += letters[Int(random.next() % UInt64(letters.count))].utf8 }
    Self.expectSame(bytes)
    if !bytes.isEmpty {
      bytes[Int(random.next() % UInt64(bytes.count))] = Self.borders[Int(random.next() % 25)]
      Self.expectSame(bytes)
      Self.expectSame(Array(bytes.dropLast()))
    }
  }
}
