import Foundation
import ImageWatermark
import Raster
import TestSupport
import Testing

/// Pictures marked by blind-watermark, and what it reads from them.
struct BlindVectors: Decodable {
  struct Item: Decodable {
    var file: String
    var tool: String?
    var password_img: UInt32?
    var password_wm: UInt32?
    var mode: String?
    var content: String?
    var nbits: Int?
    var averages_before_unshuffle: [Double]?
    var decoded: String?
  }

  var items: [Item]

  static let items = try! Golden.load(BlindVectors.self, from: "image/truth.json").items.filter {
    $0.tool?.hasPrefix("blind-watermark") ?? false
  }
}

@Suite("blind-watermark, Golden")
struct BlindWatermarkGoldenTests {
  @Test("mean votes and bits are the tool's, and texts come back")
  func reading() throws {
    #expect(!BlindVectors.items.isEmpty)
    for item in BlindVectors.items {
      let reader = BlindWatermark(
        imagePassword: try #require(item.password_img), markPassword: try #require(item.password_wm))
      let image = try DeployedVectors.image(item.file)
      let length = try #require(item.nbits)
      let reading = try #require(reader.read(image, length: length))
      let expected = try #require(item.averages_before_unshuffle)
      #expect(reading.storedAverages.count == expected.count)
      for (ours, theirs) in zip(reading.storedAverages, expected) {
        #expect(abs(ours - theirs) < 1e-6, "\(item.file)")
      }
      #expect(reading.bits.map { $0 ? "1" : "0" }.joined() == item.decoded, "\(item.file)")
      if item.mode == "str" { #expect(reading.text == item.content, "\(item.file)") }
    }
  }
}

@Suite("blind-watermark, passwords and sizes")
struct BlindWatermarkTests {
  @Test("a wrong password for the bits reads another message")
  func wrongPassword() throws {
    let file = Golden.ownCopies + "/image/rocket_blind_str.png"
    let image = try ImageFile.read(Array(Data(contentsOf: URL(fileURLWithPath: file)))).pixels
    func bits(markPassword: UInt32) throws -> [Bool] {
      // The first password hardly matters: a block's largest value is mostly its mean, wherever that is put.
      let reader = BlindWatermark(imagePassword: 1234, markPassword: markPassword)
      return try #require(reader.read(image, length: 103)).bits
    }
    let (right, wrong) = (try bits(markPassword: 5678), try bits(markPassword: 987_654_321))
    #expect(zip(right, wrong).count { $0 != $1 } > 103 / 8)
  }

  @Test("fewer blocks than bits are no reading")
  func tooSmall() throws {
    let image = RasterImage(
      width: 512, height: 256, model: .rgb, samples: .bytes(.init(repeating: 90, count: 512 * 256 * 3)))
    let reader = BlindWatermark(imagePassword: 1, markPassword: 1)
    #expect(reader.read(image, length: 2048) != nil && reader.read(image, length: 2049) == nil)
    #expect(reader.read(image, length: 0) == nil)
  }
}
