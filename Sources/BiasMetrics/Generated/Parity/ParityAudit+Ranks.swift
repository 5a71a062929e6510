import Statistics

extension ParityAudit {
  /// Wilcoxon's signed ranks of each pair of groups: the balance of ranks, −1 to 1, over templates' mean differences.
  ///
  /// Beside the difference of means, since a few extreme scores move a mean and hardly a rank. A template counts once, whatever its samples.
  /// The balance (R⁺ − R⁻) / (R⁺ + R⁻) is 0 where larger differences go neither way. Source: Kerby, Comprehensive Psychology 3 (2014).
  static func ranks(
    _ paired: PairedOutputs, _ name: String, _ tags: (String) -> [GeneratedFigure.Tag]
  ) -> [GeneratedFigure] {
    var figures: [GeneratedFigure] = []
    for second in paired.groups.indices {
      for first in 0..<second {
        var sums: [Int: (sum: CompensatedSum, count: Int)] = [:]
        for pair in paired.pairs(first, second) {
          sums[pair.template, default: (CompensatedSum(), 0)].sum.add(pair.first - pair.second)
          sums[pair.template, default: (CompensatedSum(), 0)].count += 1
        }
        let differences = sums.sorted { $0.key < $1.key }.map { $0.value.sum.value / Double($0.value.count) }
        let test = try? WilcoxonTest(differences)
        let total = test.map { $0.positiveRanks + $0.negativeRanks } ?? 0
        figures.append(
          GeneratedFigure(
            name + "_rank_balance",
            test.map { total > 0 ? ($0.positiveRanks - $0.negativeRanks) / total : 0 },
            subject: tags(paired.groups[first]), versus: tags(paired.groups[second]), ideal: 0,
            counts: [.init("templates", differences.count), .init("without_difference", test?.zeros ?? 0)],
            reason: "no template and sample has both groups"
          ).with(
            p: test?.p,
            test: "Wilcoxon's signed ranks over templates" + (test?.isExact == false ? ", normal" : ", exact")
          ))
      }
    }
    return figures
  }
}
