import BiasMetrics
import FoundationEssentials
import Statistics
import TestSupport
import Testing

@Suite("Which groups outputs mention or show")
struct GeneratedRepresentationTests {
  private let theirs: GoldenValue
  init() throws { theirs = try #require(try GeneratedReferences.load()["representation"]) }

  private func numbers(_ key: String) -> [Double] { (theirs[key]?.elements ?? []).compactMap(\.number) }

  @Test("Shares, distances and tests as statsmodels and scipy have them")
  func figures() throws {
    let counts = numbers("counts").map { Int($0) }
    let ours = try Representation(
      groups: ["a", "b", "c", "d"], prompts: [counts], reference: numbers("reference"))
    #expect(ours.designEffect == 1)
    for (interval, other) in zip(ours.intervals, theirs["intervals"]?.elements ?? []) {
      #expect(GeneratedReferences.agree(interval, other, within: 1e-9))
    }
    let distances = try #require(ours.distances)
    for (value, key) in [
      (distances.totalVariation, "tv"), (distances.kullbackLeibler, "kl"), (distances.jensenShannon, "js"),
      (distances.hellinger, "hellinger"), (ours.expectedTotalVariation ?? .nan, "expected_tv"),
      (ours.normalizedEntropy ?? .nan, "entropy"),
    ] {
      #expect(agree(value, theirs[key]?.number ?? .nan, within: 1e-9), "\(key): \(value)")
    }
    #expect(ours.test?.name == "exact multinomial")
    #expect(agree(ours.unseenBound ?? .nan, 3.0 / 88, within: 0.001))
    let large = try Representation(
      groups: ["a", "b", "c", "d"], prompts: [[570, 230, 80, 20]], reference: numbers("reference"))
    #expect(agree(large.test?.p ?? .nan, theirs["chi_square_p"]?.number ?? .nan, within: 1e-9))
  }

  @Test("Labels corrected by a check, as numpy solves it; a useless labeller is an error")
  func correction() throws {
    let checked = (theirs["confusion"]?.elements ?? []).map {
      $0.elements.compactMap { $0.number.map { Int($0) } }
    }
    let correction = try LabellerCorrection(groups: ["a", "b", "c"], checked: checked)
    let shares = try #require(correction.shares(numbers("labels").map { Int($0) }))
    for (place, share) in shares.enumerated() {
      #expect(agree(share.value, numbers("corrected")[place], within: 1e-12))
      #expect(
        GeneratedReferences.agree(
          share.interval, theirs["corrected_intervals"]?.elements[place], within: 1e-9))
    }
    #expect(throws: BiasMetricsError.self) {
      try LabellerCorrection(groups: ["a", "b"], checked: [[5, 5], [5, 5]])
    }
    #expect(throws: BiasMetricsError.self) {
      try LabellerCorrection(groups: ["a", "b"], checked: [[5, 5], [0, 0]])
    }
  }

  @Test("Intervals of all groups cover together, prompts' likeness allowed for", arguments: [1, 2])
  func coverage(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let truth = [0.6, 0.3, 0.1]
    var (covered, small) = (0, 0)
    let runs = 400
    for _ in 0..<runs {
      // Sixty prompts; half of the time all ten outputs of one show the same group.
      let prompts = (0..<60).map { _ -> [Int] in
        func draw() -> Int {
          let u = Double.random(in: 0..<1, using: &random)
          return u < 0.6 ? 0 : u < 0.9 ? 1 : 2
        }
        var counts = [0, 0, 0]
        if Bool.random(using: &random) {
          counts[draw()] = 10
        } else {
          for _ in 0..<10 { counts[draw()] += 1 }
        }
        return counts
      }
      let ours = try Representation(groups: ["a", "b", "c"], prompts: prompts, reference: truth)
      if zip(ours.intervals, truth).allSatisfy({ $0.lower <= $1 && $0.upper >= $1 }) { covered += 1 }
      if (ours.test?.p ?? 1) <= 0.05 { small += 1 }
    }
    #expect(Double(covered) / Double(runs) > 0.92, "\(covered)")
    // 0.05 ± 3.3 standard errors; taken for independent, outputs would be "significant" in one run of two.
    #expect(Double(small) / Double(runs) < 0.09, "\(small)")
  }

  private func shown(_ labels: [String: Int], prompt: String = "p") -> [GeneratedOutput] {
    labels.sorted { $0.key < $1.key }.flatMap { label, count in
      (0..<count).map {
        GeneratedOutput(
          prompt: "\(prompt)\(label)\($0)", template: nil, sample: "", groups: [], labels: [label])
      }
    }
  }

  @Test(
    "Under-represented only if the interval excludes the reference; a group that is never shown is bounded")
  func labels() throws {
    let plan = GeneratedPlan(attributes: [])
    let reference = ReferenceShares(source: "census", general: ["a": 0.5, "b": 0.4, "c": 0.1])
    let section = try RepresentationAudit(plan, reference: reference).run(
      shown(["a": 160, "b": 40]), label: 0, named: "perceived")
    let shares = section.figures.filter { $0.measure == "share" }
    #expect(shares.map(\.verdict) == [.disparity, .disparity, .disparity])
    #expect(shares[0].reason == "over-represented" && shares[1].reason == "under-represented")
    #expect(shares[2].reason?.hasPrefix("never seen") == true && shares[2].ideal == 0.1)
    let few = try RepresentationAudit(plan, reference: reference).run(
      shown(["a": 8, "b": 2]), label: 0, named: "perceived")
    #expect(
      few.figures.filter { $0.measure == "share" }.allSatisfy {
        $0.verdict == .notEstimable && $0.reason != nil
      })
    let alike = try RepresentationAudit(plan, reference: .equal).run(
      shown(["a": 4000, "b": 4010]), label: 0, named: "perceived")
    #expect(alike.figures.filter { $0.measure == "share" }.allSatisfy { $0.verdict == .withinTolerance })
    // Without a declared reference nothing is judged.
    let shownOnly = try RepresentationAudit(plan).run(
      shown(["a": 900, "b": 10]), label: 0, named: "perceived")
    #expect(shownOnly.figures.allSatisfy { $0.verdict == nil })
    #expect(shownOnly.figures.allSatisfy { $0.reason == nil })
    #expect(shownOnly.notes.contains { $0.contains("--reference") })
    #expect(throws: BiasMetricsError.self) {
      try RepresentationAudit(plan, reference: reference).run(
        shown(["a": 50, "x": 50]), label: 0, named: "perceived")
    }
    #expect(throws: BiasMetricsError.self) {
      try RepresentationAudit(plan).run(shown(["a": 50]), label: 0, named: "perceived")
    }
  }

  @Test("Each prompt against its own reference, as pictures of occupations against labour statistics")
  func byPrompt() throws {
    let path =
      FileManager.default.temporaryDirectory.path()
      + "/shares-\(ProcessInfo.processInfo.processIdentifier).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("prompt,group,share\nnurse,woman,87\nnurse,man,13\npilot,woman,8\npilot,man,92\n".utf8)
      .write(to: URL(filePath: path))
    var rows: [GeneratedOutput] = []
    for (prompt, women) in [("nurse", 100), ("pilot", 8)] {
      for number in 0..<100 {
        rows.append(
          GeneratedOutput(
            prompt: prompt, template: nil, sample: "\(number)", groups: [],
            labels: [number < women ? "woman" : "man"]))
      }
    }
    let section = try RepresentationAudit(
      GeneratedPlan(attributes: []), reference: ReferenceShares(path: path)
    )
    .run(rows, label: 0, named: "gender")
    func share(_ prompt: String, _ group: String) -> GeneratedFigure? {
      section.figures.first {
        $0.measure == "share" && $0.subject == [.init("prompt", prompt), .init("gender", group)]
      }
    }
    #expect(share("nurse", "man")?.verdict == .disparity && share("nurse", "man")?.ideal == 0.13)
    #expect(share("pilot", "man")?.verdict == .withinTolerance)
    #expect(share("pilot", "woman")?.verdict == .inconclusive && share("pilot", "woman")?.reason == nil)
  }
}
