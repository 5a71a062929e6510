import FoundationEssentials
import ImageWatermark
import Raster
import Scan

/// Draws where a mark was found: each region's bound as a shade from red (nothing speaks for the mark) to green.
enum MapPicture {
  /// The regions as a PNG of about 600 pixels; full green at a bound of 10⁻⁹.
  static func png(_ map: LatticeMap) throws(RasterError) -> [UInt8] {
    let cell = max(8, 600 / max(map.columns, map.rows))
    let (width, height) = (map.columns * cell, map.rows * cell)
    var bytes = [UInt8](repeating: 0, count: width * height * 3)
    for y in 0..<height {
      for x in 0..<width {
        let value = map.log10PValues[(y / cell) * map.columns + x / cell]
        let share = min(max(-value / 9, 0), 1)
        // A thin line between regions.
        let shade = x % cell == 0 || y % cell == 0 ? 0.75 : 1.0
        let place = (y * width + x) * 3
        bytes[place] = UInt8(shade * (220 - 180 * share))
        bytes[place + 1] = UInt8(shade * (50 + 130 * share))
        bytes[place + 2] = UInt8(shade * 60)
      }
    }
    return try ImageFile.png(RasterImage(width: width, height: height, model: .rgb, samples: .bytes(bytes)))
  }
}

extension ScanRunner {
  /// Writes the map of a detected picture to the file that was asked for.
  func drawMap(_ lines: [ScanLine]) throws(ScanError) {
    guard let mapFile else { return }
    for case .image(let result) in lines {
      guard case .lattice(_, let map?) = result.evidence else { continue }
      do {
        try Data(MapPicture.png(map)).write(to: URL(filePath: mapFile), options: .atomic)
      } catch {
        throw ScanError(
          code: .cannotWrite, message: "the map cannot be written to \(mapFile)",
          hint: "check that the folder exists and can be written to")
      }
      return
    }
  }
}
