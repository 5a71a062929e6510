extension Tokenizer {
  /// The memory of one task: buffers, and the ids of short pieces seen before.
  ///
  /// About 2 MB.
  public final class Workspace: @unchecked Sendable {
    var merging = MergeScratch()
    let cache = PieceCache()
    var pieces: [Range<Int>] = []
    var finer: [Range<Int>] = []

    /// Makes an empty workspace.
    ///
    /// It serves one tokenizer; with another one it forgets what it remembers.
    public init() {}
  }

  func run(_ utf8: [UInt8], workspace: Workspace, encoding: inout Encoding, wantsOffsets: Bool) {
    workspace.cache.prepare(for: model)
    encoding.ids.reserveCapacity(utf8.count / 4)
    if wantsOffsets { encoding.offsets.reserveCapacity(utf8.count / 4) }
    let text = Utf8Repair.repaired(utf8)
    let needsParts = !rawTokens.isEmpty || !normalizers.isEmpty || addsPrefixSpace
    guard needsParts else {
      encodePart(text, workspace: workspace, encoding: &encoding, wantsOffsets: wantsOffsets)
      return
    }
    let stretches = text.bytes.withUnsafeBufferPointer { rawTokens.stretches($0) }
    for stretch in stretches {
      if let token = stretch.token {
        append(token, original: text.original(of: stretch.range), to: &encoding, wantsOffsets: wantsOffsets)
      } else {
        let part = stretch.range == 0..<text.bytes.count ? text : text.slice(stretch.range)
        encodeStretch(part, workspace: workspace, encoding: &encoding, wantsOffsets: wantsOffsets)
      }
    }
  }

  private func append(
    _ token: AddedToken, original: Range<Int>, to encoding: inout Encoding, wantsOffsets: Bool
  ) {
    encoding.ids.append(token.id)
    if wantsOffsets { encoding.offsets.append(original) }
  }

  /// Normalises a stretch between added tokens, and looks for those that are found only then.
  private func encodeStretch(
    _ part: MappedText, workspace: Workspace, encoding: inout Encoding, wantsOffsets: Bool
  ) {
    var text = part
    for normalizer in normalizers { text = normalizer.apply(to: text) }
    guard !normalizedTokens.isEmpty else {
      encodePart(text, workspace: workspace, encoding: &encoding, wantsOffsets: wantsOffsets)
      return
    }
    let stretches = text.bytes.withUnsafeBufferPointer { normalizedTokens.stretches($0) }
    for stretch in stretches {
      if let token = stretch.token {
        append(token, original: text.original(of: stretch.range), to: &encoding, wantsOffsets: wantsOffsets)
      } else {
        let slice = stretch.range == 0..<text.bytes.count ? text : text.slice(stretch.range)
        encodePart(slice, workspace: workspace, encoding: &encoding, wantsOffsets: wantsOffsets)
      }
    }
  }

  /// Cuts text into pieces and merges each.
  private func encodePart(
    _ part: MappedText, workspace: Workspace, encoding: inout Encoding, wantsOffsets: Bool
  ) {
    var text = part
    if addsPrefixSpace, let first = text.bytes.first, first != 0x20 {
      text = NormalizerStep.prepend([0x20]).apply(to: text)
    }
    let count = text.bytes.count
    guard count > 0 else { return }
    // Held once for all pieces: counting references for each would take a sixth of the time.
    let (model, cache) = (model, workspace.cache)
    var merging = workspace.merging
    workspace.merging = MergeScratch()
    defer { workspace.merging = merging }
    func encodePiece(_ bytes: UnsafeBufferPointer<UInt8>, _ piece: Range<Int>) {
      let before = encoding.ids.count
      let slice = UnsafeBufferPointer(rebasing: bytes[piece])
      if !cache.append(slice, to: &encoding.ids) {
        model.encode(slice, scratch: &merging, into: &encoding.ids)
        cache.remember(slice, encoding.ids[before...])
      }
      guard wantsOffsets else { return }
      appendOffsets(of: encoding.ids[before...], bytes, piece, text, to: &encoding.offsets)
    }
    text.bytes.withUnsafeBufferPointer { bytes in
      // One well-known pattern is the usual case: its pieces are encoded as they are found.
      if splits.count == 1, case .scanner(let scanner) = splits[0] {
        let reader = ClassReader(bytes, limit: count)
        var start = 0
        while start < count {
          let end = scanner.pieceEnd(reader, from: start)
          encodePiece(bytes, start..<end)
          start = end
        }
        return
      }
      workspace.pieces = [0..<count]
      for split in splits {
        workspace.finer.removeAll(keepingCapacity: true)
        for piece in workspace.pieces { split.split(bytes, piece, into: &workspace.finer) }
        swap(&workspace.pieces, &workspace.finer)
      }
      for piece in workspace.pieces { encodePiece(bytes, piece) }
    }
  }

  /// Appends what each of a piece's ids stands for in the original text.
  private func appendOffsets(
    of ids: ArraySlice<UInt32>, _ bytes: UnsafeBufferPointer<UInt8>, _ piece: Range<Int>, _ text: MappedText,
    to offsets: inout [Range<Int>]
  ) {
    var start = piece.lowerBound
    for id in ids {
      var end = start
      for _ in 0..<(model.tokenBytes[Int(id)]?.count ?? 0) {
        // Bytes that the vocabulary cannot spell were dropped before merging; they belong to no token's text.
        while end < piece.upperBound, model.idOfByte[Int(bytes[end])] == nil {
          end += 1
          if end - 1 == start { start = end }
        }
        end = min(end + 1, piece.upperBound)
      }
      offsets.append(text.original(of: start..<end))
      start = end
    }
  }
}
