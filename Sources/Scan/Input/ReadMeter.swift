import Synchronization

/// Counts the bytes that were read of the inputs' files, as they lie on the disk: of compressed files the compressed ones.
///
/// One that reads ahead has read a little more than was examined; for telling how far a run has come that is near enough.
public final class ReadMeter: Sendable {
  private let count = Atomic<Int>(0)

  /// Nothing was read.
  public init() {}

  /// The bytes so far.
  public var bytes: Int { count.load(ordering: .relaxed) }

  func add(_ bytes: Int) { count.wrappingAdd(bytes, ordering: .relaxed) }
}
