import Scan
import Synchronization
import TestSupport
import Testing

/// Counts what is under way; shared by the workers of one run.
private final class Watch: Sendable {
  let began = Atomic<Int>(0)
  let taken = Atomic<Int>(0)
  let widest = Atomic<Int>(0)
}

@Suite("Ordered pipeline")
struct PipelineTests {
  @Test("results come in the order of the pieces, for any number of workers", arguments: [1, 2, 3, 8])
  func order(workers: Int) async throws {
    let count = 500
    var nextPiece = 0
    var taken: [Int] = []
    let watch = Watch()
    try await OrderedPipeline.run(
      workers: workers, makeScratch: { 0 },
      next: { () -> Int? in
        guard nextPiece < count else { return nil }
        let open =
          watch.began.wrappingAdd(1, ordering: .relaxed).newValue - watch.taken.load(ordering: .relaxed)
        if open > watch.widest.load(ordering: .relaxed) { watch.widest.store(open, ordering: .relaxed) }
        defer { nextPiece += 1 }
        return nextPiece
      },
      process: { (piece: Int, _: Int) in
        // Work of very different sizes, so that pieces finish out of order.
        var generator = SplitMix64(seed: UInt64(piece))
        var sum: UInt64 = 0
        for _ in 0..<(piece % 17 * 3_000) { sum &+= generator.next() }
        return (piece, sum)
      },
      emit: { (result: (Int, UInt64)) throws(ScanError) in
        watch.taken.add(1, ordering: .relaxed)
        taken.append(result.0)
      })
    #expect(taken == Array(0..<count))
    #expect(
      watch.widest.load(ordering: .relaxed) <= max(1, workers * 2),
      "more pieces are open than the window allows")
  }

  @Test("pieces that weigh much are fewer at a time, one heavier than the budget is alone, and none is left")
  func budget() async throws {
    let weights = (0..<300).map { $0 % 50 == 7 ? 500 : $0 % 7 * 10 }
    let load = Atomic<Int>(0)
    let alone = Atomic<Int>(0)
    var nextPiece = 0
    var taken: [Int] = []
    try await OrderedPipeline.run(
      workers: 8, budget: 100, weight: { weights[$0] }, makeScratch: { 0 },
      next: { () -> Int? in
        guard nextPiece < weights.count else { return nil }
        defer { nextPiece += 1 }
        return nextPiece
      },
      process: { (piece: Int, _: Int) in
        let now = load.wrappingAdd(weights[piece], ordering: .relaxed).newValue
        if weights[piece] > 100, now == weights[piece] { alone.add(1, ordering: .relaxed) }
        let isWithin = now <= max(100, weights[piece])
        var generator = SplitMix64(seed: UInt64(piece))
        for _ in 0..<(piece % 11 * 2_000) { _ = generator.next() }
        load.subtract(weights[piece], ordering: .relaxed)
        return (piece, isWithin)
      },
      emit: { (result: (Int, Bool)) throws(ScanError) in
        #expect(result.1)
        taken.append(result.0)
      })
    #expect(taken == Array(weights.indices))
    #expect(alone.load(ordering: .relaxed) == 6)
  }

  @Test("a reader that stops ends the run", arguments: [1, 4])
  func stop(workers: Int) async {
    var nextPiece = 0
    var taken = 0
    let error = await #expect(throws: ScanError.self) {
      try await OrderedPipeline.run(
        workers: workers, makeScratch: { 0 },
        next: { () -> Int? in
          nextPiece += 1
          return nextPiece
        },
        process: { (piece: Int, _: Int) in piece },
        emit: { (_: Int) throws(ScanError) in
          taken += 1
          if taken == 20 { throw ScanError(code: .brokenPipe, message: "closed", hint: "") }
        })
    }
    #expect(error?.code == .brokenPipe)
    #expect(taken == 20)
  }
}
