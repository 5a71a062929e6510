import Foundation
import Raster
import Reports
import Testing

@Suite("The page of a scan")
struct ScanPageTests {
  private let folder: ScanFolder
  private let report: ScanReport

  init() throws {
    folder = try ScanFolder()
    report = try ScanReport(paths: [try folder.write("a.jsonl", ScanSample.mixed().file())], version: "test")
  }

  @Test("Well-formed, self-contained, with one script that the page's policy names")
  func structure() throws {
    let html = try report.html()
    let page = try PageReader(html)
    #expect(page.problems.isEmpty, "\(page.problems.prefix(5))")
    #expect(page.count("h1") == 1 && page.count("script") == 2)
    #expect(page.figures == 1 && page.figuresWithTable == 1 && page.count("svg") == page.drawingsWithNames)
    for name in ["http:", "https:", "url(", "@import", "src=\"/"] {
      #expect(!html.contains(name), "the page must need nothing else: \(name)")
    }
    #expect(html.contains("default-src &#39;none&#39;") && html.contains("script-src &#39;sha256-"))
  }

  @Test("What inputs named is text wherever it stands, in the page and in its data")
  func escaping() throws {
    let html = try report.html()
    #expect(!html.contains("<script>alert") && !html.contains("</script><script>alert"))
    #expect(html.contains("&lt;/script&gt;&lt;script&gt;alert(1)"))
    #expect(html.contains("\\u003c/script>\\u003cscript>alert(1)"))
  }

  @Test("Detected records come first with their numbers, and the words keep within what a mark shows")
  func words() throws {
    let html = try report.html()
    let cards = try #require(html.components(after: "id=\"detected\"", before: "id=\"records\""))
    let first = try #require(cards.components(after: "id=\"item-1\"", before: "id=\"item-2\""))
    #expect(
      first.contains("a&amp;b.png") && first.contains("10^-41.2")
        && first.contains("it says 00000000000004d2"))
    #expect(first.contains("turned by 4.98°") && first.contains("mirrored"))
    #expect(html.contains("not-detected") && html.contains("“not detected” is not “unmarked”"))
    #expect(!html.contains(" AI ") && !html.contains("human") && !html.contains("complies"))
    #expect(html.contains("68 records seen: 65 scanned, 1 skipped, 2 failed"))
    #expect(html.contains("6.5e-5 would be flagged by chance"))
  }

  @Test("The page's data has a row a record; where room is short the detected and failed ones stay")
  func rows() throws {
    func rows(_ html: String) throws -> [[Any]] {
      let json = try #require(html.components(after: "id=\"scan-data\">", before: "</script>"))
      let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
      return try #require(object?["rows"] as? [[Any]])
    }
    let all = try rows(try report.html())
    #expect(all.count == 68 && all.allSatisfy { $0.count == 12 })
    #expect(all.prefix(3).allSatisfy { $0[0] as? Int == 0 } && all[3][0] as? Int == 1)
    #expect(all.contains { ($0[9] as? String)?.hasPrefix("file-too-large: it is") == true })
    var options = ScanPageOptions()
    (options.rows, options.cards) = (6, 1)
    let html = try report.html(options)
    #expect(try rows(html).map { $0[0] as? Int } == [0, 0, 0, 1, 1, 2])
    #expect(
      html.contains("room for 6 of 68 records")
        && html.contains("The 1 records with the strongest evidence of 3"))
  }

  @Test("A text is read again from the named folder and nowhere else, and its spans are marked")
  func texts() throws {
    let sources = try ScanFolder()
    _ = try sources.write(
      "in.jsonl",
      "{\"id\":\"</script><script>alert(1)</script>\",\"text\":\"ab<i>cdé fgh\"}\n{\"id\":\"r1\",\"text\":\"x\"}\n"
    )
    let cards = try report.cards()
    let evidence = ScanEvidenceReader(folder: sources.path).evidence(for: cards, of: report)
    let html = try report.html(cards: cards, evidence: evidence)
    #expect(html.contains("ab<mark>&lt;i&gt;cdé </mark>fgh"))
    #expect(html.contains("its source is not in \(sources.path)"))
    var sample = ScanSample()
    sample.text("1", in: "../a.jsonl", [-9, -9])
    sample.text("2", in: "/etc/passwd", [-9, -9])
    sample.text("3", in: "in.jsonl", [-9, -9], spans: [(0, 5000)])
    let strange = try ScanReport(paths: [try sources.write("z.jsonl", sample.file())], version: "test")
    let seen = ScanEvidenceReader(folder: sources.path + "/.").evidence(for: try strange.cards(), of: strange)
    #expect(seen.count == 3)
    for evidence in seen.values {
      guard case .absent = evidence else {
        Issue.record("something was shown: \(evidence)")
        continue
      }
    }
  }

  @Test("An id that stands twice in its input is not guessed at; a text that became too short is not shown")
  func doubts() throws {
    let sources = try ScanFolder()
    var sample = ScanSample()
    sample.text("twice", [-9, -9])
    sample.text("cut", [-9, -9], spans: [(0, 50)])
    let report = try ScanReport(paths: [try sources.write("r.jsonl", sample.file())], version: "test")
    _ = try sources.write(
      "in.jsonl",
      "{\"id\":\"twice\",\"text\":\"a\"}\n{\"id\":\"twice\",\"text\":\"b\"}\n{\"id\":\"cut\",\"text\":\"c\"}\n"
    )
    let cards = try report.cards()
    let html = try report.html(
      cards: cards, evidence: ScanEvidenceReader(folder: sources.path).evidence(for: cards, of: report))
    #expect(html.contains("several records of") && html.contains("shorter than its spans"))
  }

  @Test("A picture is shown as a small copy, upright, coded anew, with the mark's tile")
  func pictures() throws {
    let sources = try ScanFolder()
    let (width, height) = (800, 600)
    let samples = (0..<(width * height)).flatMap { place -> [UInt8] in
      place % width < width / 2 ? [255, 0, 0] : [0, 0, 255]
    }
    let image = RasterImage(width: width, height: height, model: .rgb, samples: .bytes(samples))
    _ = try sources.write("a&b.png", try ImageFile.png(image))
    let cards = try report.cards()
    let evidence = ScanEvidenceReader(folder: sources.path).evidence(for: cards, of: report)
    let shown = try #require(
      evidence.values.compactMap { if case .picture(let picture) = $0 { picture } else { nil } }.first)
    #expect(shown.width == 320 && shown.height == 240 && shown.fullWidth == 800)
    let copy = try ImageFile.read(shown.bytes).pixels.rgbBytes()
    #expect(copy[0] > 200 && copy[2] < 50 && copy[319 * 3] < 50 && copy[319 * 3 + 2] > 200)
    let html = try report.html(cards: cards, evidence: evidence)
    #expect(html.contains("src=\"data:image/jpeg;base64,") && html.contains("class=\"tile\""))
    #expect(try PageReader(html).problems.isEmpty)
  }

  @Test("Names of inputs that a terminal could not show lead back to their files")
  func strangeNames() throws {
    let sources = try ScanFolder()
    _ = try sources.write("new\nline.txt", "some text of the file")
    var sample = ScanSample()
    sample.text("new\\nline.txt", in: "new\\nline.txt", [-9, -1], spans: [(0, 4)])
    let report = try ScanReport(paths: [try sources.write("r.jsonl", sample.file())], version: "test")
    let cards = try report.cards()
    let html = try report.html(
      cards: cards, evidence: ScanEvidenceReader(folder: sources.path).evidence(for: cards, of: report))
    #expect(html.contains("<mark>some</mark> text of the file"))
  }
}
