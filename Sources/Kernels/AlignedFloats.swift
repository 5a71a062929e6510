#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Floats in memory of their own at the start of a cache line, where wide loads cost half.
///
/// Asking for too much gives nil instead of ending the program. Not synchronised: hand one to one task at a time.
public final class AlignedFloats: @unchecked Sendable {
  /// How many.
  public let count: Int
  private let memory: UnsafeMutableRawPointer
  private let floats: UnsafeMutablePointer<Float>

  /// Reserves memory, which is zero; nil where there is none.
  ///
  /// The system fills pages in only as they are touched.
  public init?(count: Int) {
    guard count >= 0, count <= Int.max / 8 - 64, let block = calloc(count + 32, 4) else { return nil }
    self.count = count
    memory = block
    let padding = (64 - Int(bitPattern: block) & 63) & 63
    floats = (block + padding).bindMemory(to: Float.self, capacity: count)
  }

  deinit { free(memory) }

  /// A part of them.
  public func slice(_ start: Int, _ length: Int) -> FloatSlice {
    precondition(start >= 0 && length >= 0 && start <= count && length <= count - start, "outside the floats")
    return FloatSlice(owner: self, pointer: floats + start, count: length)
  }

  /// All of them.
  public var all: FloatSlice { slice(0, count) }
}

/// Floats that lie one after another in an ``AlignedFloats``, which they keep alive.
public struct FloatSlice: @unchecked Sendable {
  private let owner: AlignedFloats
  let pointer: UnsafeMutablePointer<Float>
  /// How many.
  public let count: Int

  fileprivate init(owner: AlignedFloats, pointer: UnsafeMutablePointer<Float>, count: Int) {
    (self.owner, self.pointer, self.count) = (owner, pointer, count)
  }

  /// Whether there are none.
  public var isEmpty: Bool { count == 0 }

  /// One of them; the index is checked.
  public subscript(_ index: Int) -> Float {
    get {
      precondition(index >= 0 && index < count, "outside the floats")
      return pointer[index]
    }
    nonmutating set {
      precondition(index >= 0 && index < count, "outside the floats")
      pointer[index] = newValue
    }
  }

  /// A part of them.
  public func slice(_ start: Int, _ length: Int) -> FloatSlice {
    precondition(start >= 0 && length >= 0 && start <= count && length <= count - start, "outside the floats")
    return FloatSlice(owner: owner, pointer: pointer + start, count: length)
  }

  /// Copies as many floats from another place, which does not overlap.
  public func copy(from other: FloatSlice) {
    precondition(other.count == count, "as many floats")
    withExtendedLifetime((owner, other.owner)) { _ = memcpy(pointer, other.pointer, 4 * count) }
  }

  /// Their values.
  public var array: [Float] {
    withExtendedLifetime(owner) { Array(UnsafeBufferPointer(start: pointer, count: count)) }
  }
}
