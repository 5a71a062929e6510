/// Work in order: pieces are handed out one by one, worked on side by side, and their results taken in the order of the pieces.
///
/// At most `window` pieces are between reading and writing, and a new one is begun only when a result has been *taken*, not
/// when one is finished: a slow piece holds the others back instead of filling the memory. With the same pieces the results
/// come in the same order for any number of workers. The cost is some microseconds a piece, so pieces should take longer.
///
/// Pieces may weigh: then only as many are under way as weigh no more than the budget, and a heavier one is alone.
public enum OrderedPipeline {
  /// Runs until there are no more pieces, or `emit` throws.
  ///
  /// - Parameters:
  ///   - workers: how many tasks work side by side.
  ///   - makeScratch: the memory of one worker, made once each; a piece has one to itself.
  ///   - budget: what the pieces between reading and writing may weigh; at most one more is read ahead.
  ///   - weight: what a piece weighs.
  ///   - next: the next piece, or nil at the end. Called from one task at a time.
  ///   - process: works on a piece.
  ///   - emit: takes a result. Called in order, from the caller's task.
  public static func run<Piece: Sendable, Scratch: Sendable, Output: Sendable>(
    workers: Int, budget: Int = .max, weight: (Piece) -> Int = { _ in 0 }, makeScratch: () -> Scratch,
    next: () -> Piece?,
    process: @escaping @Sendable (Piece, Scratch) -> Output, emit: (Output) throws(ScanError) -> Void
  ) async throws(ScanError) {
    let workers = max(1, workers)
    var failure: ScanError?
    if workers == 1 {
      let scratch = makeScratch()
      while let piece = next() { try emit(process(piece, scratch)) }
      return
    }
    let window = workers * 2
    var idle = (0..<workers).map { _ in makeScratch() }
    await withTaskGroup(of: (index: Int, scratch: Scratch, output: Output).self) { group in
      var finished = [Output?](repeating: nil, count: window)
      var waiting: [Piece] = []
      var begun = 0
      var emitted = 0
      var isDone = false
      var queued = 0
      var weights = [Int](repeating: 0, count: window)
      // What was begun and not yet taken; with what waits, it is `held`.
      var load = 0
      var held = 0

      func begin() {
        while let scratch = idle.last, !waiting.isEmpty {
          let index = begun
          // The piece that is taken next is never held up.
          guard begun == emitted || weights[index % window] <= budget - load else { return }
          idle.removeLast()
          let piece = waiting.removeFirst()
          begun += 1
          load += weights[index % window]
          group.addTask { (index, scratch, process(piece, scratch)) }
        }
      }
      func refill() {
        while !isDone, queued - emitted < window, queued == emitted || held < budget {
          guard let piece = next() else {
            isDone = true
            return
          }
          weights[queued % window] = weight(piece)
          held += weights[queued % window]
          waiting.append(piece)
          queued += 1
          begin()
        }
      }
      refill()
      while let result = await group.next() {
        finished[result.index % window] = result.output
        idle.append(result.scratch)
        begin()
        while failure == nil, let output = finished[emitted % window] {
          finished[emitted % window] = nil
          do throws(ScanError) {
            try emit(output)
          } catch {
            failure = error
            isDone = true
            waiting.removeAll()
          }
          load -= weights[emitted % window]
          held -= weights[emitted % window]
          emitted += 1
        }
        begin()
        if failure == nil { refill() }
      }
    }
    if let failure { throw failure }
  }
}
