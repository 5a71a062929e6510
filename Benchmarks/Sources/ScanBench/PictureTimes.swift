import Countermark
import Foundation

/// What pictures cost before anything of a scan: libjpeg's decoding, and each reader on the decoded pixels.
enum PictureTimes {
  static func report(folder: String, passes: Int) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".jpg") }
      .sorted()
    let key = LatticeReader(key: LatticeKey(secret: Array("a secret of the bench, in bytes!".utf8)))
    let deployed = DeployedReader()
    let rule = try DecisionRule(alpha: 1e-6, testsPerRecord: 1 + deployed.methods.count)
    WorkingMemory.keepFreed()
    var (decoding, lattice, generators, pixels) = (0.0, 0.0, 0.0, 0)
    for name in names {
      let bytes = try FileBytes.read("\(folder)/\(name)", limit: 1 << 30)
      var file = try ImageFile.read(bytes)
      pixels += file.pixels.width * file.pixels.height
      decoding += try ScanBench.best(of: passes) { file = try ImageFile.read(bytes) }
      let image = file.pixels
      lattice += ScanBench.best(of: passes) {
        let suspect = SuspectSpectrum(
          luma: Plane(width: image.width, height: image.height, samples: image.luma()))
        _ = key.read(suspect, effort: .full, logThreshold: rule.logThreshold)
      }
      generators += ScanBench.best(of: passes) { _ = deployed.read(image) }
    }
    print(
      "{\"name\":\"pictures, parts alone\",\"records\":\(names.count),\"megapixels\":\(ScanBench.rounded(Double(pixels) / 1e6)),\"decode_cpu_s\":\(ScanBench.rounded(decoding)),\"lattice_cpu_s\":\(ScanBench.rounded(lattice)),\"generators_cpu_s\":\(ScanBench.rounded(generators))}"
    )
  }
}
