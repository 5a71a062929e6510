import BiasMetrics
import FoundationEssentials
import Reports
import TestSupport
import Testing

@Suite("The page of an audit")
struct PageTests {
  @Test(
    "Well-formed, one heading level at a time, every reference with its target, nothing from outside",
    arguments: Sample.allCases)
  func structure(_ sample: Sample) async throws {
    let page = try PageReader(try await sample.report().html())
    #expect(page.problems.isEmpty, "\(page.problems.prefix(5))")
    #expect(page.count("h1") == 1)
    #expect(page.count("script") == 0)
    for name in ["http:", "https:", "url(", "@import", "src="] {
      #expect(!page.markup.contains(name), "the page must need nothing else: \(name)")
    }
  }

  @Test("Every figure has a name, a description and its table right under it")
  func figures() async throws {
    let page = try PageReader(try await Sample.scores.report().html())
    #expect(page.figures > 15)
    #expect(page.figuresWithTable == page.figures)
    #expect(page.count("svg") == page.drawingsWithNames)
  }

  @Test("Names of groups are text and nothing else")
  func escaping() async throws {
    let html = try await Sample.strangeNames.report().html()
    #expect(!html.contains("<script") && !html.contains("</svg></title>"))
    #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(html.contains("&quot;quoted&quot; &amp; &#39;so&#39;"))
    #expect(!html.unicodeScalars.contains("\u{202e}"), "an override could make a line read as something else")
  }

  @Test(
    "The same bytes for any number of workers, and in every run",
    arguments: [Sample.plain, .strata, .scores, .weights])
  func sameBytes(_ sample: Sample) async throws {
    let first = try await sample.report(workers: 1).html()
    #expect(try await sample.report(workers: 3).html() == first)
  }

  @Test("A name of a million letters stands in full once, and the page stays small")
  func longNames() async throws {
    let html = try await Sample.millionLetters.report().html()
    #expect(html.utf8.count > 1_000_000 && html.utf8.count < 1_400_000)
    #expect(html.contains("Names in full"))
  }

  @Test("Of hundreds of groups the foremost are drawn, and all are in the tables")
  func manyGroups() async throws {
    let report = try await Sample.hundredsOfGroups.report()
    let figures = AuditPage(report).figures
    let rates = try #require(figures.first { $0.identity == "rates-a-0-selection_rate" })
    #expect(rates.table.rows.count == 400)
    #expect(rates.note.contains("The 130 largest groups of 400 are drawn"))
    #expect(report.html().utf8.count < 12_000_000)
  }

  @Test("A rule's tables stand ready to publish, and claim nothing")
  func ruleTables() async throws {
    let html = try await Sample.missingValues.report().html()
    #expect(
      html.contains("Impact ratios, ready to publish") && html.contains("Quantities of the four-fifths rule"))
    #expect(html.contains("Impact ratios by attribute 1; category unknown: 0<"))
    #expect(html.contains("Impact ratios by attribute 0; category unknown: "))
    #expect(!html.contains("Impact ratios by attribute 0; category unknown: 0<"))
    #expect(!html.contains("complies") && !html.contains("compliant"))
  }

  @Test("Small groups are shown, marked and listed")
  func smallGroups() async throws {
    let html = try await Sample.smallGroups.report().html()
    let list = try #require(html.components(after: "Groups too small to judge", before: "</section>"))
    #expect(list.contains("of three") && list.contains("of one"))
    #expect(html.contains("fewer than 30: not judged"))
  }

  @Test("What was not declared says so; what was is on the page, and so is the plan's digest")
  func declaration() async throws {
    var report = try await Sample.plain.report()
    #expect(report.html().contains("Not declared"))
    report.declaration = AuditDeclaration(
      planName: "hiring & firing", planDigest: "5e8ff9bf", system: "Ranker 2.1", decision: "who is invited",
      question: "are invitations even", favourableOutcome: "an invitation", dataSource: "2025",
      attributesObtained: "stated by applicants", dates: "audited in May", auditor: "independent")
    let html = report.html()
    #expect(!html.contains("Not declared"))
    for words in ["Bias audit of Ranker 2.1", "hiring &amp; firing", "5e8ff9bf", "an invitation"] {
      #expect(html.contains(words))
    }
  }

  @Test("A finding in a sentence: who, how many of a hundred, the ratio, its interval, and the tolerance")
  func sentence() async throws {
    let report = try await Sample.plain.report()
    let result = report.strata[0].result
    let names = NameBook(["attribute 0", "Women", "Men"])
    let found = try #require(result.disparities.first { $0.attributes == ["attribute 0"] })
    let sentence = Sentence.finding(found, result, positive: "1", names: names)
    let low = try #require(result.groups.first { $0.values == found.lower })
    let rate = try #require(low.rates.first { $0.metric == .selectionRate })
    #expect(
      sentence.hasPrefix(
        "Of attribute 0 = \(found.lower[0]), \(Shown.perHundred(rate.value)) per 100 are selected; of attribute 0 = \(found.higher[0]), "
      ))
    #expect(sentence.contains("Ratio \(Shown.decimal(found.ratio))"))
    #expect(sentence.contains("0.8"))
  }

  @Test("The arithmetic of a finding comes out at its figures")
  func arithmetic() async throws {
    let report = try await Sample.plain.report()
    let result = report.strata[0].result
    let found = try #require(result.disparities.first { $0.attributes == ["attribute 0"] })
    let lines = Arithmetic.lines(found, result, names: NameBook([]), isWeighted: false)
    #expect(lines.count == 7)
    let interval = try #require(found.differenceInterval)
    let difference = try #require(lines.first { $0.hasPrefix("Difference") })
    // The line's own numbers, put into its formula, give its result.
    let numbers = difference.split { !"0123456789.-".contains($0) }.compactMap { Double($0) }
    let (p2, p1, lower2, upper1) = (numbers[0], numbers[1], numbers[4], numbers[5])
    let root = ((p2 - lower2) * (p2 - lower2) + (upper1 - p1) * (upper1 - p1)).squareRoot()
    #expect(abs(p2 - p1 - root - interval.lower) < 5e-4)
  }

  @Test("Text, dark and light, is readable: contrasts of 4.5 to 1, of marks 3 to 1")
  func contrast() {
    func luminance(_ hex: String) -> Double {
      let value = UInt32(hex, radix: 16) ?? 0
      let parts = [value >> 16 & 255, value >> 8 & 255, value & 255].map { part -> Double in
        let share = Double(part) / 255
        return share <= 0.03928 ? share / 12.92 : expOf(2.4 * logOf((share + 0.055) / 1.055))
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    func ratio(_ a: String, _ b: String) -> Double {
      let (x, y) = (luminance(a), luminance(b))
      return (max(x, y) + 0.05) / (min(x, y) + 0.05)
    }
    for scheme in [\(name: String, light: String, dark: String).light, \.dark] {
      let colours = Dictionary(uniqueKeysWithValues: Palette.colours.map { ($0.name, $0[keyPath: scheme]) })
      func colour(_ name: String) -> String { colours[name] ?? "" }
      for text in ["ink", "mute", "link", "bad", "good", "open", "none"] {
        #expect(ratio(colour(text), colour("paper")) >= 4.5, "\(text) on paper")
      }
      for ground in ["soft", "band", "t0", "t1", "t2", "t3", "t4"] {
        #expect(ratio(colour("ink"), colour(ground)) >= 4.5, "ink on \(ground)")
      }
      for mark in ["data", "bad", "good", "s0", "s1", "s2", "s3", "s4", "s5", "hatch"] {
        #expect(ratio(colour(mark), colour("paper")) >= 3, "\(mark) on paper")
      }
    }
  }

  @Test("The manifest has each input's digest, and the arguments that decide the result alone")
  func manifest() throws {
    let path = FileManager.default.temporaryDirectory.appending(
      path: "manifest-\(UInt64.random(in: 0 ... .max))"
    ).path
    try Data("abc".utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let manifest = ReportManifest(
      digesting: [path, "-", path + ".none"],
      arguments: [
        "audit", path, "--html", "a.html", "-j", "4", "--json=b.json", "--group", "sex", "--exit-zero",
      ])
    #expect(manifest.inputs[0].bytes == 3)
    #expect(manifest.inputs[0].sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(manifest.inputs[1].sha256 == nil && manifest.inputs[2].sha256 == nil)
    #expect(manifest.arguments == ["audit", path, "--group", "sex"])
  }
}

extension String {
  /// What stands after a text and before the next of another.
  func components(after start: String, before end: String) -> String? {
    guard let first = firstRange(of: start), let last = self[first.upperBound...].firstRange(of: end) else {
      return nil
    }
    return String(self[first.upperBound..<last.lowerBound])
  }
}
