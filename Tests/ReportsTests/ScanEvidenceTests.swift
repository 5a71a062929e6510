import Foundation
import Raster
import Reports
import TestSupport
import Testing

@Suite("Evidence on the page of a scan")
struct ScanEvidenceTests {
  private let folder: ScanFolder

  init() throws { folder = try ScanFolder() }

  /// The page of one text with these spans detected in it, and what is shown of it.
  private func page(_ text: String, spans: [(Int, Int)]) throws -> (html: String, shown: ShownText) {
    var sample = ScanSample()
    sample.text("long.txt", in: "long.txt", [-20, -1], spans: spans)
    _ = try folder.write("long.txt", text)
    let report = try ScanReport(paths: [try folder.write("r.jsonl", sample.file())], version: "test")
    let cards = try report.cards()
    let evidence = ScanEvidenceReader(folder: folder.path).evidence(for: cards, of: report)
    guard case .text(let shown)? = evidence.values.first else { throw CocoaError(.fileNoSuchFile) }
    return (try report.html(cards: cards, evidence: evidence), shown)
  }

  /// A text whose every place can be told.
  private func text(_ length: Int) -> String {
    String((0..<(length / 8 + 1)).map { String($0 + 10_000_000).suffix(7) + " " }.joined().prefix(length))
  }

  @Test("A short text is shown whole")
  func short() throws {
    let (html, shown) = try page(text(6_000), spans: [(5_000, 5_900)])
    #expect(shown.stretches.map(\.range) == [0..<6_000] && shown.hiddenEvidence == 0)
    #expect(!html.contains("not shown"))
  }

  @Test("Of a long text every stretch with the mark is shown, wherever it is, and what is left out is told")
  func long() throws {
    let words = text(200_000)
    let spans = [(90_000, 90_400), (150_000, 152_000), (199_500, 200_000), (91_000, 91_050)]
    let (html, shown) = try page(words, spans: spans)
    #expect(shown.hiddenEvidence == 0 && shown.length == 200_000)
    let all = Array(words)
    for (start, end) in spans {
      let inSpans = shown.stretches.flatMap { $0.pieces }.filter(\.isInSpan).map(\.words)
      #expect(inSpans.contains(String(all[start..<end])))
    }
    // Windows with what comes before and after, in order, none touching another.
    #expect(shown.stretches.count == 3)
    #expect(shown.stretches[0].range.lowerBound < 90_000 - 200)
    for (one, next) in zip(shown.stretches, shown.stretches.dropFirst()) {
      #expect(one.range.upperBound < next.range.lowerBound)
    }
    for stretch in shown.stretches {
      #expect(stretch.pieces.map(\.words).joined() == String(all[stretch.range]))
    }
    let gap = shown.stretches[1].range.lowerBound - shown.stretches[0].range.upperBound
    #expect(
      html.contains("… \(gap.formatted(.number.locale(Locale(identifier: "en_US")))) characters not shown …"))
    #expect(html.contains("Of 200,000 characters") && html.contains("with every stretch that is significant"))
    #expect(try PageReader(html).problems.isEmpty)
  }

  @Test("Evidence beyond all room is told with its length, and each stretch is there with its beginning")
  func room() throws {
    let spans = (0..<40).map { ($0 * 10_000, $0 * 10_000 + 5_000) }
    let (html, shown) = try page(text(400_000), spans: spans)
    #expect(shown.stretches.count == 40 && shown.shown <= 60_000)
    for (start, _) in spans { #expect(shown.stretches.contains { $0.range.contains(start) }) }
    let seen = shown.stretches.flatMap(\.pieces).filter(\.isInSpan).reduce(0) { $0 + $1.words.count }
    #expect(shown.hiddenEvidence == 200_000 - seen && shown.hiddenEvidence > 0)
    #expect(html.contains("are not, for want of room"))
    // More stretches than can be shown at all.
    let many = try page(text(400_000), spans: (0..<400).map { ($0 * 1_000, $0 * 1_000 + 500) }).shown
    #expect(
      many.stretches.count == 60
        && many.hiddenEvidence == 200_000
          - many.stretches.flatMap(\.pieces).filter(\.isInSpan).reduce(0) { $0 + $1.words.count }
    )
  }

  @Test("A long text without a stretch of its own shows its beginning, and says so")
  func noSpans() throws {
    let (html, shown) = try page(text(50_000), spans: [])
    #expect(shown.stretches.map(\.range) == [0..<6_000] && !shown.hasEvidence)
    #expect(html.contains("No stretch is significant by itself; the first 6,000 of 50,000 characters"))
  }

  @Test("A picture's map is drawn beside it, region by region, and told in words")
  func maps() throws {
    var sample = ScanSample()
    sample.picture("p.png", log10P: -41.2, map: (3, 2, [0, -3, -7.5, -1, -30.25, -2]))
    let report = try ScanReport(paths: [try folder.write("r.jsonl", sample.file())], version: "test")
    let samples = [UInt8](repeating: 90, count: 300 * 200 * 3)
    _ = try folder.write(
      "p.png", try ImageFile.png(RasterImage(width: 300, height: 200, model: .rgb, samples: .bytes(samples))))
    let cards = try report.cards()
    let html = try report.html(
      cards: cards, evidence: ScanEvidenceReader(folder: folder.path).evidence(for: cards, of: report))
    let map = try #require(html.components(after: "class=\"shot map\"", before: "</svg>"))
    let styles = map.matches(of: try Regex(#"class="(c[0-3])""#)).map { String($0.output[1].substring ?? "") }
    #expect(styles == ["c0", "c1", "c2", "c0", "c3", "c1"])
    #expect(
      html.contains("significant (p ≤ 0.01) in 4 of 6 regions, in 2 at p ≤ 10^-6; the strongest has 10^-30.3")
    )
    #expect(!html.contains("class=\"tile\"") && html.contains("class=\"key c3\""))
    #expect(try PageReader(html).problems.isEmpty)
  }

  @Test("A copy of a picture stays small whatever is in it")
  func smallCopies() throws {
    var random = SplitMix64(seed: 3)
    let samples = (0..<(640 * 640 * 3)).map { _ in
      UInt8.random(in: 0...255, using: &random) > 127 ? UInt8(255) : 0
    }
    _ = try folder.write(
      "noise.png",
      try ImageFile.png(RasterImage(width: 640, height: 640, model: .rgb, samples: .bytes(samples))))
    var sample = ScanSample()
    sample.picture("noise.png", log10P: -41.2)
    let report = try ScanReport(paths: [try folder.write("r.jsonl", sample.file())], version: "test")
    let cards = try report.cards()
    guard
      case .picture(let shown)? = ScanEvidenceReader(folder: folder.path).evidence(for: cards, of: report)
        .values.first
    else {
      Issue.record("no copy")
      return
    }
    #expect(shown.bytes.count <= 20_000 && shown.width == 320)
  }
}
