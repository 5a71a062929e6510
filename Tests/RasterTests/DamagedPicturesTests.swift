import Foundation
import Raster
import TestSupport
import Testing

@Suite("Damaged, hostile and foreign pictures")
struct DamagedPicturesTests {
  private func code(_ bytes: [UInt8], limits: RasterLimits = .init()) -> RasterError.Code? {
    do {
      _ = try ImageFile.read(bytes, limits: limits)
      return nil
    } catch {
      #expect(!error.message.isEmpty && !error.hint.isEmpty)
      return error.code
    }
  }

  @Test("a file that is cut is never silently whole, and can be read with a warning", arguments: Fixture.all)
  func truncated(name: String) throws {
    let bytes = try Fixture.bytes(name)
    // The last two bytes of a JPEG are its end marker, the last twelve of a PNG its end chunk.
    for end in Swift.stride(from: 0, to: bytes.count - 1, by: max(1, bytes.count / 97)) {
      let cut = Array(bytes[..<end])
      #expect(code(cut) != nil, "\(end) of \(bytes.count) bytes")
      if let read = try? ImageFile.read(cut, damage: .warn) {
        #expect(read.warnings.contains { $0.contains("damaged") }, "\(end) of \(bytes.count) bytes")
      }
    }
  }

  @Test("flipped bits are an error or another picture, never a trap", arguments: Fixture.all)
  func flippedBits(name: String) throws {
    let bytes = try Fixture.bytes(name)
    var generator = SplitMix64(seed: UInt64(bytes.count))
    var limits = RasterLimits()
    limits.pixels = 1_000_000
    for _ in 0..<150 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        damaged[Int.random(in: 0..<bytes.count, using: &generator)] ^=
          1 << UInt8.random(in: 0..<8, using: &generator)
      }
      guard let file = try? ImageFile.read(damaged, limits: limits, damage: .warn) else { continue }
      #expect(
        file.pixels.samples.count == file.pixels.width * file.pixels.height * file.pixels.model.channelCount)
      _ = try? file.encoded(replacing: file.pixels)
    }
  }

  private func header(width: UInt32, height: UInt32) throws -> [UInt8] {
    var bytes = try Fixture.bytes("gray.png")
    for (place, value) in [(16, width), (20, height)] {
      for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index)) }
    }
    // The checksum of the header, so that its claim is believed.
    var crc: UInt32 = .max
    for byte in bytes[12..<29] {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xedb8_8320 : 0) }
    }
    for index in 0..<4 { bytes[29 + index] = UInt8(truncatingIfNeeded: ~crc >> UInt32(24 - 8 * index)) }
    return bytes
  }

  @Test("sizes are checked before memory is taken: bombs, endless sides, nothing at all")
  func sizes() throws {
    #expect(code(try header(width: 53, height: 41)) == nil)
    #expect(code(try header(width: 60_000, height: 60_000)) == .tooLarge)
    #expect(code(try header(width: 70_000, height: 1)) == .tooLarge)
    #expect(code(try header(width: 9_000, height: 9_000)) == .tooLarge)
    let wide = code(try header(width: 60_000, height: 41))
    #expect(wide == .corrupt || wide == .truncated)
    #expect(code(try header(width: 0, height: 41)) == .corrupt)
    #expect(code(try header(width: .max, height: .max)) != nil)
    var limits = RasterLimits()
    limits.bytes = 100
    #expect(code(try Fixture.bytes("gray.png"), limits: limits) == .tooLarge)
    limits = RasterLimits()
    limits.metadataBytes = 50
    #expect(code(try Fixture.bytes("rgb.png"), limits: limits) == .tooLarge)
    #expect(code(try Fixture.bytes("444.jpg"), limits: limits) == .tooLarge)
    var jpeg = try Fixture.bytes("420.jpg")
    let frame = try #require((0..<(jpeg.count - 9)).first { jpeg[$0] == 0xff && jpeg[$0 + 1] == 0xc0 })
    for place in 5...8 { jpeg[frame + place] = 0xea }
    #expect(code(jpeg) == .tooLarge)
  }

  @Test("what is no picture is told by its content, whatever its name")
  func foreign() throws {
    #expect(code([]) == .notAnImage)
    #expect(code(Array("GIF89a".utf8)) == .notAnImage)
    #expect(code([0xff, 0xd8]) == .notAnImage)
    #expect(code([0xff, 0xd8, 0xff, 0xd9]) != nil)
    #expect(code([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) == .truncated)
  }

  @Test("bytes after the end are named and not written", arguments: ["420.jpg", "rgb.png"])
  func trailingBytes(name: String) throws {
    let file = try ImageFile.read(try Fixture.bytes(name) + [1, 2, 3])
    #expect(file.warnings == ["3 bytes follow the picture, and are not written"])
    #expect(try ImageFile.read(try file.encoded(replacing: file.pixels)).warnings.isEmpty)
  }

  @Test("an animation is read as its first frame and says so")
  func animated() throws {
    let file = try ImageFile.read(try Fixture.bytes("animated.png"))
    #expect(file.isAnimated && file.warnings.contains { $0.contains("animated") })
    let again = try ImageFile.read(try file.encoded(replacing: file.pixels))
    #expect(!again.isAnimated && again.pixels == file.pixels)
  }

  @Test(
    "what fuzzing found stays mended: what can be read can be written and read again, every prefix of it read or refused"
  )
  func fuzzCorpus() throws {
    let folder = Golden.packageRoot + "/Tests/RasterTests/FuzzCorpus"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(!names.isEmpty)
    var limits = RasterLimits()
    limits.pixels = 1 << 18
    for name in names {
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
      for end in Swift.stride(from: bytes.count, through: 0, by: -61) {
        guard let file = try? ImageFile.read(Array(bytes[..<end]), limits: limits, damage: .warn) else {
          continue
        }
        let again = try ImageFile.read(try file.encoded(replacing: file.pixels))
        #expect(
          again.pixels.width == file.pixels.width && again.pixels.height == file.pixels.height, "\(name)")
      }
    }
  }
}
