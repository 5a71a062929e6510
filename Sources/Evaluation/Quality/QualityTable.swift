import Statistics
import TextMarking

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Compares marked texts with their unmarked twins.
struct QualityTable {
  var plan: EvaluationPlan
  var texts: [WrittenText]

  /// Resamples of prompts behind an interval.
  static let resamples = 2000

  func rows() throws -> [EvaluationResult.QualityRow] {
    let twins = Dictionary(
      texts.filter { $0.strength == nil && !$0.ids.isEmpty }.map {
        (Pair(prompt: $0.prompt, seed: $0.seed), quality($0))
      },
      uniquingKeysWith: { first, _ in first })
    return ([nil] + plan.strengths.indices.map { $0 }).map { strength in
      row(strength, texts: texts.filter { $0.strength == strength && !$0.ids.isEmpty }, twins: twins)
    }
  }

  private struct Pair: Hashable {
    var prompt: Int
    var seed: UInt64
  }

  private func quality(_ text: WrittenText) -> TextQuality {
    TextQuality(ids: text.ids, logProbabilities: text.logProbabilities)
  }

  private func row(
    _ strength: Int?, texts: [WrittenText], twins: [Pair: TextQuality]
  ) -> EvaluationResult.QualityRow {
    let qualities = texts.map(quality)
    let steps = texts.flatMap(\.steps)
    var row = EvaluationResult.QualityRow(
      strength: strength.map { plan.strengths[$0] }, texts: texts.count,
      meanTokens: mean(qualities.map { Double($0.tokens) }),
      perplexity: exp(mean(qualities.map(\.meanSurprise))),
      repetition: mean(qualities.map(\.repetition)),
      distinct: (0..<3).map { n in mean(qualities.map { $0.distinct[n] }) },
      meanEntropy: mean(steps.map(\.entropy)),
      meanSpikeEntropy: mean(steps.map(\.spikeEntropy)), meanDivergence: mean(steps.map(\.divergence)))
    if strength != nil {
      let pairs = zip(texts, qualities).compactMap { text, quality in
        twins[Pair(prompt: text.prompt, seed: text.seed)].map {
          (text.prompt, quality.meanSurprise - $0.meanSurprise)
        }
      }
      row.perplexityRatio = ratio(of: pairs)
    }
    return row
  }

  /// exp of the mean difference, with the interval of 95 in 100 resamples of prompts: seeds of one prompt stay together.
  private func ratio(
    of differences: [(prompt: Int, difference: Double)]
  ) -> (value: Double, lower: Double, upper: Double)? {
    let prompts = Dictionary(grouping: differences, by: \.prompt).sorted { $0.key < $1.key }
      .map { $0.value.map(\.difference) }
    guard prompts.count > 1 else { return nil }
    var random = Philox(seed: 0x7065_7270)
    let means = (0..<Self.resamples).map { _ in
      var (sum, count) = (0.0, 0)
      for _ in prompts {
        let drawn = prompts[Int.random(in: 0..<prompts.count, using: &random)]
        sum += drawn.reduce(0, +)
        count += drawn.count
      }
      return sum / Double(count)
    }.sorted()
    let tail = Int((Double(Self.resamples) * (1 - plan.level) / 2).rounded(.down))
    return (
      exp(mean(differences.map(\.difference))), exp(means[tail]), exp(means[Self.resamples - 1 - tail])
    )
  }
}
