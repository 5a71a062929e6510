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
  func expand(_ count: Int) throws(InputProblem) {
    produced += count
    guard produced > 1 << 20, produced / max(consumed, 1) > limits.decompressionRatio else { return }
    throw Self.limit(
      "\(consumed) bytes gave \(produced), over the limit of \(limits.decompressionRatio) to 1")
  }

  /// Counts a member of an archive.
  func addMember() throws(InputProblem) {
    members += 1
    guard members > limits.archiveMembers else { return }
    throw InputProblem(
      outcome: .skipped, code: "too-many-members",
      message: "the archive has more than \(limits.archiveMembers) members; the rest were not read",
      hint: "unpack it and scan the folder, or raise --member-limit")
  }

  static func limit(_ message: String) -> InputProblem {
    InputProblem(
      outcome: .skipped, code: "decompression-limit", message: message,
      hint: "decompress it yourself if you trust it")
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
