import Crypto
import Foundation
import ImageWatermark
import Raster
import TestSupport
import Testing

/// Pictures marked by the real tools, and what their decoders say.
struct DeployedVectors: Decodable {
  struct Item: Decodable {
    var file: String
    var marked: Bool
    var twin: String?
    var method: String?
    var input: String?
    var bits: String?
    var nbits: Int?
    var sha256_bgr: String?
    var decoded_u8: String?
    var decoded_float: String?
    var scores_u8: [Double]?
    var votes: [Int]?
    var iw_dwtDct_48: String?
    var iw_dwtDctSvd_48: String?
    var iw_dwtDct_136: String?
  }

  var items: [Item]

  static let items = try! Golden.load(DeployedVectors.self, from: "image/truth.json").items

  static func image(_ file: String) throws -> RasterImage {
    try ImageFile.read(Array(Data(contentsOf: URL(fileURLWithPath: Golden.folder + "/image/" + file)))).pixels
  }
}

@Suite("Deployed image marks, Golden")
struct DeployedGoldenTests {
  private func digits(_ bits: [Bool]) -> String { bits.map { $0 ? "1" : "0" }.joined() }

  private func digest(_ image: RasterImage) -> String {
    let rgb = image.rgbBytes()
    var bgr = rgb
    for index in Swift.stride(from: 0, to: rgb.count, by: 3) {
      (bgr[index], bgr[index + 2]) = (rgb[index + 2], rgb[index])
    }
    return SHA256.hash(data: bgr).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static let methods = ["dwtDct": DeployedMethod.dwtDct, "dwtDctSvd": .dwtDctSvd]

  @Test("pixels, mean votes and decisions are the tool's, in both feeds")
  func reading() throws {
    var count = 0
    for item in DeployedVectors.items {
      guard let name = item.method, let method = Self.methods[name], let length = item.nbits else { continue }
      let image = try DeployedVectors.image(item.file)
      if let expected = item.sha256_bgr { #expect(digest(image) == expected, "\(item.file)") }
      let bytes = try #require(
        InvisibleWatermark.read(image, method: method, feed: .init(.uint8), length: length))
      let isLossy = item.file.hasSuffix(".jpg")
      if isLossy {
        // Another inverse DCT may move one weak vote.
        let wrong = zip(digits(bytes.bits), item.decoded_u8!).count { $0 != $1 }
        #expect(wrong <= 1, "\(item.file)")
      } else {
        #expect(digits(bytes.bits) == item.decoded_u8, "\(item.file)")
      }
      if let scores = item.scores_u8, !isLossy {
        for (ours, theirs) in zip(bytes.averages, scores) {
          #expect(abs(ours - theirs) < 1e-6, "\(item.file)")
        }
        #expect(bytes.votes == item.votes, "\(item.file)")
      }
      if let expected = item.decoded_float {
        let floats = try #require(
          InvisibleWatermark.read(image, method: method, feed: .init(.float32), length: length))
        #expect(digits(floats.bits) == expected, "\(item.file)")
      }
      count += 1
    }
    #expect(count >= 10)
  }

  @Test("unmarked twins give what the tool's decoder says of them")
  func unmarked() throws {
    for item in DeployedVectors.items where !item.marked {
      let image = try DeployedVectors.image(item.file)
      for (method, length, expected) in [
        (DeployedMethod.dwtDct, 48, item.iw_dwtDct_48), (.dwtDctSvd, 48, item.iw_dwtDctSvd_48),
        (.dwtDct, 136, item.iw_dwtDct_136),
      ] {
        let reading = try #require(
          InvisibleWatermark.read(image, method: method, feed: .init(.uint8), length: length))
        #expect(digits(reading.bits) == expected, "\(item.file), \(method), \(length)")
      }
    }
  }

  @Test("what we write is what the tool writes, pixel for pixel")
  func embedding() throws {
    var count = 0
    for item in DeployedVectors.items where item.input == "u8" {
      guard let name = item.method, let method = Self.methods[name], let twin = item.twin,
        let bits = item.bits,
        let expected = item.sha256_bgr
      else { continue }
      let made = try InvisibleWatermark.mark(
        try DeployedVectors.image(twin), method: method, bits: bits.map { $0 == "1" })
      #expect(digest(made) == expected, "\(item.file)")
      count += 1
    }
    #expect(count >= 6)
  }
}
