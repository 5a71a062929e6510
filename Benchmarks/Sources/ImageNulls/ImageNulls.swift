import Countermark
import Foundation

/// Looks for marks where there are none: random crops of unmarked photographs, under random keys, with everything tried.
///
///     ImageNulls lattice|deployed CROPS KEYS-A-CROP SEED PHOTOGRAPH…
///
/// Prints one JSON line with the smallest bounds and how many lie at or below each level, beside the most that may.
@main
struct ImageNulls {
  /// SplitMix64: a run can be replayed from its seed.
  struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
      return mixed ^ (mixed >> 31)
    }
  }

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 5, let crops = Int(arguments[2]), let keys = Int(arguments[3]),
      let seed = UInt64(arguments[4])
    else {
      FileHandle.standardError.write(
        Data("usage: ImageNulls lattice|deployed CROPS KEYS SEED PHOTOGRAPH…\n".utf8))
      exit(2)
    }
    let isLattice = arguments[1] == "lattice"
    var random = Random(state: seed)
    let photographs = try arguments[5...].map {
      try ImageFile.read([UInt8](Data(contentsOf: URL(fileURLWithPath: $0)))).pixels
    }
    var values: [String: [Double]] = [:]
    var payloads = 0
    let start = Date()
    for number in 0..<crops {
      let crop = Self.crop(photographs[number % photographs.count], using: &random)
      if isLattice {
        let suspect = SuspectSpectrum(
          luma: Plane(width: crop.width, height: crop.height, samples: crop.luma()))
        for _ in 0..<keys {
          let key = LatticeKey(secret: (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
          let seen = LatticeReader(key: key).read(suspect, logThreshold: -20.72)
          values["lattice-1", default: []].append(seen.log10PValue)
          if seen.payload != nil { payloads += 1 }
        }
      } else {
        for finding in DeployedReader().read(crop) {
          values[finding.method.rawValue, default: []].append(finding.log10PValue)
        }
      }
      if number % 100 == 99 {
        FileHandle.standardError.write(Data("\(number + 1) of \(crops)\n".utf8))
      }
    }
    let seconds = Date().timeIntervalSince(start)
    for (name, list) in values.sorted(by: { $0.key < $1.key }) {
      let sorted = list.sorted()
      let levels = [0.1, 0.01, 0.001, 0.0001].map { level in
        let seen = sorted.count { $0 <= log10(level) + 1e-12 }
        return
          "{\"level\": \(level), \"seen\": \(seen), \"expected_at_most\": \(level * Double(sorted.count))}"
      }
      print(
        "{\"null\": \"\(name)\", \"photographs\": \(photographs.count), \"crops\": \(crops), "
          + "\"keys_a_crop\": \(isLattice ? keys : 1), \"seed\": \(seed), \"trials\": \(sorted.count), "
          + "\"payloads\": \(payloads), \"smallest_log10_p\": \(sorted.prefix(5).map { ($0 * 1000).rounded() / 1000 }), "
          + "\"levels\": [\(levels.joined(separator: ", "))], \"seconds\": \(seconds.rounded())}")
    }
  }

  /// A piece of 256 to 640 pixels a side, anywhere, at the photograph's scale or down to a quarter of it.
  static func crop(_ photograph: RasterImage, using random: inout Random) -> RasterImage {
    let step = max(
      1, min(Int.random(in: 1...4, using: &random), min(photograph.width, photograph.height) / 300))
    let (wide, tall) = (photograph.width / step, photograph.height / step)
    let width = Int.random(in: min(256, wide)...min(640, wide), using: &random)
    let height = Int.random(in: min(256, tall)...min(640, tall), using: &random)
    let x = Int.random(in: 0...(wide - width), using: &random)
    let y = Int.random(in: 0...(tall - height), using: &random)
    let rgb = photograph.rgbBytes()
    var out: [UInt8] = []
    out.reserveCapacity(width * height * 3)
    for row in y..<(y + height) {
      for column in x..<(x + width) {
        let place = 3 * (row * step * photograph.width + column * step)
        out += rgb[place..<(place + 3)]
      }
    }
    return RasterImage(width: width, height: height, model: .rgb, samples: .bytes(out))
  }
}
