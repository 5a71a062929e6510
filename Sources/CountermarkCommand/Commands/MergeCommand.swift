import ArgumentParser
import Scan

/// `countermark merge`: the results of all shards as those of one run.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Puts the shards of a run together.",
    discussion: """
      Examples:
        countermark scan logs/ --profile p.json --keys ring.json --shard 1/2 -o part-1.jsonl
        countermark scan logs/ --profile p.json --keys ring.json --shard 2/2 -o part-2.jsonl
        countermark merge part-1.jsonl part-2.jsonl -o results.jsonl

      The result has the bytes that the same scan without --shard would have written. Parts that overlap, are missing, were
      changed or interrupted, or come of another configuration are refused, and the difference is named. The expected false
      positives and the false discovery rate are computed anew over all records.

      On a cluster, one shard a job:
        #SBATCH --array=1-64
        countermark scan logs/ --sort --profile p.json --keys ring.json -j "$SLURM_CPUS_PER_TASK" \\
          --shard "$SLURM_ARRAY_TASK_ID/64" -o "part-$SLURM_ARRAY_TASK_ID.jsonl" \\
          --checkpoint "part-$SLURM_ARRAY_TASK_ID.state" --exit-zero
      With GNU parallel on one machine:
        parallel countermark scan logs/ --sort --profile p.json --keys ring.json -j 1 --shard {}/8 -o part-{}.jsonl \\
          --exit-zero ::: $(seq 8)

      Exit status: as of scan; 2 when the parts do not fit.
      """)

  @Argument(help: "The parts, in any order.") var parts: [String]

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Write to this file; FILE.partial until it is complete.", valueName: "file"))
  var output: String?

  @Flag(name: .long, help: "End with 0 even when something was flagged.")
  var exitZero = false

  func run() throws {
    do {
      var claims = FileClaims()
      for part in parts { claims.read(part, as: "a part") }
      if let output { claims.write(OutputSink.names(of: output), as: "the output") }
      try claims.check()
      let summary = try ShardMerge(parts).run(output: output)
      throw ScanRunner.status(of: summary.tally, exitZero: exitZero)
    } catch let error as ScanError {
      throw ScanRunner.commandError(error)
    }
  }
}
