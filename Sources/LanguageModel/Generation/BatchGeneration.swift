/// Many texts written side by side: each reading of the weights serves a token of every sequence.
///
/// A sequence that ends makes room for the next request. Each text is the one that ``TextGeneration`` writes, whatever the width.
public struct BatchGeneration<Model: CausalLanguageModel> {
  private struct Running {
    var index: Int
    var decoder: SequenceDecoder
    var cache: Model.Cache
    var tokens: [GeneratedToken]
    var last: UInt32
  }

  /// What became of one request.
  public struct Outcome: Sendable {
    /// The request's place in the list.
    public let index: Int
    /// The text, or what kept it from being written.
    public let result: Result<GeneratedText, LanguageModelError>
  }

  private let model: Model
  private let requests: [GenerationRequest]
  private let width: Int
  private var started = 0
  private var running: [Running] = []
  private var finished: [Outcome] = []

  /// Prepares to write.
  ///
  /// - Parameter width: how many sequences go side by side; each needs a cache.
  public init(of requests: [GenerationRequest], by model: Model, width: Int = 16) {
    (self.requests, self.model, self.width) = (requests, model, max(width, 1))
  }

  /// The next text that is whole, in the order in which they end; nil when all are, or when it is stopped.
  ///
  /// An error of one sequence ends that one alone.
  ///
  /// - Parameter isStopped: asked at each step; once true, texts that are not whole are given up.
  public mutating func next(unless isStopped: () -> Bool = { false }) -> Outcome? {
    while finished.isEmpty {
      if isStopped() { return nil }
      while running.count < width, started < requests.count { start() }
      guard finished.isEmpty else { break }
      guard !running.isEmpty else { return nil }
      step()
    }
    return finished.removeFirst()
  }

  /// Writes all of them; results in the order of the requests.
  public mutating func run() -> [Result<GeneratedText, LanguageModelError>] {
    var outcomes: [Outcome] = []
    while let outcome = next() { outcomes.append(outcome) }
    return outcomes.sorted { $0.index < $1.index }.map(\.result)
  }

  private mutating func start() {
    let index = started
    started += 1
    do {
      let request = requests[index]
      let decoder = try SequenceDecoder(request, model: model)
      let cache = try model.makeCache(capacity: request.prompt.count + decoder.limit)
      let one = Running(index: index, decoder: decoder, cache: cache, tokens: [], last: 0)
      guard decoder.finish == nil else { return finish(one) }
      let logits = try model.evaluate(request.prompt, cache: cache, positions: .last)
      accept(one, logits[0])
    } catch {
      finished.append(Outcome(index: index, result: .failure(error)))
    }
  }

  private mutating func step() {
    let batch = running
    running = []
    do throws(LanguageModelError) {
      let logits = try model.evaluateNext(batch.map(\.last), caches: batch.map(\.cache))
      for (one, row) in zip(batch, logits) { accept(one, row) }
    } catch {
      // One of them spoils the batch: each for itself shows which.
      for one in batch {
        do throws(LanguageModelError) {
          accept(one, try model.evaluateNext([one.last], caches: [one.cache])[0])
        } catch {
          finished.append(Outcome(index: one.index, result: .failure(error)))
        }
      }
    }
  }

  private mutating func accept(_ running: Running, _ logits: [Float]) {
    var one = running
    do throws(LanguageModelError) {
      guard let token = try one.decoder.advance(logits) else { return finish(one) }
      one.tokens.append(token)
      one.last = token.id
      if one.decoder.finish == nil { self.running.append(one) } else { finish(one) }
    } catch {
      finished.append(Outcome(index: one.index, result: .failure(error)))
    }
  }

  private mutating func finish(_ one: Running) {
    finished.append(
      Outcome(
        index: one.index,
        result: .success(GeneratedText(tokens: one.tokens, finish: one.decoder.finish ?? .length))))
  }
}
