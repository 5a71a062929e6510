import Kernels

extension LlamaModel {
  /// Tokens that go through the layers at once: more gain nothing, and their states would leave the second cache.
  private static let rowsAtOnce = 64

  /// A token to read: the sequence it belongs to and its place there.
  private struct Row {
    var token: UInt32
    var cache: LlamaCache
    var position: Int
  }

  /// Reads tokens of one sequence.
  public func evaluate(
    _ tokens: [UInt32], cache: LlamaCache, positions: LogitPositions
  ) throws(LanguageModelError) -> [[Float]] {
    guard !tokens.isEmpty else {
      throw LanguageModelError(
        code: .emptyPrompt, message: "there are no tokens to read", hint: "give at least one")
    }
    try prepare(cache, for: tokens)
    var logits: [[Float]] = []
    let first = cache.tokens.count
    var start = 0
    while start < tokens.count {
      let end = min(start + Self.rowsAtOnce, tokens.count)
      let rows = (start..<end).map { Row(token: tokens[$0], cache: cache, position: first + $0) }
      let wanted =
        positions == .all ? 0..<rows.count : (end == tokens.count ? rows.count - 1 : rows.count)..<rows.count
      logits += try run(rows, logitsOf: wanted)
      start = end
    }
    cache.tokens += tokens
    return logits
  }

  /// Reads a token of each of several sequences.
  public func evaluateNext(
    _ tokens: [UInt32], caches: [LlamaCache]
  ) throws(LanguageModelError) -> [[Float]] {
    guard tokens.count == caches.count, Set(caches.map(ObjectIdentifier.init)).count == caches.count else {
      throw LanguageModelError(
        code: .invalidOption, message: "\(tokens.count) tokens for \(caches.count) caches",
        hint: "give one token a cache, and no cache twice")
    }
    for (token, cache) in zip(tokens, caches) { try prepare(cache, for: [token]) }
    var logits: [[Float]] = []
    var start = 0
    while start < tokens.count {
      let end = min(start + Self.rowsAtOnce, tokens.count)
      let rows = (start..<end).map {
        Row(token: tokens[$0], cache: caches[$0], position: caches[$0].tokens.count)
      }
      logits += try run(rows, logitsOf: 0..<rows.count)
      start = end
    }
    for (token, cache) in zip(tokens, caches) { cache.tokens.append(token) }
    return logits
  }

  private func prepare(_ cache: LlamaCache, for tokens: [UInt32]) throws(LanguageModelError) {
    guard cache.configuration == configuration else {
      throw LanguageModelError(
        code: .invalidOption, message: "the cache was made by another model", hint: "make one with this model"
      )
    }
    if let token = tokens.first(where: { Int($0) >= vocabularySize }) {
      throw LanguageModelError(
        code: .tokenOutOfRange, message: "token \(token) of a vocabulary of \(vocabularySize)",
        hint: "encode the text with the model's own tokenizer")
    }
    let count = cache.tokens.count + tokens.count
    guard count <= contextLength else {
      throw LanguageModelError(
        code: .contextExceeded, message: "\(count) tokens; the model looks at \(contextLength)",
        hint: "shorten the text, or take a model with a longer context")
    }
    try cache.reserve(count)
  }

  /// Runs rows through all layers and returns logits of some of them.
  private func run(_ rows: [Row], logitsOf wanted: Range<Int>) throws(LanguageModelError) -> [[Float]] {
    // Sizes of use in steps: a batch that shrinks does not ask for a workspace of every size.
    let room = rows.count == 1 ? 1 : rows.count <= 16 ? 16 : Self.rowsAtOnce
    return try workspaces.withWorkspace(self, rows: room) { (work) throws(LanguageModelError) in
      for (index, row) in rows.enumerated() {
        embeddings.spread(
          row: Int(row.token), into: slice(work.state, index, configuration.embeddingSize),
          level: kernels.level)
        let half = frequencies.count
        for (pair, frequency) in frequencies.enumerated() {
          let (cosine, sine) = turn(Float(row.position) * frequency)
          work.turns.all[index * 2 * half + pair] = cosine
          work.turns.all[index * 2 * half + half + pair] = sine
        }
      }
      for index in layers.indices { runLayer(index, rows, work) }
      guard !wanted.isEmpty else { return [] }
      for (place, index) in wanted.enumerated() {
        normalize(work.state, index, outputNorm, into: work.normed, place)
      }
      output.products(
        work.normed.all, vectors: wanted.count, into: work.logits.all, scratch: work.scratch.all,
        level: kernels.level)
      var logits: [[Float]] = []
      for place in 0..<wanted.count {
        let row = slice(work.logits, place, vocabularySize).array
        try Self.checkFinite(row, position: rows[wanted.lowerBound + place].position)
        logits.append(row)
      }
      return logits
    }
  }

  private func runLayer(_ index: Int, _ rows: [Row], _ work: Workspace) {
    let layer = layers[index]
    let (count, sizes) = (rows.count, configuration)
    func multiply(_ matrix: WeightMatrix, _ x: AlignedFloats, into out: AlignedFloats) {
      matrix.products(x.all, vectors: count, into: out.all, scratch: work.scratch.all, level: kernels.level)
    }
    for row in 0..<count { normalize(work.state, row, layer.attentionNorm, into: work.normed, row) }
    multiply(layer.query, work.normed, into: work.query)
    multiply(layer.key, work.normed, into: work.key)
    multiply(layer.value, work.normed, into: work.value)
    for (place, row) in rows.enumerated() {
      let turns = slice(work.turns, place, sizes.rotatedSize)
      let key = slice(work.key, place, sizes.keySize)
      kernels.rotate(
        slice(work.query, place, sizes.headCount * sizes.headSize), size: sizes.headSize, turns: turns,
        isSplit: false)
      kernels.rotate(key, size: sizes.headSize, turns: turns, isSplit: false)
      let value = slice(work.value, place, sizes.keySize)
      for head in 0..<sizes.keyHeadCount {
        let (here, there) = (head * sizes.headSize, row.position * sizes.headSize)
        row.cache.keys(index, head).slice(there, sizes.headSize).copy(from: key.slice(here, sizes.headSize))
        row.cache.values(index, head).slice(there, sizes.headSize).copy(
          from: value.slice(here, sizes.headSize))
      }
    }
    for (place, row) in rows.enumerated() { attend(index, place, row, work) }
    multiply(layer.output, work.attended, into: work.normed)
    kernels.add(
      work.normed.slice(0, count * sizes.embeddingSize), to: work.state.slice(0, count * sizes.embeddingSize))
    for row in 0..<count { normalize(work.state, row, layer.feedForwardNorm, into: work.normed, row) }
    multiply(layer.gate, work.normed, into: work.gate)
    multiply(layer.up, work.normed, into: work.up)
    let gated = count * sizes.feedForwardSize
    kernels.gate(work.gate.slice(0, gated), up: work.up.slice(0, gated))
    multiply(layer.down, work.gate, into: work.normed)
    kernels.add(
      work.normed.slice(0, count * sizes.embeddingSize), to: work.state.slice(0, count * sizes.embeddingSize))
  }

  private func attend(_ layer: Int, _ place: Int, _ row: Row, _ work: Workspace) {
    let sizes = configuration
    let scale = 1 / Float(sizes.headSize).squareRoot()
    let shared = sizes.headCount / sizes.keyHeadCount
    for head in 0..<sizes.headCount {
      let at = place * sizes.headCount * sizes.headSize + head * sizes.headSize
      kernels.attend(
        work.query.slice(at, sizes.headSize), keys: row.cache.keys(layer, head / shared),
        values: row.cache.values(layer, head / shared), stride: sizes.headSize, count: row.position + 1,
        scale: scale,
        scores: row.cache.scores.all, into: work.attended.slice(at, sizes.headSize))
    }
  }

  private func slice(_ floats: AlignedFloats, _ row: Int, _ columns: Int) -> FloatSlice {
    floats.slice(row * columns, columns)
  }

  private func normalize(
    _ x: AlignedFloats, _ row: Int, _ scale: AlignedFloats, into out: AlignedFloats, _ place: Int
  ) {
    kernels.normalize(
      slice(x, row, configuration.embeddingSize), scale: scale.all, epsilon: configuration.normEpsilon,
      into: slice(out, place, configuration.embeddingSize))
  }

  private static func checkFinite(_ logits: [Float], position: Int) throws(LanguageModelError) {
    var bad: UInt32 = 0
    for logit in logits { bad |= logit.bitPattern & 0x7f80_0000 == 0x7f80_0000 ? 1 : 0 }
    guard bad == 0 else {
      throw LanguageModelError(
        code: .invalidLogits, message: "the model's logits after position \(position) are no numbers",
        hint: "the model's file may be damaged; fetch it again")
    }
  }
}
