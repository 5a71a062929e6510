import Foundation
import Raster
import TestSupport
import Testing

/// A picture with ground, edges and texture, made from a seed.
private func photograph(width: Int, height: Int, seed: UInt64) -> RasterImage {
  var generator = SplitMix64(seed: seed)
  func unit() -> Double { Double.random(in: 0..<1, using: &generator) }
  let discs = (0..<30).map { _ in
    (
      x: unit() * Double(width), y: unit() * Double(height), r: unit() * 80 + 10, level: unit() * 110 - 55,
      rough: unit() * 24
    )
  }
  let waves = (0..<10).map { _ in (x: unit() - 0.5, y: unit() - 0.5, phase: unit() * 6) }
  var bytes: [UInt8] = []
  for y in 0..<height {
    for x in 0..<width {
      var (level, rough) = (120.0 + 40 * Double(x) / Double(width), 5.0)
      for disc in discs where pow(Double(x) - disc.x, 2) + pow(Double(y) - disc.y, 2) < disc.r * disc.r {
        level += disc.level
        rough = disc.rough
      }
      for wave in waves {
        level += rough * 0.3 * cosineOf(6.28 * (wave.x * Double(x) + wave.y * Double(y)) + wave.phase)
      }
      for tint in [1.0, 0.9, 0.8] { bytes.append(UInt8(min(max(level * tint, 0), 255))) }
    }
  }
  return RasterImage(width: width, height: height, model: .rgb, samples: .bytes(bytes))
}

@Suite("Pictures through the command")
struct ImageCommandTests {
  private static let payload = "0123456789abcdef"

  /// A ring with one secret, and a folder with a PNG, a JPEG with a wrong name, a text and something else.
  private struct Studio {
    let scratch: Scratch
    let ring: String
    var photos: String { scratch.path + "/photos" }

    init() throws {
      scratch = try Scratch()
      ring = scratch.path + "/ring.json"
      _ = try Tool.run(["key", "new", "--id", "me", "--keys", ring])
      try FileManager.default.createDirectory(
        atPath: scratch.path + "/photos/inner", withIntermediateDirectories: true)
      try scratch.file("photos/a.png", Data(ImageFile.png(photograph(width: 420, height: 320, seed: 1))))
      try scratch.file(
        "photos/inner/b.jpg", Data(ImageFile.jpeg(photograph(width: 512, height: 384, seed: 2), quality: 92)))
    }

    var key: [String] { ["--keys", ring, "--key-id", "me"] }

    func mark(_ input: String, _ output: String, _ more: [String] = []) throws -> Tool.Run {
      try Tool.run(["mark", "image", input, output, "--payload", ImageCommandTests.payload] + key + more)
    }
  }

  @Test("a folder is marked with its names and structure, originals stay, and every mark is found and told")
  func folder() throws {
    let studio = try Studio()
    let original = try Data(contentsOf: URL(fileURLWithPath: studio.photos + "/a.png"))
    let marked = studio.scratch.path + "/marked"
    let run = try studio.mark(studio.photos, marked)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.lines.count == 2)
    for line in run.lines {
      #expect(line["verified"] as? Bool == true && line["payload"] as? String == Self.payload)
      #expect((line["psnr"] as! Double) > 38 && (line["ssim"] as! Double) > 0.97)
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: studio.photos + "/a.png")) == original)
    let seen = try Tool.run(
      ["detect", "image", marked, studio.photos, "--json", "--scheme", "lattice-1"] + studio.key)
    #expect(seen.status == 1)
    let results = seen.lines("result")
    #expect(
      results.map { $0["source"] as? String } == [
        marked + "/a.png", marked + "/inner/b.jpg", studio.photos + "/a.png", studio.photos + "/inner/b.jpg",
      ])
    #expect(
      results.map { $0["verdict"] as? String } == ["detected", "detected", "not-detected", "not-detected"])
    #expect(results.map { $0["payload"] as? String } == [Self.payload, Self.payload, nil, nil])
    for result in results.prefix(2) {
      #expect((result["log10_p"] as! Double) < -20)
      let geometry = try #require(result["geometry"] as? [String: Any])
      #expect(
        abs(geometry["rotation_degrees"] as! Double) < 0.2 && abs((geometry["scale"] as! Double) - 1) < 0.01)
    }
    for result in results.suffix(2) { #expect((result["log10_p"] as! Double) > -4) }
  }

  @Test("another key finds nothing, and both are looked for unless one is named")
  func keys() throws {
    let studio = try Studio()
    let marked = studio.scratch.path + "/m.png"
    _ = try studio.mark(studio.photos + "/a.png", marked)
    _ = try Tool.run(["key", "new", "--id", "other", "--keys", studio.ring])
    let all = try Tool.run([
      "detect", "image", marked, "--keys", studio.ring, "--json", "--scheme", "lattice-1",
    ])
    #expect(all.lines("result").map { $0["verdict"] as? String } == ["detected", "not-detected"])
    #expect(all.lines("run")[0]["tests_per_image"] as? Int == 2)
    let secrets = try String(contentsOfFile: studio.ring, encoding: .utf8).split(separator: "\"").filter {
      $0.count == 64
    }
    #expect(secrets.count == 2)
    for secret in secrets { #expect(!(all.output + all.errors).contains(secret)) }
    let integers = try studio.scratch.file(
      "integers.json", #"{"keys": [{"id": "k", "integer": "5"}]}"#, mode: 0o600)
    let refused = try Tool.run(["detect", "image", marked, "--keys", integers, "--key-id", "k"])
    #expect(refused.status == 4 && refused.errors.contains("needs a secret"))
    let none = try Tool.run(["detect", "image", marked, "--keys", integers, "--scheme", "lattice-1"])
    #expect(none.status == 4 && none.errors.contains("no secret"))
  }

  @Test(
    "scan takes folders of texts and pictures by content, in order, the same bytes for any number of workers")
  func mixedScan() throws {
    let studio = try Studio()
    let marked = studio.scratch.path + "/photos/z.txt"
    _ = try studio.mark(studio.photos + "/a.png", studio.scratch.path + "/z.png")
    try FileManager.default.moveItem(atPath: studio.scratch.path + "/z.png", toPath: marked)
    try studio.scratch.file("photos/words.txt", "These are some words about tides and the moon.")
    try studio.scratch.file(
      "photos/cut.png", try Data(contentsOf: URL(fileURLWithPath: studio.photos + "/a.png")).prefix(9_000))
    try studio.scratch.file("photos/other.gif", Data("GIF89a".utf8 + [0, 0, 1, 2]))
    let profile = try studio.scratch.file(
      "p.json",
      #"{"name": "p", "scheme": "kgw-transformers", "key": "me", "vocabulary_size": 49152, "tokenizer": "\#(Bench.corpora)/smollm2/tokenizer.json"}"#
    )
    let runs = try ["1", "3"].map {
      try Tool.run(["scan", studio.photos, "--json", "--keys", studio.ring, "--profile", profile, "-j", $0])
    }
    #expect(runs[0].output == runs[1].output)
    let run = runs[0]
    #expect(run.status == 3)
    // Three readers a picture: the key's lattice, and two methods of generators.
    #expect(
      run.lines("result").map { $0["kind"] as? String } == Array(repeating: "image", count: 6) + [
        "text", "image", "image", "image",
      ])
    #expect(
      run.lines("result").filter { $0["verdict"] as? String == "detected" }.map { $0["source"] as? String }
        == [marked])
    #expect(run.lines("run")[0]["tests_per_image"] as? Int == 3)
    #expect(run.lines("error").map { $0["code"] as? String } == ["truncated-image", "not-text"])
    #expect(
      run.count("seen") == 6 && run.count("scanned") == 4 && run.count("failed") == 1
        && run.count("skipped") == 1)
    #expect(run.count("images") == 3)
    // A megabyte is enough for these, and a limit is a skip, never a clean bill.
    try studio.scratch.file(
      "photos/large.png",
      try Data(contentsOf: URL(fileURLWithPath: studio.photos + "/a.png")) + Data(count: 1 << 20))
    let limited = try Tool.run([
      "scan", studio.photos + "/large.png", "--json", "--keys", studio.ring, "--image-limit", "1",
    ])
    #expect(limited.status == 3 && limited.count("skipped") == 1 && limited.lines("result").isEmpty)
    #expect(limited.lines("error").first?["code"] as? String == "file-too-large")
  }

  @Test("a map shows where the mark is")
  func map() throws {
    let studio = try Studio()
    let marked = studio.scratch.path + "/m.png"
    _ = try studio.mark(studio.photos + "/a.png", marked)
    // The right half is replaced by the unmarked original.
    let (with, without) = (
      try ImageFile.read(Array(Data(contentsOf: URL(fileURLWithPath: marked)))).pixels,
      try ImageFile.read(Array(Data(contentsOf: URL(fileURLWithPath: studio.photos + "/a.png")))).pixels
    )
    var bytes = with.rgbBytes()
    let other = without.rgbBytes()
    for y in 0..<320 { for x in (210 * 3)..<(420 * 3) { bytes[y * 1260 + x] = other[y * 1260 + x] } }
    let half = try studio.scratch.file(
      "half.png",
      Data(ImageFile.png(RasterImage(width: 420, height: 320, model: .rgb, samples: .bytes(bytes)))))
    let picture = studio.scratch.path + "/map.png"
    let run = try Tool.run(["detect", "image", half, "--json", "--map", picture] + studio.key)
    let map = try #require(run.lines("result").first?["map"] as? [String: Any])
    let (columns, values) = (map["columns"] as! Int, map["log10_p"] as! [Double])
    let left = values.enumerated().filter { $0.offset % columns < columns / 2 - 1 }.map(\.element)
    let right = values.enumerated().filter { $0.offset % columns > columns / 2 + 1 }.map(\.element)
    #expect(left.count { $0 < -3 } > left.count * 3 / 4, "\(left)")
    #expect(right.count { $0 > -2 } > right.count * 9 / 10, "\(right)")
    #expect(try ImageFile.read(Array(Data(contentsOf: URL(fileURLWithPath: picture)))).pixels.width >= 400)
  }

  @Test("what cannot be marked is refused with a reason, and nothing is written")
  func refusals() throws {
    let studio = try Studio()
    let out = studio.scratch.path + "/out.png"
    func refused(_ input: String, _ more: [String] = []) throws -> (Int32, String) {
      let run = try studio.mark(input, out, more)
      #expect(!FileManager.default.fileExists(atPath: out))
      return (run.status, run.lines.first?["code"] as? String ?? run.errors)
    }
    let flat = try studio.scratch.file(
      "flat.png",
      Data(
        ImageFile.png(
          RasterImage(
            width: 300, height: 300, model: .rgb, samples: .bytes(.init(repeating: 90, count: 270_000))))))
    let tiny = try studio.scratch.file(
      "tiny.png", Data(ImageFile.png(photograph(width: 100, height: 300, seed: 3))))
    let text = try studio.scratch.file("text.png", "no picture")
    #expect(try refused(tiny) == (3, "unsupported-size"))
    #expect(try refused(text) == (3, "not-an-image"))
    #expect(try refused(flat, ["--psnr", "60"]) == (3, "capacity-too-low"))
    #expect(try refused(studio.scratch.path + "/none.png") == (3, "unreadable"))
    #expect(
      try studio.mark(studio.photos + "/a.png", out, ["--psnr", "42", "--visibility", "0.98"]).status == 2)
    #expect(try Tool.run(["mark", "image", tiny, out, "--payload", "0123"] + studio.key).status == 2)
    let same = try studio.mark(studio.photos + "/a.png", studio.photos + "/a.png")
    #expect(same.status == 3 && same.lines.first?["code"] as? String == "same-file")
    let nowhere = try studio.mark(studio.photos + "/a.png", "/proc/none/out.png")
    #expect(nowhere.status == 3 && nowhere.lines.first?["code"] as? String == "cannot-write")
    let dry = try Tool.run(["mark", "image", tiny, "--dry-run", "--payload", Self.payload] + studio.key)
    #expect(dry.status == 3)
    let could = try Tool.run(
      ["mark", "image", studio.photos, "--dry-run", "--payload", Self.payload] + studio.key)
    #expect(could.status == 0 && could.lines.count == 2)
    #expect(could.lines.allSatisfy { ($0["read_back"] as? [[String: Any]])?.isEmpty == false })
  }

  @Test("--psnr fixes the strength, and JPEG in is JPEG out")
  func strength() throws {
    let studio = try Studio()
    let out = studio.scratch.path + "/out.jpg"
    let run = try studio.mark(studio.photos + "/inner/b.jpg", out, ["--psnr", "40"])
    #expect(abs((run.lines.first?["psnr"] as? Double ?? 0) - 40) < 0.05)
    let file = try ImageFile.read(Array(Data(contentsOf: URL(fileURLWithPath: out))))
    #expect(file.format == .jpeg && file.pixels.width == 512)
  }

  @Test(
    "generators' marks are written pixel for pixel as the tool does, and kept only where its decoder reads them",
    arguments: [
      ("rocket", "rocket_dwtdctsvd_sdv1", "dwt-dct-svd", "StableDiffusionV1"),
      ("picos", "picos_dwtdct_sdv1", "dwt-dct", "Stable Diffusion 1"),
    ])
  func writesDeployed(_ plain: String, _ wanted: String, _ scheme: String, _ message: String) throws {
    let scratch = try Scratch()
    let golden = Golden.packageRoot + "/Tests/Golden/image/"
    let out = scratch.path + "/out.png"
    func pixels(_ path: String) throws -> RasterImage {
      try ImageFile.read(Array(Data(contentsOf: URL(fileURLWithPath: path)))).pixels
    }
    let run = try Tool.run(
      ["mark", "image", golden + plain + ".png", out, "--scheme", scheme, "--message", message])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.lines.first?["scheme"] as? String == scheme && run.lines.first?["verified"] as? Bool == true)
    #expect(try pixels(out).rgbBytes() == pixels(golden + wanted + ".png").rgbBytes())

    // Alpha is kept.
    let image = try pixels(golden + plain + ".png")
    var samples: [UInt8] = []
    for (index, byte) in image.rgbBytes().enumerated() {
      samples.append(byte)
      if index % 3 == 2 { samples.append(UInt8(truncatingIfNeeded: index / 3)) }
    }
    let translucent = try scratch.file(
      "alpha.png",
      Data(
        ImageFile.png(
          RasterImage(width: image.width, height: image.height, model: .rgba, samples: .bytes(samples)))))
    let kept = try Tool.run(["mark", "image", translucent, out, "--scheme", scheme, "--message", message])
    #expect(kept.status == 0, "\(kept.errors)")
    guard case .bytes(let written) = try pixels(out).samples else { return }
    #expect(stride(from: 3, to: written.count, by: 4).allSatisfy { written[$0] == samples[$0] })
    #expect(try pixels(out).rgbBytes() == pixels(golden + wanted + ".png").rgbBytes())
  }

  @Test(
    "a generator's mark that its own decoder would not read is refused, as are pictures it is not made for")
  func refusesDeployed() throws {
    let studio = try Studio()
    let out = studio.scratch.path + "/out.png"
    func refused(_ input: String, _ more: [String]) throws -> (Int32, String) {
      let run = try Tool.run(["mark", "image", input, out] + more)
      #expect(!FileManager.default.fileExists(atPath: out))
      return (run.status, run.lines.first?["code"] as? String ?? run.errors)
    }
    let sdxl = ["--scheme", "dwt-dct", "--message", "SDXL"]
    #expect(
      try refused(Golden.packageRoot + "/Tests/Golden/image/brushes.png", sdxl) == (3, "capacity-too-low"))
    #expect(try refused(studio.photos + "/inner/b.jpg", sdxl) == (3, "capacity-too-low"))
    let gray = try studio.scratch.file(
      "gray.png",
      Data(
        ImageFile.png(
          RasterImage(
            width: 300, height: 300, model: .gray, samples: .bytes(.init(repeating: 90, count: 90_000))))))
    #expect(try refused(gray, sdxl) == (3, "unsupported-pixels"))
    for (more, word) in [
      (["--scheme", "dwt-dct"], "--message"), (sdxl + ["--payload", "00"], "no key"),
      (["--scheme", "dwt-dct", "--message", "bits:012"], "bits:0110"),
      (["--payload", "00000000000004d2"], "--key-id"),
    ] {
      let (status, message) = try refused(studio.photos + "/a.png", more)
      #expect(status == 2 && message.contains(word), "\(more): \(message)")
    }
  }

  @Test("generators' marks are found without a key, and named with the form they were written in")
  func deployed() throws {
    let folder = Golden.ownCopies + "/image"
    let names = [
      "rocket_dwtdct_sdxl.png", "brushes_dwtdct_flux_float.png", "rocket_dwtdctsvd_sdv1.png", "rocket.png",
      "brushes.png",
    ]
    let run = try Tool.run(["detect", "image"] + names.map { folder + "/" + $0 } + ["--json"])
    #expect(run.status == 1)
    let found = run.lines("result").filter { $0["verdict"] as? String == "detected" }
    let told = found.map { "\($0["scheme"]!) \($0["message"]!)" }
    // The SVD's change of a whole block moves its largest coefficient, too, so the last picture speaks to both readers.
    #expect(
      told == [
        "dwt-dct SDXL", "dwt-dct FLUX", "dwt-dct Stable Diffusion 1", "dwt-dct-svd Stable Diffusion 1",
      ])
    #expect(found.allSatisfy { $0["channel_order"] as? String == "bgr" && $0["key_id"] == nil })
    #expect(found[1]["feed"] as? String == "float32")
    #expect(run.lines("result").count == 10)
    // The likeliest message of an unmarked picture is not named: it is no finding.
    #expect(run.lines("result").suffix(4).allSatisfy { $0["message"] == nil })
    let one = try Tool.run(["detect", "image", folder + "/" + names[0], "--scheme", "dwt-dct-svd", "--json"])
    #expect(one.status == 0 && one.lines("result").count == 1)
    let digits = "01011110000100101010110100011001"
    let own = try Tool.run([
      "detect", "image", folder + "/rocket_dwtdct_rand32.png", "--json", "--message", "bits:" + digits,
    ])
    #expect(own.lines("result").first?["message"] as? String == "bits:" + digits)
    let typo = try Tool.run(["detect", "image", folder + "/" + names[0], "--message", "bits:012"])
    #expect(typo.status == 2 && typo.errors.contains("bits:012"))
    let none = try Tool.run(["detect", "image", folder + "/" + names[0], "--scheme", "lattice-1"])
    #expect(none.status == 4)
    let table = try Tool.run(["detect", "image", folder + "/" + names[0], "--table", "--color", "never"])
    #expect(
      table.output.contains("detected  SDXL")
        && table.output.contains("dwt-dct (7 messages of generators): 1 detected"))
  }
}

@Suite("blind-watermark through the command")
struct BlindWatermarkCommandTests {
  private static let picture = Golden.ownCopies + "/image/rocket_blind_str.png"
  private static let twin = Golden.ownCopies + "/image/rocket.png"

  private func ring(_ scratch: Scratch) throws -> String {
    try scratch.file(
      "ring.json", #"{"keys": [{"id": "bw", "integers": [1234, 5678]}, {"id": "k", "integer": "3"}]}"#,
      mode: 0o600)
  }

  @Test("a known message is found where it is and not in the unmarked twin, and passwords are never told")
  func message() throws {
    let scratch = try Scratch()
    let run = try Tool.run([
      "detect", "image", Self.picture, Self.twin, "--keys", try ring(scratch), "--scheme", "blind-watermark",
      "--message", "open set №1", "--json",
    ])
    #expect(run.status == 1, "\(run.errors)")
    let results = run.lines("result")
    #expect(results.map { $0["verdict"] as? String } == ["detected", "not-detected"])
    #expect(results[0]["message"] as? String == "open set №1" && results[0]["matching_bits"] as? Int == 103)
    #expect((results[0]["log10_p"] as! Double) < -15)
    #expect(!(run.output + run.errors).contains("5678"))
  }

  @Test("an unknown message is read, without a verdict")
  func length() throws {
    let scratch = try Scratch()
    let run = try Tool.run([
      "detect", "image", Self.picture, "--keys", try ring(scratch), "--scheme", "blind-watermark", "--length",
      "103", "--json",
    ])
    #expect(run.status == 0)
    let result = try #require(run.lines("result").first)
    #expect(
      result["decoded_text"] as? String == "open set №1" && result["verdict"] as? String == "insufficient")
  }

  @Test("without message, passwords or a key that is a pair the command says what is missing")
  func missing() throws {
    let scratch = try Scratch()
    let keys = try ring(scratch)
    func fails(_ more: [String]) throws -> Tool.Run {
      try Tool.run(["detect", "image", Self.picture, "--scheme", "blind-watermark"] + more)
    }
    let none = try fails(["--keys", keys])
    #expect(none.status == 2 && none.errors.contains("--message"))
    let keyless = try fails(["--length", "64"])
    #expect(keyless.status == 4 && keyless.errors.contains("password_img"))
    let single = try fails(["--length", "64", "--keys", keys, "--key-id", "k"])
    #expect(single.status == 4 && single.errors.contains("pair of passwords"))
  }
}
