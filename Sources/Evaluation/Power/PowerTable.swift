import Statistics
import TextMarking
import TextWatermark

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Looks for the mark in texts cut to each length, with each weighting.
struct PowerTable {
  var plan: EvaluationPlan
  /// One a strength.
  var detectors: [TextDetector]
  var texts: [WrittenText]

  func rows() throws -> [EvaluationResult.PowerRow] {
    var rows: [EvaluationResult.PowerRow] = []
    for (index, strength) in plan.strengths.enumerated() {
      let marked = texts.filter { $0.strength == index }
      let workspace = TextDetector.Workspace(for: detectors[index])
      for length in plan.lengths {
        let long = marked.filter { $0.ids.count >= length }
        for weighting in EntropyWeighting.all {
          var scored = 0
          let logs = try long.map { text in
            let found = try logPValue(text, length, weighting, strength: index, workspace: workspace)
            scored += workspace.trace.scored
            return found
          }
          for rate in plan.falsePositiveRates {
            var row = EvaluationResult.PowerRow(
              strength: strength, length: length, weighting: weighting, falsePositiveRate: rate,
              power: try power(of: logs, at: rate, level: plan.level), medianLog10P: median(logs) / M_LN10)
            if weighting == .plain, !long.isEmpty {
              let steps = long.map { $0.steps.prefix(length) }
              let spike = mean(steps.map { mean($0.map(\.spikeEntropy)) })
              row.leastPower = try MarkTheory.leastPower(
                tokens: scored / long.count, spikeEntropy: spike, ratio: strength.ratio, bias: strength.bias,
                nullRate: detectors[index].greenList.scheme.nullGreenRate, logFalsePositiveRate: log(rate))
              row.greatestPower = MarkTheory.greatestPower(
                divergence: mean(steps.map { $0.reduce(0) { $0 + $1.divergence } }),
                logFalsePositiveRate: log(rate))
            }
            rows.append(row)
          }
        }
      }
    }
    return rows
  }

  /// Keys that each twin is looked at under: its p-values under different keys are independent.
  static let keysPerText = 10

  /// Twins under each strength's detector: each under keys of its own, and all under the profile's.
  func nullRows() throws -> [EvaluationResult.NullRow] {
    let twins = texts.filter { $0.strength == nil && !$0.ids.isEmpty }
    return try plan.strengths.indices.compactMap { index in
      let detector = detectors[index]
      let workspace = TextDetector.Workspace(for: detector)
      var random = Philox(seed: 0x7477_696e, stream: UInt64(index))
      var (fresh, own): ([Double], [Double]) = ([], [])
      var smallest = 0.0
      for twin in twins {
        smallest = min(smallest, try detector.detect(twin.ids, workspace: workspace).log10PValue)
        own.append(try continuous(workspace.trace, detector.greenList.scheme, &random))
        for _ in 0..<Self.keysPerText {
          let scheme = try detector.profile.parameters.scheme(key: Int128(random.next() >> 1))
          let other = GreenListDetector(
            scheme: scheme, repetition: detector.greenList.repetition,
            beginningOfText: detector.greenList.beginningOfText,
            unscoredTokens: detector.greenList.unscoredTokens)
          var trace = GreenListTrace()
          try other.trace(twin.ids, workspace: .init(scheme: scheme), into: &trace)
          fresh.append(try continuous(trace, scheme, &random))
        }
      }
      guard !fresh.isEmpty else { return nil }
      return EvaluationResult.NullRow(
        strength: plan.strengths[index], texts: twins.count, keysPerText: Self.keysPerText,
        uniformity: try KolmogorovSmirnov(uniform: fresh).p,
        uniformityOfKey: try KolmogorovSmirnov(uniform: own).p, smallestLog10P: smallest)
    }
  }

  /// p-values of counts come in steps; a draw inside the step makes them continuous, and uniform if the null holds.
  private func continuous(
    _ trace: GreenListTrace, _ scheme: GreenListScheme, _ random: inout Philox
  ) throws -> Double {
    let null = try Binomial(trials: trace.scored, probability: scheme.nullGreenRate)
    return min(
      1, exp(null.logUpperTail(atLeast: trace.green + 1)) + random.unit() * exp(null.logMass(at: trace.green))
    )
  }

  /// ln p of a text's first tokens; the prompt is not used.
  private func logPValue(
    _ text: WrittenText, _ length: Int, _ weighting: EntropyWeighting, strength: Int,
    workspace: TextDetector.Workspace
  ) throws -> Double {
    let detection = try detectors[strength].detect(Array(text.ids.prefix(length)), workspace: workspace)
    guard weighting != .plain else { return detection.logPValue }
    let modulus = MeasuredMarking.spikeModulus(
      ratio: plan.strengths[strength].ratio, bias: plan.strengths[strength].bias)
    let trace = workspace.trace
    return try EntropyWeighting.logPValue(
      outcomes: trace.outcomes,
      weights: trace.positions.map { weighting.weight(text.steps[Int($0)], modulus: modulus) },
      rate: detectors[strength].greenList.scheme.nullGreenRate)
  }
}

/// The share of log p-values at or below a rate.
func power(of logPValues: [Double], at rate: Double, level: Double) throws -> EvaluationResult.Power {
  let found = logPValues.count { $0 <= log(rate) }
  return EvaluationResult.Power(
    found: found, texts: logPValues.count,
    interval: try .clopperPearson(successes: found, trials: logPValues.count, level: level))
}

/// The middle of values; of two in the middle their mean; NaN of none.
func median(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return .nan }
  let sorted = values.sorted()
  return 0.5 * (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2])
}

/// The mean; NaN of no values.
func mean(_ values: some Collection<Double>) -> Double {
  CompensatedSum(values).value / Double(values.count)
}
