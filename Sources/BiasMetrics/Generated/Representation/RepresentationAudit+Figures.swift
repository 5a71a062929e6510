import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension RepresentationAudit {
  private func subject(_ name: String, _ group: String?, _ prompt: String?) -> [GeneratedFigure.Tag] {
    (prompt.map { [.init("prompt", $0)] } ?? []) + [group.map { .init(name, $0) } ?? .init("of", name)]
  }

  func shares(_ part: Representation, _ name: String, prompt: String?) -> [GeneratedFigure] {
    let intervals = part.intervals
    let values = part.shares
    return part.groups.indices.flatMap { place -> [GeneratedFigure] in
      let reference = part.reference[place]
      var figure = GeneratedFigure(
        "share", values[place], subject: subject(name, part.groups[place], prompt), ideal: reference,
        counts: [.init("outputs", part.counts[place]), .init("of", part.total)],
        reason: "no output shows a group")
      guard place < intervals.count else {
        if self.reference != nil { figure.verdict = .notEstimable }
        if part.total > 0 {
          figure.reason =
            "\(part.clusters) prompts or templates, fewer than \(ClusterBootstrap.fewestClusters): too few to know how alike their outputs are"
        }
        return [figure]
      }
      let interval = intervals[place]
      figure = figure.with(
        interval, level: part.level, method: "Wilson at the effective number, together (Goodman)")
      figure.noiseFloor = nil
      let worth = Double(part.total) / part.designEffects[place]
      if self.reference != nil, worth < Double(plan.minimumCount) {
        figure.verdict = .notEstimable
        figure.reason =
          "worth \(Int(worth)) independent outputs, fewer than \(plan.minimumCount)"
        return [figure]
      }
      let (low, high) = (interval.lower / reference, interval.upper / reference)
      if self.reference != nil { figure.verdict = verdict(low, high) }
      if part.counts[place] == 0 {
        let bounds = part.unseenBounds
        figure.reason =
          "never seen: at \(percent(part.level)) for all groups together its share is below \(place < bounds.count ? rounded(bounds[place]) : 1)"
      } else if self.reference != nil {
        figure.reason =
          interval.upper < reference
          ? "under-represented" : interval.lower > reference ? "over-represented" : nil
      }
      guard values[place] > 0 else { return [figure] }
      var ratio = GeneratedFigure(
        "log_ratio_to_reference", log(values[place] / reference), subject: figure.subject, ideal: 0,
        counts: figure.counts)
      if interval.lower > 0 {
        ratio = ratio.with(
          ConfidenceInterval(log(low), log(high)), level: part.level,
          method: "of the share, divided by the reference")
      }
      return [figure, ratio]
    }
  }

  private func verdict(_ low: Double, _ high: Double) -> AuditVerdict {
    let tau = plan.ratioTolerance
    if high < tau || low > 1 / tau { return .disparity }
    return low >= tau && high <= 1 / tau ? .withinTolerance : .inconclusive
  }

  private func percent(_ level: Double) -> String { "\((level * 1e4).rounded() / 100) %" }
  private func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }

  func distances(_ part: Representation, _ name: String, prompt: String?) -> [GeneratedFigure] {
    guard let distances = part.distances else { return [] }
    let subject = subject(name, nil, prompt)
    let counts = [GeneratedFigure.Count("outputs", part.total)]
    let test = part.test
    var variation = GeneratedFigure(
      "total_variation_from_reference", distances.totalVariation, subject: subject, ideal: 0, counts: counts
    ).with(p: test?.p, test: test?.name ?? "")
    variation.noiseFloor = part.expectedTotalVariation
    return [
      variation,
      GeneratedFigure(
        "kullback_leibler_from_reference", distances.kullbackLeibler, subject: subject, ideal: 0),
      GeneratedFigure("jensen_shannon_from_reference", distances.jensenShannon, subject: subject, ideal: 0),
      GeneratedFigure("hellinger_from_reference", distances.hellinger, subject: subject, ideal: 0),
      GeneratedFigure(
        "normalized_entropy", part.normalizedEntropy, subject: subject,
        counts: [.init("groups_missing", part.counts.count { $0 == 0 })]),
    ]
  }

  func corrected(
    _ whole: Representation, _ documents: Documents
  ) throws(BiasMetricsError) -> [GeneratedFigure] {
    guard let correction, whole.isEstimable else { return [] }
    var counts: [Int] = []
    var places: [Int] = []
    for group in correction.groups {
      guard let place = whole.groups.firstIndex(of: group) else {
        throw BiasMetricsError(
          .invalidPlan, "the check of labels has '\(group)', which the reference does not",
          hint: "give a reference share of each group that was checked")
      }
      counts.append(whole.counts[place])
      places.append(place)
    }
    guard
      let shares = correction.shares(
        counts, effectiveTotal: Double(whole.total) / (whole.designEffects.max() ?? 1), level: whole.level)
    else { return [] }
    return shares.enumerated().map { place, share in
      let figure = GeneratedFigure(
        "share_corrected_for_labeller", share.value,
        subject: subject(documents.name, correction.groups[place], nil),
        ideal: whole.reference[places[place]],
        counts: [.init("checked", correction.checked[place].reduce(0, +))]
      ).with(share.interval, level: whole.level, method: "delta method, outputs and check")
      guard share.value < 0 || share.value > 1 else { return figure }
      var outside = figure
      outside.reason = "the check and the outputs do not fit: a share outside 0 to 1"
      return outside
    }
  }

  func mentionRates(_ documents: Documents) -> [GeneratedFigure] {
    guard !documents.words.isEmpty, !documents.shown.isEmpty else { return [] }
    let level = 1 - plan.alpha
    return documents.groups.enumerated().flatMap { place, group -> [GeneratedFigure] in
      var clusters: [String: (sum: Double, count: Int)] = [:]
      for (_, cluster, groups) in documents.shown {
        clusters[cluster, default: (0, 0)].sum += groups.contains(place) ? 1 : 0
        clusters[cluster, default: (0, 0)].count += 1
      }
      let sorted = clusters.sorted { $0.key < $1.key }.map(\.value)
      let mentions = Int(sorted.reduce(0) { $0 + $1.sum })
      let figure = GeneratedFigure(
        "mention_rate", Double(mentions) / Double(documents.shown.count),
        subject: subject(documents.name, group, nil),
        counts: [
          .init("outputs", mentions), .init("of", documents.shown.count),
          .init("words", documents.words[place]),
        ]
      ).with(Intervals.clusterShare(sorted, level), level: level, method: "Wilson over prompts or templates")
      guard let precision, let rate = figure.value,
        let corrected = precision.corrected(
          group, rate: rate, mentions: { Intervals.clusterShare(sorted, $0) }, level: level),
        let count = precision.checked[group]
      else { return [figure] }
      return [
        figure,
        GeneratedFigure(
          "mention_rate_corrected_by_check", corrected.value, subject: figure.subject,
          counts: [.init("checked", count.checked), .init("correct", count.correct)]
        ).with(corrected.interval, level: level, method: "bounds of rate and of precision multiplied"),
      ]
    }
  }
}
