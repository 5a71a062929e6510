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
            message: "the picture was not examined: the key ring has no secret to read image marks with",
            hint: "add one with 'countermark key new'")))
      tally.skipped += 1
      return
    }
    let (width, height) = (file.pixels.width, file.pixels.height)
    let exchanges = file.orientation.exchangesSides
    let luma = Plane(
      width: exchanges ? height : width, height: exchanges ? width : height,
      samples: file.orientation.upright(file.pixels.luma(), storedWidth: width, storedHeight: height))
    let suspect = SuspectSpectrum(luma: luma)
    var isFlagged = false
    var isInsufficient = true
    for (index, target) in plan.lattices.enumerated() {
      let seen = target.reader.read(suspect, effort: plan.effort, logThreshold: plan.rule.logThreshold)
      let verdict: Verdict =
        seen.logPValue <= plan.rule.logThreshold
        ? .detected : suspect.couldHoldMark ? .notDetected : .insufficient
      if verdict == .detected {
        isFlagged = true
        if firstCount + index < tally.detectedByProfile.count {
          tally.detectedByProfile[firstCount + index] += 1
        }
      }
      if verdict != .insufficient { isInsufficient = false }
      let map = plan.mapsMarks && verdict == .detected ? target.reader.map(suspect, seen) : nil
      lines.append(
        .image(
          ImageResult(
            source: source, scheme: "lattice-1", keyID: target.keyID, width: width, height: height,
            detection: seen, adjustedLog10PValue: plan.rule.adjusted(log10PValue: seen.log10PValue),
            verdict: verdict, warnings: file.warnings, map: map)))
    }
    tally.scanned += 1
    tally.images += 1
    if isFlagged { tally.flagged += 1 }
    if isInsufficient { tally.insufficient += 1 }
  }
}
