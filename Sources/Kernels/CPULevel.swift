import CKernels

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A set of machine instructions that the inner loops were compiled for.
///
/// Swift compiles for the oldest CPU of an architecture, so the loops that pay for wider vectors are C, compiled
/// once a level and chosen when the program starts. All levels give the same bits. The environment variable
/// `COUNTERMARK_CPU` (`base`, `v3`, `v4`) forces one, for tests and for comparing machines; a level this CPU does
/// not have is refused by ``environmentError`` and the best available one is used.
///
/// Source: x86-64 psABI, micro-architecture levels.
public enum CPULevel: String, CaseIterable, Sendable {
  /// What every CPU of the architecture has: SSE2 on x86-64, NEON on arm64.
  case base
  /// AVX2, BMI2 and FMA.
  case v3
  /// AVX-512 F, BW, CD, DQ and VL.
  case v4

  var index: Int32 {
    switch self {
    case .base: 0
    case .v3: 1
    case .v4: 2
    }
  }

  /// Whether this build has the level and this CPU can run it.
  public var isAvailable: Bool { cm_kernels_at(index) != nil }

  /// The levels that can run here, lowest first; never empty.
  public static var available: [CPULevel] { allCases.filter(\.isAvailable) }

  /// The level that kernels use unless told otherwise: `COUNTERMARK_CPU` where it names an available one, else the highest.
  public static let active: CPULevel = {
    if let named = requested, let level = CPULevel(rawValue: named), level.isAvailable { return level }
    return available.last ?? .base
  }()

  /// What is wrong with `COUNTERMARK_CPU`, or nil: a name that is no level, or a level that this CPU cannot run.
  public static var environmentError: String? {
    guard let named = requested else { return nil }
    guard let level = CPULevel(rawValue: named) else {
      return "COUNTERMARK_CPU is '\(named)'; it takes base, v3 or v4"
    }
    return level.isAvailable ? nil : "COUNTERMARK_CPU asks for \(named), which this CPU does not have"
  }

  private static var requested: String? {
    guard let value = getenv("COUNTERMARK_CPU"), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// The functions over planes and spectra of this level; the base's where the level is missing.
  var imageTable: cm_image_kernels {
    (cm_image_kernels_at(index) ?? cm_image_kernels_at(CPULevel.base.index)!).pointee
  }

  /// The functions of language models of this level; the base's where the level is missing.
  var modelTable: cm_model_kernels {
    (cm_model_kernels_at(index) ?? cm_model_kernels_at(CPULevel.base.index)!).pointee
  }

  /// The table of this level's functions; the base's where the level is missing.
  var table: cm_kernels { (cm_kernels_at(index) ?? cm_kernels_at(CPULevel.base.index)!).pointee }
}
