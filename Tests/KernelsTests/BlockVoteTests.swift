import Kernels
import TestSupport
import Testing

@Suite("Votes of blocks")
struct BlockVoteTests {
  @Test(
    "equal the plain Swift ones bit for bit at every level", arguments: CPULevel.available, [1, 3, 8, 21])
  func levels(level: CPULevel, columns: Int) {
    var generator = SplitMix64(seed: UInt64(columns))
    let (stride, rows) = (4 * columns + 3, 3)
    for offset: Float in [0, 256] {
      var plane = (0..<(stride * (4 * rows + 2))).map { _ in
        offset + Float.random(in: -90...90, using: &generator)
      }
      // A flat block at the start.
      for y in 2..<6 { for x in 1..<5 { plane[y * stride + x] = 0 } }
      let votes = BlockVoteKernel(step: 36, level: level).votes(
        plane, stride: stride, x: 1, y: 2, columns: columns, rows: rows, readings: [.largest, .singular])
      for block in 0..<(columns * rows) {
        let values = (0..<16).map {
          plane[(2 + 4 * (block / columns) + $0 / 4) * stride + 1 + 4 * (block % columns) + $0 % 4]
        }
        #expect(votes.largest[block] == BlockVoteReference.largest(values, step: 36))
        #expect(votes.singular[block] == BlockVoteReference.singular(values, step: 36))
      }
    }
  }

  @Test("a quantised coefficient and a quantised singular value vote for their bit")
  func quantised() {
    for (bit, expected) in [(0.25, -1.0), (0.75, 1.0)] {
      var block = [Float](repeating: 1, count: 16)
      (block[0], block[5]) = (400, Float((3 + bit) * 36))
      let kernel = BlockVoteKernel(step: 36)
      let seen = kernel.votes(block, stride: 4, x: 0, y: 0, columns: 1, rows: 1, readings: .largest)
      #expect(abs(Double(seen.largest[0]) - expected) < 0.01 && seen.singular.isEmpty)
      let flat = [Float](repeating: Float((7 + bit) * 36) / 4, count: 16)
      let value = kernel.votes(flat, stride: 4, x: 0, y: 0, columns: 1, rows: 1, readings: .singular)
        .singular[0]
      #expect(abs(Double(value) - expected) < 0.01)
    }
  }
}
