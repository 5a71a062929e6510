#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension GreenListDetector {
  /// The sizes of windows that lm-watermarking's WinMax goes through.
  public enum WindowSizes: Hashable, Sendable {
    /// Every size from 1 to one less than the record's.
    case all
    /// The given sizes; those longer than the record are passed over.
    case listed([Int])

    /// Reads the maker's form: `max`, or sizes divided by commas.
    public init(_ text: String) throws(TextWatermarkError) {
      if text == "max" {
        self = .all
        return
      }
      let sizes = text.split(separator: ",").map { Int($0) ?? 0 }
      guard !sizes.isEmpty, sizes.allSatisfy({ $0 > 0 }) else {
        throw .invalidParameter(
          "window sizes '\(text)'", hint: "write max, or positive numbers divided by commas")
      }
      self = .listed(sizes)
    }
  }

  /// Repeats lm-watermarking's WinMax: the largest z over all windows, with single-precision arithmetic like its own.
  ///
  /// Its p-value is the normal tail of a maximum, which is no p-value; ``windowEvidence(_:minimumLength:)`` is. Windows are
  /// taken over the counted tokens. Quadratic for ``WindowSizes/all``. Only a stride of 1 exists: others index wrongly there.
  public func makerWindowFigures(
    _ ids: [UInt32], sizes: WindowSizes, ignoresRepeats: Bool, threshold: Double? = nil, workspace: Workspace
  ) throws(TextWatermarkError) -> MakerFigures {
    let trace = try makerTrace(ids, ignoresRepeats: ignoresRepeats, workspace: workspace)
    let count = trace.scored
    let candidates: [Int]
    switch sizes {
    case .all: candidates = Array(1..<max(count, 1))
    case .listed(let listed): candidates = listed.filter { $0 <= count }
    }
    guard !candidates.isEmpty else {
      throw TextWatermarkError(
        code: .tooShort, message: "no window fits the \(count) scored tokens",
        hint: "give smaller window sizes")
    }
    var sums = [0]
    for isGreen in trace.outcomes { sums.append(sums[sums.count - 1] + (isGreen ? 1 : 0)) }
    let ratio = scheme.greenlistRatio
    var best = (z: -Float.infinity, size: candidates[0])
    var cumulative = [Float](repeating: 0, count: count)
    for size in candidates {
      let expected = Float(ratio * Double(size))
      let deviation = Float((Double(size) * ratio * (1 - ratio)).squareRoot())
      var running = -Float.infinity
      for start in 0...(count - size) {
        let z = (Float(sums[start + size] - sums[start]) - expected) / deviation
        running = max(running, z)
        // The maker credits a window to the token after it.
        if start + size < count { cumulative[start + size] = max(cumulative[start + size], running) }
      }
      if running > best.z { best = (running, size) }
    }
    let deviation = Float((Double(best.size) * ratio * (1 - ratio)).squareRoot())
    let green = Int(best.z * deviation + Float(ratio * Double(best.size)))
    let z = Double(best.z)
    return MakerFigures(
      scored: best.size, green: green, z: z, pValue: 0.5 * erfc(z / 2.0.squareRoot()),
      prediction: z > (threshold ?? Self.defaultThreshold(of: .lmWatermarking)),
      zAtToken: atEveryPosition(trace, values: cumulative))
  }
}
