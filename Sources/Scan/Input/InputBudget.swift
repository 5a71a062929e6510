/// What one input has cost so far: bytes read from outside, bytes made of them, members met.
///
/// Layers of compression within each other multiply, so the account is kept over all of them.
final class InputBudget {
  private let limits: InputLimits
  private var consumed = 0
  private var produced = 0
  private var members = 0

  init(limits: InputLimits) { self.limits = limits }

  /// Counts bytes that came from the file itself.
  func read(_ count: Int) { consumed += count }

  /// Counts bytes that decompression gave.
  ///
  /// - Parameter isChecked: whether this is a place at which the ratio is looked at.
  func expand(_ count: Int, isChecked: Bool) throws(InputProblem) {
    produced += count
    if isChecked { try checkRatio(consumed: consumed, produced: produced) }
  }

  /// Looks at what one stream or all of them have given for what was read.
  func checkRatio(consumed: Int, produced: Int) throws(InputProblem) {
    guard produced >= Self.checkedBytes, produced / max(consumed, 1) > limits.decompressionRatio
    else { return }
    throw InputProblem(
      outcome: .skipped, code: "decompression-limit",
      message: "it gives more than \(limits.decompressionRatio) bytes for each of its own",
      hint: "decompress it yourself if you trust it")
  }

  /// Looks at what one stream has given.
  func checkSize(_ produced: Int) throws(InputProblem) {
    guard produced > limits.decompressedBytes else { return }
    throw InputProblem(
      outcome: .skipped, code: "decompression-limit",
      message: "it gives more than \(limits.decompressedBytes) bytes",
      hint: "decompress it yourself if you trust it, or raise --expanded-limit")
  }

  /// Limits are looked at after each megabyte that a stream gives, and reads end there: where a stream is given up does not depend on
  /// how it was read, be it examined or passed over.
  private static let checkedBytes = 1 << 20

  /// The most bytes to read of a stream that gave `produced` so far.
  func untilCheck(_ produced: Int) -> Int {
    min(Self.checkedBytes - produced % Self.checkedBytes - 1, max(limits.decompressedBytes - produced, 0)) + 1
  }

  /// Whether limits are looked at here.
  static func isCheck(_ produced: Int) -> Bool { produced % checkedBytes == 0 }

  /// Counts a member of an archive, and looks at what those before it gave.
  func addMember() throws(InputProblem) {
    try checkRatio(consumed: consumed, produced: produced)
    members += 1
    guard members > limits.archiveMembers else { return }
    throw InputProblem(
      outcome: .skipped, code: "too-many-members",
      message: "the archive has more than \(limits.archiveMembers) members; the rest were not read",
      hint: "unpack it and scan the folder, or raise --member-limit")
  }
}

/// Bytes of a file on their way into a budget's account.
final class CountedSource: ByteSource {
  private let base: any ByteSource
  private let budget: InputBudget

  init(_ base: any ByteSource, budget: InputBudget) { (self.base, self.budget) = (base, budget) }

  func read(upTo count: Int, into buffer: inout [UInt8]) throws(InputProblem) -> Int {
    let got = try base.read(upTo: count, into: &buffer)
    budget.read(got)
    return got
  }

  func skip(_ count: Int) throws(InputProblem) {
    // All of the rest is no number of bytes, and nothing that counts follows it.
    if count < .max { budget.read(count) }
    try base.skip(count)
  }
}

/// What is left of a source that went wrong: the problem.
final class BrokenSource: ByteSource {
  private let problem: InputProblem

  init(_ problem: InputProblem) { self.problem = problem }

  func read(upTo count: Int, into buffer: inout [UInt8]) throws(InputProblem) -> Int { throw problem }
}
