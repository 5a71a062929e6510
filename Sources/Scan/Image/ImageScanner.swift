import ImageWatermark
import Raster
import TextWatermark

/// Examines pictures with every reader of a plan; the spectrum of a picture is made once for all keys.
struct ImageScanner {
  let plan: ImageScanPlan

  /// Appends one line a key for a file's bytes, and counts the picture.
  ///
  /// - Parameter firstCount: where this plan's counts begin among those of the tally.
  func examine(
    _ bytes: [UInt8], source: String, firstCount: Int, into lines: inout [ScanLine], tally: inout ScanTally
  ) {
    tally.seen += 1
    let file: ImageFile
    do {
      file = try ImageFile.read(bytes, limits: plan.limits)
    } catch {
      let isSkipped = error.code == .tooLarge || error.code == .unsupported
      lines.append(
        .error(
          ErrorLine(
            outcome: isSkipped ? .skipped : .failed, source: source, code: error.code.rawValue,
            message: error.message, hint: error.hint)))
      if isSkipped { tally.skipped += 1 } else { tally.failed += 1 }
      return
    }
    guard !plan.isEmpty else {
      lines.append(
        .error(
          ErrorLine(
            outcome: .skipped, source: source, code: "no-image-key",
            message: "the picture was not examined: no image mark is looked for",
            hint: "add a secret to the ring with 'countermark key new', or leave out --scheme")))
      tally.skipped += 1
      return
    }
    let results =
      latticeResults(file, source: source) + deployedResults(file, source: source)
      + blindResults(file, source: source)
    for (index, result) in results.enumerated() {
      lines.append(.image(result))
      if result.verdict == .detected, firstCount + index < tally.detectedByProfile.count {
        tally.detectedByProfile[firstCount + index] += 1
      }
    }
    tally.scanned += 1
    tally.images += 1
    if results.contains(where: { $0.verdict == .detected }) { tally.flagged += 1 }
    if results.allSatisfy({ $0.verdict == .insufficient }) { tally.insufficient += 1 }
  }

  private func latticeResults(_ file: ImageFile, source: String) -> [ImageResult] {
    guard !plan.lattices.isEmpty else { return [] }
    let (width, height) = (file.pixels.width, file.pixels.height)
    let exchanges = file.orientation.exchangesSides
    let luma = Plane(
      width: exchanges ? height : width, height: exchanges ? width : height,
      samples: file.orientation.upright(file.pixels.luma(), storedWidth: width, storedHeight: height))
    let suspect = SuspectSpectrum(luma: luma)
    return plan.lattices.map { target in
      let seen = target.reader.read(suspect, effort: plan.effort, logThreshold: plan.rule.logThreshold)
      let isDetected = seen.logPValue <= plan.rule.logThreshold
      let map = plan.mapsMarks && isDetected ? target.reader.map(suspect, seen) : nil
      return result(
        .lattice(seen, map: map), file, source, keyID: target.keyID, logP: seen.logPValue,
        couldBeSeen: suspect.couldHoldMark)
    }
  }

  private func deployedResults(_ file: ImageFile, source: String) -> [ImageResult] {
    guard let reader = plan.deployed else { return [] }
    let findings = reader.read(file.pixels)
    // A picture that the tool refuses to mark is too small to carry its mark whole.
    guard !findings.isEmpty else {
      return reader.methods.map { method in
        let none = DeployedFinding(
          message: reader.messages[0], method: method, feed: DeployedFeed(.uint8), isInverted: false,
          phase: .init(x: 0, y: 0), matches: 0, logPValue: 0)
        return result(
          .deployed(none, hypotheses: 0), file, source, keyID: nil, logP: 0, couldBeSeen: false)
      }
    }
    return findings.map {
      result(
        .deployed($0, hypotheses: reader.hypotheses), file, source, keyID: nil, logP: $0.logPValue,
        couldBeSeen: true)
    }
  }

  private func blindResults(_ file: ImageFile, source: String) -> [ImageResult] {
    plan.blind.map { target in
      let reading = target.reader.read(file.pixels, length: target.length)
      let logP = target.message.flatMap { message in
        reading.map { $0.logPValue(of: message.blindWatermarkBits) }
      }
      return result(
        .blind(reading, message: target.message), file, source, keyID: target.keyID, logP: logP ?? 0,
        couldBeSeen: logP != nil)
    }
  }

  private func result(
    _ evidence: ImageResult.Evidence, _ file: ImageFile, _ source: String, keyID: String?, logP: Double,
    couldBeSeen: Bool
  ) -> ImageResult {
    let log10P = logP / 2.302585092994046
    return ImageResult(
      source: source, keyID: keyID, width: file.pixels.width, height: file.pixels.height, evidence: evidence,
      log10PValue: log10P, adjustedLog10PValue: plan.rule.adjusted(log10PValue: log10P),
      verdict: logP <= plan.rule.logThreshold ? .detected : couldBeSeen ? .notDetected : .insufficient,
      warnings: file.warnings)
  }
}
