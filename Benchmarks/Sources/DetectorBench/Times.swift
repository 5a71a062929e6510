#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// CPU and wall seconds of each pass, and the peak memory of the process.
struct Times {
  struct Pass {
    var wall = 0.0
    var cpu = 0.0

    /// Adds the time of some work.
    mutating func measure(_ work: () throws -> Void) rethrows {
      let start = (Times.now(CLOCK_MONOTONIC), Times.now(CLOCK_PROCESS_CPUTIME_ID))
      try work()
      wall += Times.now(CLOCK_MONOTONIC) - start.0
      cpu += Times.now(CLOCK_PROCESS_CPUTIME_ID) - start.1
    }
  }

  var passes: [Pass] = []

  mutating func measure(_ work: () throws -> Void) rethrows {
    var pass = Pass()
    try pass.measure(work)
    passes.append(pass)
  }

  static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  var json: String {
    var usage = rusage()
    #if canImport(Glibc)
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let peak = Double(usage.ru_maxrss) / 1024
    #else
    getrusage(RUSAGE_SELF, &usage)
    let peak = Double(usage.ru_maxrss) / 1_048_576
    #endif
    return
      #""wall_s": \#(passes.map(\.wall)), "cpu_s": \#(passes.map(\.cpu)), "peak_rss_mib": \#((peak * 10).rounded() / 10)"#
  }
}
