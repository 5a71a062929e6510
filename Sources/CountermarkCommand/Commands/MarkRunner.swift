import FoundationEssentials
import ImageWatermark
import Raster
import Scan

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Marks one picture or a folder of them, one JSON line each.
struct MarkRunner {
  /// What is written.
  enum Mark {
    case lattice(LatticeMarker)
    case deployed(DeployedMarker)
  }

  var mark: Mark
  var isDryRun: Bool

  func run(_ input: String, _ output: String?) throws {
    var isFolder = false
    let inputs = InputDiscovery.sources(for: [input])
    if let kind = try? FileManager.default.attributesOfItem(atPath: input)[.type] as? FileAttributeType {
      isFolder = kind == .typeDirectory
    }
    var failures = 0
    for source in inputs {
      let target = output.map { isFolder ? $0 + source.display.dropFirst(input.count) : $0 }
      do {
        Terminal.printOut(try line(marking: source, to: target) + "\n")
      } catch let problem as MarkProblem {
        failures += 1
        // In a folder other files are passed by; a picture that was named must be one.
        Terminal.printOut(problem.line(source: source.display) + "\n")
        Terminal.complain(
          "countermark: \(printable(source.display)): \(problem.message)\n  hint: \(problem.hint)")
      }
    }
    if failures > 0 { throw ExitStatus.incomplete }
  }

  /// Why a picture was not marked.
  private struct MarkProblem: Error {
    var code: String
    var message: String
    var hint: String

    func line(source: String) -> String {
      var json = JSONWriter()
      json.object { json in
        json.string("type", "error")
        json.string("source", source)
        json.string("code", code)
        json.string("message", message)
        json.string("hint", hint)
      }
      return String(decoding: json.bytes, as: UTF8.self)
    }
  }

  private func line(marking source: InputSource, to target: String?) throws -> String {
    guard case .file(let path) = source, let data = try? Data(contentsOf: URL(filePath: path.display)) else {
      throw MarkProblem(
        code: "unreadable", message: "the file cannot be read", hint: "check the path and its mode")
    }
    if let target, sameFile(path.display, target) {
      throw MarkProblem(
        code: "same-file", message: "the output is the input",
        hint: "an original is never touched; name another file")
    }
    do {
      let file = try ImageFile.read(Array(data))
      let goal = isDryRun ? nil : target
      switch mark {
      case .lattice(let marker):
        let result = try marker.mark(file, isDryRun: isDryRun)
        if let goal { try write(result.encoded ?? file.encoded(replacing: result.pixels), to: goal) }
        return line(source.display, goal, file, psnr: result.psnr, ssim: result.ssim) {
          describe(result, by: marker, in: &$0)
        }
      case .deployed(let marker):
        let result = try marker.mark(file, isDryRun: isDryRun)
        if let goal { try write(result.encoded, to: goal) }
        return line(source.display, goal, file, psnr: result.psnr, ssim: result.ssim) {
          describe(result, by: marker, in: &$0)
        }
      }
    } catch let error as RasterError {
      throw MarkProblem(code: error.code.rawValue, message: error.message, hint: error.hint)
    } catch let error as ImageWatermarkError {
      throw MarkProblem(code: error.code.rawValue, message: error.message, hint: error.hint)
    }
  }

  private func sameFile(_ left: String, _ right: String) -> Bool {
    var (one, other) = (stat(), stat())
    guard stat(left, &one) == 0, stat(right, &other) == 0 else { return false }
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino
  }

  /// Writes beside the target and renames, so that nobody sees half a picture.
  private func write(_ bytes: [UInt8], to target: String) throws {
    do {
      if let slash = target.lastIndex(of: "/"), slash != target.startIndex {
        try FileManager.default.createDirectory(
          atPath: String(target[..<slash]), withIntermediateDirectories: true)
      }
      try Data(bytes).write(to: URL(filePath: target), options: .atomic)
    } catch {
      throw MarkProblem(
        code: "cannot-write", message: "the result cannot be written to \(target)",
        hint: "check that the folder exists, that it can be written to, and that the disk has room")
    }
  }

  private func line(
    _ source: String, _ target: String?, _ file: ImageFile, psnr: Double, ssim: Double,
    _ describe: (inout JSONWriter) -> Void
  ) -> String {
    var json = JSONWriter()
    json.object { json in
      json.string("type", "marked")
      json.string("source", source)
      if let target { json.string("output", target) }
      json.integer("width", file.pixels.width)
      json.integer("height", file.pixels.height)
      json.number("psnr", rounded(psnr, 6))
      json.number("ssim", rounded(ssim, 6))
      describe(&json)
      if !file.warnings.isEmpty {
        json.array("warnings") { json in
          for warning in file.warnings { json.string(nil, warning) }
        }
      }
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private func describe(
    _ result: LatticeMarker.Result, by marker: LatticeMarker, in json: inout JSONWriter
  ) {
    json.string("payload", marker.payload.hex)
    json.bool("verified", result.trials.allSatisfy(\.isRead))
    if result.wasRaised { json.bool("strength_raised", true) }
    json.array("read_back") { json in
      for trial in result.trials {
        json.object { json in
          json.string("after", trial.name)
          json.bool("read", trial.isRead)
          json.number("log10_p", rounded(trial.log10PValue, 6))
        }
      }
    }
  }

  private func describe(
    _ result: DeployedMarker.Result, by marker: DeployedMarker, in json: inout JSONWriter
  ) {
    json.string("scheme", marker.method.rawValue)
    json.string("message", marker.message.name)
    json.bool("verified", result.bitsRight == marker.message.bits.count)
    json.array("read_back") { json in
      json.object { json in
        json.string("after", "as written")
        json.bool("read", result.bitsRight == marker.message.bits.count)
        json.integer("bits_right", result.bitsRight)
        json.integer("bits", marker.message.bits.count)
      }
    }
  }
}
