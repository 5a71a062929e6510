import LanguageModel
import Statistics
import TextMarking
import TextWatermark
import Tokenization

/// Writes marked texts and their unmarked twins, and measures what the mark costs and where it is found.
///
/// Twins have the prompt, seed and stream of their marked text, so that they differ by the mark alone. All figures are functions of the
/// plan: any number of workers gives the same ones.
///
/// Cost: a text of n tokens for each prompt, seed and strength, and one for the twin.
public struct TextEvaluation<Model: CausalLanguageModel>: Sendable {
  private let plan: EvaluationPlan
  private let model: Model
  /// The markers, one a strength.
  private let markers: [TextMarker<Model>]

  /// Prepares an evaluation of a profile at the plan's strengths.
  public init(
    _ plan: EvaluationPlan, model: Model, tokenizer: Tokenizer, profile: WatermarkProfile, keys: KeyRing,
    keyID: String? = nil
  ) throws {
    self.plan = plan
    self.model = model
    markers = try plan.strengths.map { strength in
      var marker = try TextMarker(
        model: model, tokenizer: tokenizer,
        profile: try profile.varying(ratio: strength.ratio, bias: strength.bias),
        keys: keys, keyID: keyID, rule: try DecisionRule())
      marker.sampling = plan.sampling
      return marker
    }
  }

  /// How many texts are written in all.
  public var textCount: Int { plan.prompts.count * plan.seeds.count * (plan.strengths.count + 1) }

  /// Runs it.
  ///
  /// - Parameters:
  ///   - workers: how many batches are written side by side.
  ///   - width: the texts of a batch.
  ///   - progress: called with the number of texts that are written, from any task.
  ///   - isCancelled: asked between texts; the evaluation then ends without figures.
  public func run(
    workers: Int = 1, width: Int = 16, progress: @escaping @Sendable (Int) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) async throws -> EvaluationResult? {
    let jobs = allJobs()
    let size = max(1, width)
    let starts = Array(stride(from: 0, to: jobs.count, by: size))
    var batches = [[WrittenText]](repeating: [], count: starts.count)
    await withTaskGroup(of: (Int, [WrittenText]).self) { group in
      var next = 0
      var done = 0
      func begin() {
        guard next < starts.count else { return }
        let batch = next
        let slice = Array(jobs[starts[batch]..<min(starts[batch] + size, jobs.count)])
        next += 1
        group.addTask { (batch, self.write(slice, width: size, isCancelled: isCancelled)) }
      }
      for _ in 0..<max(1, workers) { begin() }
      while let (batch, texts) = await group.next() {
        batches[batch] = texts
        done += texts.count
        progress(done)
        if !isCancelled() { begin() }
      }
    }
    if isCancelled() { return nil }
    let texts = batches.flatMap { $0 }
    var result = EvaluationResult()
    result.prompts = plan.prompts.count
    result.seeds = plan.seeds.count
    result.tokensWritten = texts.reduce(0) { $0 + $1.ids.count }
    result.failures = texts.compactMap(\.failure)
    let whole = texts.filter { $0.failure == nil }
    result.quality = try QualityTable(plan: plan, texts: whole).rows()
    let table = PowerTable(plan: plan, detectors: markers.map(\.detector), texts: whole)
    result.power = try table.rows()
    result.null = try table.nullRows()
    result.attacks = try AttackTable(plan: plan, markers: markers, texts: whole).rows()
    return result
  }

  /// One text to write.
  private struct Job: Sendable {
    var prompt: Int
    var seed: UInt64
    /// The index of a strength; nil for the unmarked twin.
    var strength: Int?
  }

  private func allJobs() -> [Job] {
    ([nil] + plan.strengths.indices.map { $0 }).flatMap { strength in
      plan.seeds.flatMap { seed in
        plan.prompts.indices.map { Job(prompt: $0, seed: seed, strength: strength) }
      }
    }
  }

  private func write(_ jobs: [Job], width: Int, isCancelled: @Sendable () -> Bool) -> [WrittenText] {
    var records: [MeasuredMarking.Record] = []
    let requests = jobs.map { job in
      let record = MeasuredMarking.Record()
      records.append(record)
      var request = markers[job.strength ?? 0].request(
        prompt: plan.prompts[job.prompt].ids, tokens: plan.lengths.last ?? 0, seed: job.seed,
        stream: UInt64(job.prompt),
        isMarked: job.strength != nil, measuring: record)
      if plan.isFullLength { request.minimumTokens = request.maximumTokens }
      return request
    }
    var texts = jobs.map { WrittenText(prompt: $0.prompt, seed: $0.seed, strength: $0.strength) }
    var generation = BatchGeneration(of: requests, by: model, width: width)
    while let outcome = generation.next(unless: isCancelled) {
      switch outcome.result {
      case .success(let text):
        texts[outcome.index].ids = text.ids
        texts[outcome.index].logProbabilities = text.tokens.compactMap { $0.statistics?.logProbability }
        texts[outcome.index].steps = Array(records[outcome.index].steps.prefix(text.ids.count))
      case .failure(let error):
        texts[outcome.index].failure = .init(
          prompt: plan.prompts[jobs[outcome.index].prompt].id, seed: jobs[outcome.index].seed,
          message: error.message, hint: error.hint)
      }
    }
    return texts
  }
}

/// A text that was written, with what was measured at each step.
struct WrittenText: Sendable {
  var prompt: Int
  var seed: UInt64
  var strength: Int?
  var ids: [UInt32] = []
  var logProbabilities: [Double] = []
  var steps: [MarkingStep] = []
  var failure: EvaluationResult.Failure?
}
