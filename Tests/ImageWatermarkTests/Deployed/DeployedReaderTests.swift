import Foundation
import ImageWatermark
import Raster
import TestSupport
import Testing

@Suite("Reading deployed marks softly")
struct DeployedReaderTests {
  private static let sdxl = DeployedMessage.known.first { $0.name == "SDXL" }!

  /// A picture with coloured ground, discs and texture.
  private func picture(_ seed: UInt64, width: Int = 320, height: Int = 288) -> RasterImage {
    let luma = TestPictures.photograph(width: width, height: height, seed: seed)
    let tint = TestPictures.photograph(width: width, height: height, seed: seed &+ 77, texture: 5)
    var bytes: [UInt8] = []
    for index in luma.samples.indices {
      let (y, c) = (luma.samples[index], tint.samples[index] - 128)
      for value in [y + 0.6 * c, y - 0.1 * c, y - 0.5 * c] { bytes.append(UInt8(min(max(value, 0), 255))) }
    }
    return RasterImage(width: width, height: height, model: .rgb, samples: .bytes(bytes))
  }

  @Test("the generators' messages are found in the tool's own pictures, in whatever form it was fed")
  func goldenPictures() throws {
    let reader = DeployedReader()
    var found = 0
    for item in DeployedVectors.items {
      guard let name = item.method, name.hasPrefix("dwt"), let bits = item.bits,
        let message = DeployedMessage.known.first(where: { $0.bits.map { $0 ? "1" : "0" }.joined() == bits })
      else { continue }
      let method: DeployedMethod = name == "dwtDct" ? .dwtDct : .dwtDctSvd
      let finding = try #require(
        reader.read(try DeployedVectors.image(item.file)).first { $0.method == method })
      #expect(
        finding.message.name == message.name && finding.log10PValue < -4,
        "\(item.file): \(finding.log10PValue), \(finding.message.name)")
      if finding.message == message { found += 1 }
    }
    #expect(found >= 8)
  }

  @Test("a user's own message, and red taken for blue")
  func otherForms() throws {
    let message = DeployedMessage(name: "mine", text: "our own house")
    let marked = try InvisibleWatermark.mark(picture(1), method: .dwtDctSvd, bits: message.bits)
    let own = DeployedReader(messages: DeployedMessage.known + [message]).read(marked)
    #expect(own.first { $0.method == .dwtDctSvd }?.message == message)
    // The tool was handed RGB as BGR: the same as marking the picture with red and blue exchanged.
    func exchanged(_ image: RasterImage) -> RasterImage {
      var bytes = image.rgbBytes()
      for index in Swift.stride(from: 0, to: bytes.count, by: 3) { bytes.swapAt(index, index + 2) }
      return RasterImage(width: image.width, height: image.height, model: .rgb, samples: .bytes(bytes))
    }
    let swapped = exchanged(
      try InvisibleWatermark.mark(exchanged(picture(2)), method: .dwtDct, bits: Self.sdxl.bits))
    let finding = try #require(DeployedReader().read(swapped).first { $0.method == .dwtDct })
    #expect(
      finding.message.name == "SDXL" && finding.feed.order == .rgb && finding.log10PValue < -6, "\(finding)")
  }

  @Test(
    "all 64 grid phases find a mark whose rows and columns were cut, when the number of blocks in a row stays"
  )
  func phases() throws {
    let marked = try InvisibleWatermark.mark(
      picture(3, width: 336, height: 320), method: .dwtDct, bits: Self.sdxl.bits)
    let y = 3
    // One block row of 42 blocks is lost at the top: the message begins 42 bits later. 48 ⁄ gcd rows later it is in step again.
    let skipped = 8 * 8
    var bytes: [UInt8] = []
    let rgb = marked.rgbBytes()
    for row in (skipped - y)..<320 { bytes += rgb[(row * 336 * 3)..<((row + 1) * 336 * 3)] }
    let cut = RasterImage(width: 336, height: 320 - skipped + y, model: .rgb, samples: .bytes(bytes))
    let finding = try #require(
      DeployedReader(methods: [.dwtDct], triesAllPhases: true).read(cut).first)
    #expect(finding.message.name == "SDXL" && finding.phase != .init(x: 0, y: 0), "\(finding)")
    #expect(finding.log10PValue < -6)
    let plain = try #require(DeployedReader(methods: [.dwtDct]).read(cut).first)
    #expect(plain.log10PValue > -4)
  }

  @Test("the tail bounds exact permutation probabilities and is close to them")
  func tail() {
    let values = [0.9, 0.1, -0.4, 0.8, 0.75, -0.9, 0.2, -0.1, 0.6, -0.5]
    let chosen = [true, false, false, true, true, false, false, false, true, false]
    var (hits, all) = (0, 0)
    let sum = zip(values, chosen).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
    for mask in 0..<1024 where mask.nonzeroBitCount == 4 {
      all += 1
      let other = values.indices.reduce(0.0) { $0 + (mask >> $1 & 1 == 1 ? values[$1] : 0) }
      if other >= sum - 1e-12 { hits += 1 }
    }
    #expect(hits == 1 && all == 210)
    let bound = DeployedTail.logUpperBound(values, chosen)
    #expect(bound >= logOf(1.0 / 210) - 1e-9 && bound < logOf(3.0 / 210))
    #expect(DeployedTail.logUpperBound(values.map { -$0 }, chosen) == 0)
    #expect(DeployedTail.logUpperBound([1, 1, 1], [true, false, false]) == 0)
  }

  @Test("pictures without a mark: p-values are never too small, over pictures, crops and forms")
  func nullRate() {
    var values: [Double] = []
    let reader = DeployedReader()
    for seed in 0..<160 {
      for finding in reader.read(picture(UInt64(1000 + seed), width: 264, height: 256)) {
        values.append(finding.logPValue)
      }
    }
    // Two methods a picture: 320 tests. Three at or below 0.01 would be met once in 13 such runs of a perfect test; six hardly ever.
    #expect(values.count == 320)
    #expect(values.count { $0 <= logOf(0.01) } <= 6, "\(values.sorted().prefix(8))")
    #expect(values.count { $0 <= logOf(1e-4) } == 0)
  }

  @Test("pictures that the tool would refuse are not read")
  func small() {
    let tiny = picture(5, width: 200, height: 200)
    #expect(DeployedReader().read(tiny).isEmpty)
    #expect(InvisibleWatermark.read(tiny, method: .dwtDct, feed: .init(.uint8), length: 48) == nil)
    #expect(throws: ImageWatermarkError.self) {
      try InvisibleWatermark.mark(tiny, method: .dwtDct, bits: [true])
    }
  }
}
