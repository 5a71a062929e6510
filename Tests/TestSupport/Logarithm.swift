#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The natural logarithm, for tests that import no C library themselves.
public func logOf(_ value: Double) -> Double { log(value) }

/// The exponential function.
public func expOf(_ value: Double) -> Double { exp(value) }

/// The cosine.
public func cosineOf(_ angle: Double) -> Double { cos(angle) }

/// The sine.
public func sineOf(_ angle: Double) -> Double { sin(angle) }

/// The inverse of the cosine.
public func arccosineOf(_ value: Double) -> Double { acos(value) }
