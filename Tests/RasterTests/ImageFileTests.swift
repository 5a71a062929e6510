import Crypto
import Foundation
import Raster
import TestSupport
import Testing

/// Small pictures made by Pillow, and what Pillow decodes them to; see Fixtures/make_fixtures.py.
enum Fixture {
  struct Expected: Decodable {
    var width: Int
    var height: Int
    var channels: Int
    var depth: Int
    var sha256: String
  }

  static let folder = Golden.packageRoot + "/Tests/RasterTests/Fixtures/"
  static let expected = try! JSONDecoder().decode(
    [String: Expected].self, from: Data(contentsOf: URL(fileURLWithPath: folder + "expected.json")))
  static let decoded = expected.keys.sorted()
  static let all = decoded + ["cmyk.jpg"]

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: folder + name)))
  }
}

@Suite("Pictures in and out")
struct ImageFileTests {
  private func digest(_ samples: RasterImage.Samples) -> String {
    var hash = SHA256()
    switch samples {
    case .bytes(let bytes): hash.update(data: bytes)
    case .words(let words): words.map(\.littleEndian).withUnsafeBytes { hash.update(bufferPointer: $0) }
    }
    return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  @Test("samples are those that Pillow decodes", arguments: Fixture.decoded)
  func samples(name: String) throws {
    let expected = Fixture.expected[name]!
    let file = try ImageFile.read(try Fixture.bytes(name))
    #expect(file.pixels.width == expected.width && file.pixels.height == expected.height)
    #expect(file.pixels.model.channelCount == expected.channels && file.pixels.bitDepth == expected.depth)
    #expect(digest(file.pixels.samples) == expected.sha256)
    #expect(file.format == (name.hasSuffix("png") ? .png : .jpeg))
    #expect(file.isAnimated == (name == "animated.png"))
  }

  @Test(
    "a PNG's samples survive being written, in their depth and with alpha",
    arguments: Fixture.decoded.filter { $0.hasSuffix("png") })
  func pngRoundTrip(name: String) throws {
    let file = try ImageFile.read(try Fixture.bytes(name))
    let again = try ImageFile.read(try file.encoded(replacing: file.pixels))
    #expect(again.pixels == file.pixels && again.orientation == file.orientation)
  }

  /// Everything between the start and the first scan or pixels, as (name, bytes).
  private func segments(_ bytes: [UInt8]) -> [(String, [UInt8])] {
    var found: [(String, [UInt8])] = []
    if ImageFormat.sniff(bytes) == .png {
      var place = 8
      while place + 12 <= bytes.count {
        let length = bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
        found.append(
          (
            String(decoding: bytes[(place + 4)..<(place + 8)], as: UTF8.self),
            Array(bytes[place..<(place + 12 + length)])
          ))
        place += 12 + length
      }
    } else {
      var place = 2
      while place + 4 <= bytes.count, bytes[place + 1] != 0xda {
        let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
        found.append((String(bytes[place + 1], radix: 16), Array(bytes[place..<(place + 2 + length)])))
        place += 2 + length
      }
    }
    return found
  }

  @Test(
    "profile, EXIF, XMP, text, density and comments are written back byte for byte",
    arguments: ["rgb.png", "444.jpg"])
  func metadata(name: String) throws {
    let bytes = try Fixture.bytes(name)
    let file = try ImageFile.read(bytes)
    let changed = file.pixels.adding(
      [Float](repeating: 3, count: file.pixels.width * file.pixels.height), gain: 1
    ).image
    let written = try file.encoded(replacing: changed)
    let names: Set<String> =
      name == "rgb.png" ? ["iCCP", "pHYs", "tEXt", "iTXt", "eXIf"] : ["e0", "e1", "e2", "fe"]
    let kept = segments(bytes).filter { names.contains($0.0) }
    #expect(Set(kept.map(\.0)) == names)
    let again = segments(written).filter { names.contains($0.0) }
    #expect(again.map(\.0) == kept.map(\.0) && again.map(\.1) == kept.map(\.1))
    #expect(file.orientation == .quarterRight)
    #expect(try ImageFile.read(written).pixels != file.pixels)
  }

  @Test(
    "a JPEG is written with its own tables, sampling, progression and restarts",
    arguments: Fixture.decoded.filter { $0.hasSuffix("jpg") })
  func jpegCoding(name: String) throws {
    let bytes = try Fixture.bytes(name)
    let file = try ImageFile.read(bytes)
    let written = try file.encoded(replacing: file.pixels)
    func part(_ bytes: [UInt8], _ markers: Set<String>) -> [[UInt8]] {
      // Two tables may share a segment or have one each.
      segments(bytes).filter { markers.contains($0.0) }.map { Array($0.1.dropFirst(4)) }
    }
    #expect(part(written, ["db"]).joined().elementsEqual(part(bytes, ["db"]).joined()))
    #expect(part(written, ["c0", "c2"]) == part(bytes, ["c0", "c2"]))
    #expect(part(written, ["dd"]) == part(bytes, ["dd"]))
    #expect((segments(written).contains { $0.0 == "c2" }) == (name == "progressive.jpg"))
    // The same tables twice lose next to nothing.
    let again = try ImageFile.read(written).pixels
    let error = zip(file.pixels.luma(), again.luma()).map { abs($0 - $1) }.reduce(0, +) / Float(53 * 41)
    #expect(error < 1.5)
  }

  @Test("CMYK becomes RGB, says so, and is written as an ordinary JPEG")
  func cmyk() throws {
    let file = try ImageFile.read(try Fixture.bytes("cmyk.jpg"))
    #expect(file.pixels.model == .rgb && file.warnings.contains { $0.contains("CMYK") })
    let original = try ImageFile.read(try Fixture.bytes("rgb.png")).pixels.luma()
    let error = zip(file.pixels.luma(), original).map { abs($0 - $1) }.reduce(0, +) / Float(original.count)
    #expect(error < 12, "\(error)")
    #expect(try ImageFile.read(try file.encoded(replacing: file.pixels)).warnings.isEmpty)
  }

  @Test("orientations and their inverses", arguments: Orientation.allCases)
  func orientation(_ orientation: Orientation) {
    let stored = Array(0..<15)
    let upright = orientation.upright(stored, storedWidth: 5, storedHeight: 3)
    #expect(orientation.stored(upright, storedWidth: 5, storedHeight: 3) == stored)
    // The corner that EXIF names as "row 0, column 0" of the upright picture.
    let corners = [1: 0, 2: 4, 3: 14, 4: 10, 5: 0, 6: 10, 7: 14, 8: 4]
    #expect(upright[0] == corners[orientation.rawValue])
  }

  @Test("luma changes are rounded, clipped, kept from alpha, and finer in 16 bits")
  func adding() throws {
    let eight = RasterImage(width: 2, height: 1, model: .rgba, samples: .bytes([10, 20, 254, 7, 0, 1, 2, 9]))
    let result = eight.adding([2.5, -1.5], gain: 1)
    #expect(result.image.samples == .bytes([12, 22, 255, 7, 0, 0, 0, 9]))
    #expect(abs(result.meanSquaredError - Double(4 + 4 + 1 + 0 + 1 + 4) / 6) < 1e-6)
    let sixteen = RasterImage(width: 1, height: 1, model: .gray, samples: .words([1000]))
    #expect(sixteen.adding([0.25], gain: 2).image.samples == .words([1128]))
    #expect(
      RasterImage(width: 1, height: 1, model: .gray, samples: .words([65535])).rgbBytes() == [255, 255, 255])
  }
}
