import Kernels
import TestSupport
import Testing

@Suite("Strings of JSON")
struct JSONStringTests {
  /// Bytes beside those that end a front, among them those that are negative as signed ones.
  private static let plain: [UInt8] = [0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f, 0x80, 0xa2, 0xdc, 0xff]
  /// What ends a front: a quote, control characters, escapes that JSON does not have, and one that is cut off.
  private static let ends: [[UInt8]] = ["\"", "\u{0}", "\n", "\u{1f}", #"\u00g1"#, #"\q"#, #"\u12"#, #"\"#]
    .map { Array($0.utf8) }
  /// Escapes of two bytes and of units: of one to four bytes in UTF-8, halves of pairs without each other among them.
  private static let escapes: [[UInt8]] = [
    #"\""#, #"\\"#, #"\/"#, #"\b"#, #"\f"#, #"\n"#, #"\r"#, #"\t"#, #"\u0000"#, #"\u007F"#, #"\u00e9"#,
    #"\u07ff"#,
    #"\u0800"#, #"\uFfFf"#, #"\ud83d\ude00"#, #"\uD800\uDC00"#, #"\uDBFF\uDFFF"#, #"\ud83d"#, #"\ude00"#,
  ].map { Array($0.utf8) }

  /// A string's bytes with an escape about every `distance` bytes; one, if there is one, of those that end a front.
  private static func string(_ count: Int, distance: Int, hasEnd: Bool, _ random: inout SplitMix64) -> [UInt8]
  {
    var bytes: [UInt8] = []
    while bytes.count < count {
      bytes +=
        random.next() % UInt64(distance) == 0
        ? escapes[Int(random.next() % UInt64(escapes.count))] : [plain[Int(random.next() % 10)]]
    }
    if hasEnd {
      let place = Int(random.next() % UInt64(bytes.count + 1))
      bytes.insert(contentsOf: ends[Int(random.next() % UInt64(ends.count))], at: place)
    }
    return bytes
  }

  private static func forEachString(seed: UInt64, _ body: ([UInt8], Int) -> Void) {
    var random = SplitMix64(seed: seed)
    for count in Array(0...200) + [1000] {
      for distance in [1, 3, 40, 100_000] {
        for hasEnd in [true, false] {
          let bytes = string(count, distance: distance, hasEnd: hasEnd, &random)
          body(bytes, Int(random.next() % 9) % (bytes.count + 1))
        }
      }
    }
  }

  @Test(
    "A front ends at the first quote, control character or what is no escape, at every level",
    arguments: CPULevel.available)
  func fronts(_ level: CPULevel) {
    let kernel = JSONStringKernel(level: level)
    Self.forEachString(seed: 31) { bytes, start in
      let seen = bytes.withUnsafeBufferPointer { kernel.front(of: $0, from: start) }
      let wanted = JSONStringReference.front(of: bytes, from: start)
      #expect(seen == wanted, "\(bytes) from \(start)")
    }
  }

  /// Escapes that stand for the same wherever they are, and the bytes that RFC 8259 says they stand for.
  private static let meanings: [(escape: String, text: String)] = [
    (#"\""#, "\""), (#"\\"#, "\\"), (#"\/"#, "/"), (#"\b"#, "\u{8}"), (#"\f"#, "\u{c}"), (#"\n"#, "\n"),
    (#"\r"#, "\r"), (#"\t"#, "\t"), (#"\u0000"#, "\u{0}"), (#"\u00E9"#, "é"), (#"\u4e2d"#, "中"),
    (#"\ud83d\ude00"#, "😀"), (#"\uDBFF\uDFFF"#, "\u{10ffff}"), (#"\ud83d."#, "\u{fffd}."),
    (#"\ude00."#, "\u{fffd}."),
  ]

  @Test("Escapes stand for what RFC 8259 says, and the quote ends the string", arguments: CPULevel.available)
  func meaning(_ level: CPULevel) {
    var random = SplitMix64(seed: 33)
    let kernel = JSONStringKernel(level: level)
    for distance in [1, 2, 30, 70, 500] {
      for count in 0...150 {
        // A backslash before the range and one behind it are not looked at.
        var (bytes, wanted, escapes): ([UInt8], [UInt8], Int) = ([0x5c], [], 0)
        for _ in 0..<count {
          if random.next() % UInt64(distance) == 0 {
            let meaning = Self.meanings[Int(random.next() % UInt64(Self.meanings.count))]
            bytes += Array(meaning.escape.utf8)
            wanted += Array(meaning.text.utf8)
            escapes += meaning.escape.utf8.filter { $0 == 0x5c }.count - (meaning.escape == #"\\"# ? 1 : 0)
          } else {
            bytes.append(Self.plain[Int(random.next() % 10)])
            wanted.append(bytes.last!)
          }
        }
        let end = bytes.count
        bytes += [0x22, 0x5c] + [UInt8](repeating: 0x20, count: 70)
        var target = [UInt8](repeating: 7, count: end)
        let (front, copied) = bytes.withUnsafeBufferPointer { bytes in
          (
            kernel.front(of: bytes, from: 1),
            target.withUnsafeMutableBufferPointer { kernel.unescape(bytes, 1..<end, to: $0, at: 0) }
          )
        }
        #expect(front == (end - 1, escapes))
        #expect(copied.read == end - 1 && target[..<copied.written].elementsEqual(wanted))
      }
    }
  }

  @Test("A front leaves less than a block where nothing ends it")
  func wholeFronts() {
    let text = Array(String(repeating: "all of this is text\\n", count: 30).utf8)
    let seen = text.withUnsafeBufferPointer { JSONStringKernel.active.front(of: $0, from: 0) }
    #expect(text.count - seen.length < 64 && seen.escapes == 30 - (text.count - seen.length + 20) / 21)
  }

  @Test("Escapes are resolved while copying, at every level", arguments: CPULevel.available)
  func copies(_ level: CPULevel) {
    let kernel = JSONStringKernel(level: level)
    Self.forEachString(seed: 32) { bytes, start in
      // What stands behind the range is not looked at, nor written.
      let (range, place) = (start..<(bytes.count - min(3, bytes.count - start)), start % 4)
      var target = [UInt8](repeating: 7, count: place + range.count + 70)
      let seen = bytes.withUnsafeBufferPointer { bytes in
        target.withUnsafeMutableBufferPointer { kernel.unescape(bytes, range, to: $0, at: place) }
      }
      let wanted = JSONStringReference.unescaped(bytes, range)
      #expect(seen.read == wanted.read, "\(bytes) in \(range)")
      #expect(target[place..<(place + seen.written)].elementsEqual(wanted.written))
      #expect(
        target[..<place].allSatisfy { $0 == 7 } && target[(place + range.count)...].allSatisfy { $0 == 7 })
    }
  }
}
