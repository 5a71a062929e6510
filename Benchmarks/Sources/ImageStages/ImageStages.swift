import Countermark
import Foundation

/// Times the stages of marking and reading one picture within a process, without files or start: CPU seconds, median of seven.
///
///     ImageStages PHOTOGRAPH
///
/// `embed` is pixels in, marked pixels out, as the peers' calls are; `mark` also writes the file's bytes and reads the mark back twice.
@main
struct ImageStages {
  static func main() throws {
    guard CommandLine.arguments.count == 2 else {
      FileHandle.standardError.write(Data("usage: ImageStages PHOTOGRAPH\n".utf8))
      exit(2)
    }
    WorkingMemory.keepFreed()
    let file = try ImageFile.read([UInt8](Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))))
    let pixels = file.pixels
    let key = LatticeKey(secret: Array("a secret of the bench, in bytes!".utf8))
    let payload = try LatticePayload(hex: "0123456789abcdef")
    let luma = Plane(width: pixels.width, height: pixels.height, samples: pixels.luma())
    let embedder = LatticeEmbedder(key: key, payload: payload)
    var marked = pixels
    func embed(_ strength: LatticeStrength) throws {
      let luma = Plane(width: pixels.width, height: pixels.height, samples: pixels.luma())
      let change = try embedder.change(luma, strength: strength)
      marked = pixels.adding(change.pattern.samples, gain: Float(change.gain)).image
    }
    let sdxl = DeployedMessage.known[0]
    let figures: [(String, () throws -> Void)] = [
      ("embed", { try embed(.standard) }),
      ("embed at a fixed PSNR", { try embed(.psnr(42)) }),
      ("mark", { _ = try LatticeMarker(key: key, payload: payload).mark(file) }),
      ("spectrum", { _ = SuspectSpectrum(luma: luma) }),
      ("embed dwt-dct", { _ = try InvisibleWatermark.mark(pixels, method: .dwtDct, bits: sdxl.bits) }),
      ("embed dwt-dct-svd", { _ = try InvisibleWatermark.mark(pixels, method: .dwtDctSvd, bits: sdxl.bits) }),
    ]
    let megapixels = Double(pixels.width * pixels.height) / 1e6
    var out = ["\"megapixels\": \((megapixels * 1000).rounded() / 1000)"]
    for (name, body) in figures {
      var times: [Double] = []
      for _ in 0..<7 {
        let start = clock()
        try body()
        times.append(Double(clock() - start) / Double(CLOCKS_PER_SEC))
      }
      out.append("\"\(name)\": \((times.sorted()[3] * 1e4 / megapixels).rounded() / 10)")
    }
    // What the last one was for.
    precondition(marked.width == pixels.width)
    print("{\(out.joined(separator: ", "))}")
  }
}
