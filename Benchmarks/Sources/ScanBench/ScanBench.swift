import Countermark

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Times the parts of a scan alone, within one process and in memory: what a whole scan is measured against.
///
///     ScanBench fields FILE [PASSES]             JSON rows scanned for `id` and `ids`, without and with decoding the ids
///     ScanBench texts FILE TOKENIZER [PASSES]    the `text` of JSON rows to ids
///     ScanBench parts FILE TOKENIZER PROFILE KEYS KEY [PASSES]    the steps of a scan of such rows, one after another
///     ScanBench pictures FOLDER [PASSES]         JPEGs decoded, and then each reader of marks on the decoded pixels
///
/// Each line is the best of so many passes (five; one for pictures), in CPU seconds of the process.
@main
struct ScanBench {
  static func main() throws {
    let arguments = CommandLine.arguments
    func passes(_ index: Int, _ usual: Int) -> Int {
      arguments.count > index ? Int(arguments[index]) ?? usual : usual
    }
    switch arguments.count > 2 ? arguments[1] : "" {
    case "fields": try FieldTimes.report(path: arguments[2], passes: passes(3, 5))
    case "texts" where arguments.count > 3:
      try TextTimes.report(path: arguments[2], tokenizer: arguments[3], passes: passes(4, 5))
    case "parts" where arguments.count > 6:
      try TextParts.report(
        path: arguments[2], tokenizer: arguments[3], profile: arguments[4], keys: arguments[5],
        keyID: arguments[6], passes: passes(7, 5))
    case "pictures": try PictureTimes.report(folder: arguments[2], passes: passes(3, 1))
    default:
      print(
        "usage: ScanBench fields FILE [PASSES] | texts FILE TOKENIZER [PASSES] | parts FILE TOKENIZER PROFILE KEYS KEY [PASSES] | pictures FOLDER [PASSES]"
      )
      exit(2)
    }
  }

  /// The least CPU seconds of so many passes.
  static func best(of passes: Int, _ body: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<passes {
      let start = cpuSeconds()
      try body()
      best = min(best, cpuSeconds() - start)
    }
    return best
  }

  private static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}
