import Kernels
import TestSupport
import Testing

@Suite("Delimited text")
struct DelimitedIndexTests {
  @Test(
    "Every level finds the plain reader's places, at every length and alignment",
    arguments: CPULevel.available)
  func levels(_ level: CPULevel) {
    var random = SplitMix64(seed: 7)
    let alphabet: [UInt8] = [0x22, 0x2c, 0x0a, 0x0d, 0x61, 0x09, 0x00, 0xff, 0x62, 0x63]
    let kernel = DelimitedIndexKernel(delimiter: 0x2c, level: level)
    var positions: [UInt32] = []
    for length in Array(0...200) + [1000, 4096, 4097] {
      for quotes in [false, true] {
        var bytes = (0..<length).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
        if !quotes { bytes = bytes.map { $0 == 0x22 ? 0x61 : $0 } }
        let offset = length % 5
        let shifted = [UInt8](repeating: 0x22, count: offset) + bytes
        let count = shifted.withUnsafeBufferPointer {
          kernel.index(UnsafeBufferPointer(rebasing: $0[offset...]), into: &positions)
        }
        #expect(
          Array(positions[..<count]) == DelimitedIndexReference.index(bytes, delimiter: 0x2c), "\(length)")
      }
    }
  }
}
