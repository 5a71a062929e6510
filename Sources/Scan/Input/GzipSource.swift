import CZlib

/// The contents of a gzip stream, members one after another, within limits.
final class GzipSource: ByteSource {
  private let base: any ByteSource
  private let budget: InputBudget
  private var stream = z_stream()
  private var input: [UInt8] = []
  private var position = 0
  private var consumed = 0
  private var produced = 0
  private var isOpen = false
  private var isBetweenMembers = false
  private var hasEnded = false

  /// - Parameter prefix: compressed bytes that were read already, to see what they are.
  init(_ base: any ByteSource, prefix: [UInt8], budget: InputBudget) {
    self.base = base
    self.budget = budget
    input = prefix
    // 16 asks for a gzip header, 15 for the largest window.
    isOpen = inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit { if isOpen { inflateEnd(&stream) } }

  func read(upTo count: Int, into buffer: inout [UInt8]) throws(InputProblem) -> Int {
    guard isOpen else {
      throw InputProblem(
        outcome: .failed, code: "unreadable", message: "no memory to decompress", hint: "free some memory")
    }
    while !hasEnded {
      if position == input.count, try !refill() {
        hasEnded = true
        if isBetweenMembers { return 0 }
        throw InputProblem(
          outcome: .failed, code: "truncated-gzip", message: "the compressed stream ends too early",
          hint: "fetch the file again; whole lines before the cut were read")
      }
      let got = try inflatePiece(upTo: min(count, budget.untilCheck(produced)), into: &buffer)
      if got > 0 {
        try checkLimits(got)
        return got
      }
    }
    return 0
  }

  private func refill() throws(InputProblem) -> Bool {
    input.removeAll(keepingCapacity: true)
    position = 0
    return try base.read(upTo: 1 << 16, into: &input) > 0
  }

  private func inflatePiece(upTo count: Int, into buffer: inout [UInt8]) throws(InputProblem) -> Int {
    if isBetweenMembers {
      // What follows a member is another member, or padding and rubbish that gzip itself passes over with a warning.
      guard input[position] == 0x1f else {
        hasEnded = true
        throw InputProblem(
          outcome: .failed, code: "trailing-garbage",
          message: "something that is not gzip follows the compressed stream",
          hint: "the stream before it was read; check the file")
      }
      inflateReset(&stream)
      isBetweenMembers = false
    }
    let start = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: count))
    let available = input.count - position
    var status: Int32 = Z_OK
    input[position...].withUnsafeMutableBytes { source in
      buffer[start...].withUnsafeMutableBytes { target in
        stream.next_in = source.bindMemory(to: UInt8.self).baseAddress
        stream.avail_in = UInt32(available)
        stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
        stream.avail_out = UInt32(count)
        status = inflate(&stream, Z_NO_FLUSH)
      }
    }
    let used = available - Int(stream.avail_in)
    let got = count - Int(stream.avail_out)
    buffer.removeLast(count - got)
    position += used
    consumed += used
    produced += got
    if status == Z_STREAM_END {
      isBetweenMembers = true
    } else if status != Z_OK, status != Z_BUF_ERROR {
      hasEnded = true
      throw InputProblem(
        outcome: .failed, code: "invalid-gzip", message: "the compressed stream is damaged",
        hint: "fetch the file again; whole lines before the damage were read")
    }
    return got
  }

  /// Accounts for `got` more bytes; over a limit, of its own or of all layers, the stream has ended.
  private func checkLimits(_ got: Int) throws(InputProblem) {
    let isChecked = InputBudget.isCheck(produced)
    do throws(InputProblem) {
      try budget.checkSize(produced)
      if isChecked { try budget.checkRatio(consumed: consumed, produced: produced) }
      try budget.expand(got, isChecked: isChecked)
    } catch {
      hasEnded = true
      throw error
    }
  }
}
