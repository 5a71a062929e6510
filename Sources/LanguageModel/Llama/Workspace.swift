import Kernels
import Synchronization

/// Memory for running up to `rows` tokens through the layers at once.
struct Workspace: Sendable {
  let rows: Int
  let state, normed, query, key, value, attended, gate, up, logits: AlignedFloats
  let turns, scratch: AlignedFloats

  init(_ model: LlamaModel, rows: Int) throws(LanguageModelError) {
    let sizes = model.configuration
    func floats(_ rows: Int, _ columns: Int) throws(LanguageModelError) -> AlignedFloats {
      let size = rows.multipliedReportingOverflow(by: columns)
      guard !size.overflow, let made = AlignedFloats(count: size.partialValue) else {
        throw LlamaCache.outOfMemory(size.overflow ? Int.max >> 4 : 4 * size.partialValue)
      }
      return made
    }
    self.rows = rows
    state = try floats(rows, sizes.embeddingSize)
    normed = try floats(rows, sizes.embeddingSize)
    query = try floats(rows, sizes.headCount * sizes.headSize)
    attended = try floats(rows, sizes.headCount * sizes.headSize)
    key = try floats(rows, sizes.keySize)
    value = try floats(rows, sizes.keySize)
    gate = try floats(rows, sizes.feedForwardSize)
    up = try floats(rows, sizes.feedForwardSize)
    logits = try floats(rows, model.vocabularySize)
    turns = try floats(rows, sizes.rotatedSize)
    let matrices = model.layers.flatMap { [$0.output, $0.query, $0.down] } + [model.output]
    scratch = try floats(1, matrices.map(\.scratchCount).max() ?? 0)
  }
}

/// Workspaces that wait for their next use: memory that is taken and given back at every step costs as much as a layer.
final class WorkspacePool: Sendable {
  private let idle = Mutex<[Workspace]>([])

  /// Runs `body` with a workspace of at least `rows` rows.
  func withWorkspace<Result>(
    _ model: LlamaModel, rows: Int, _ body: (Workspace) throws(LanguageModelError) -> Result
  ) throws(LanguageModelError) -> Result {
    let found = idle.withLock { idle -> Workspace? in
      guard let index = idle.firstIndex(where: { $0.rows >= rows }) else { return nil }
      return idle.remove(at: index)
    }
    let workspace: Workspace
    if let found { workspace = found } else { workspace = try Workspace(model, rows: rows) }
    defer {
      idle.withLock { idle in
        if idle.count < 4 { idle.append(workspace) }
      }
    }
    return try body(workspace)
  }
}
