/// Finds the most likely inputs of ``LatticeCode`` for soft code bits, best first.
///
/// One forward pass keeps, for every state, how much worse the other way into it is. The best path is then traced back, and
/// each next one leaves a known path at the cheapest place not used yet (the serial list algorithm). With a CRC as selector
/// sixteen paths are worth about 0.75 dB. Cost: about 40 µs for 88 steps, one more microsecond a path.
///
/// Source: Seshadri and Sundberg, "List Viterbi Decoding Algorithms with Applications", IEEE Trans. Comm. 42 (1994).
struct ListViterbi {
  private let steps: Int
  private let inputs: Int
  /// For each step and state: which way in won (the state's oldest bit), and by how much.
  private var won: [UInt8]
  private var margin: [Float]

  /// Runs the forward pass.
  ///
  /// - Parameters:
  ///   - soft: four values a step, positive for a one.
  ///   - inputs: payload and check bits; the tail that follows is zeros.
  init(soft: [Float], inputs: Int) {
    let states = LatticeCode.states
    steps = inputs + LatticeCode.memory
    precondition(soft.count == 4 * steps, "four soft values a step")
    self.inputs = inputs
    won = [UInt8](repeating: 0, count: steps * states)
    margin = [Float](repeating: 0, count: steps * states)
    var metric = [Float](repeating: -1e30, count: states)
    var next = metric
    metric[0] = 0
    let signs = LatticeCode.signs
    won.withUnsafeMutableBufferPointer { won in
      margin.withUnsafeMutableBufferPointer { margin in
        for step in 0..<steps {
          let value = SIMD4(soft[4 * step], soft[4 * step + 1], soft[4 * step + 2], soft[4 * step + 3])
          let row = step * states
          metric.withUnsafeBufferPointer { metric in
            next.withUnsafeMutableBufferPointer { next in
              for low in 0..<(states / 2) {
                // All generators begin and end with a one: the four ways through a pair of states differ in sign only.
                let branch = (signs[low] * value).sum()
                let (first, second) = (metric[low], metric[low + states / 2])
                for input in 0...1 {
                  let state = 2 * low + input
                  let signed = input == 0 ? branch : -branch
                  let (near, far) = (first + signed, second - signed)
                  won[row + state] = far > near ? 1 : 0
                  margin[row + state] = abs(far - near)
                  next[state] = max(near, far)
                }
                if step >= inputs { next[2 * low + 1] = -1e30 }
              }
            }
          }
          swap(&metric, &next)
        }
      }
    }
  }

  private struct Path {
    /// How much worse than the best path.
    var cost: Float
    /// Steps at which the path takes the way that lost, latest first; before the last of these it follows the winners.
    var departures: [Int]
  }

  /// Calls `body` with the inputs of up to `limit` paths, best first, until it returns true.
  func paths(limit: Int, _ body: ([Bool]) -> Bool) {
    var waiting = [Path(cost: 0, departures: [])]
    var given = 0
    while given < limit, let best = waiting.indices.min(by: { waiting[$0].cost < waiting[$1].cost }) {
      let path = waiting.remove(at: best)
      let (bits, losses) = trace(path)
      given += 1
      if body(bits) { return }
      // A new path departs once more, before all departures of this one.
      let end = path.departures.last ?? steps
      for step in 0..<end where losses[step] < 1e29 {
        waiting.append(Path(cost: path.cost + losses[step], departures: path.departures + [step]))
      }
      // Only so many can still be given.
      if waiting.count > 4 * limit {
        waiting.sort { $0.cost < $1.cost }
        waiting.removeLast(waiting.count - limit)
      }
    }
  }

  private func trace(_ path: Path) -> (bits: [Bool], losses: [Float]) {
    let states = LatticeCode.states
    var bits = [Bool](repeating: false, count: steps)
    var losses = [Float](repeating: 0, count: steps)
    var state = 0
    var departure = 0
    for step in Swift.stride(from: steps - 1, through: 0, by: -1) {
      bits[step] = state & 1 == 1
      losses[step] = margin[step * states + state]
      var high = won[step * states + state]
      if departure < path.departures.count, path.departures[departure] == step {
        high ^= 1
        departure += 1
      }
      state = state >> 1 | (high == 1 ? states >> 1 : 0)
    }
    return (Array(bits[..<inputs]), losses)
  }
}
