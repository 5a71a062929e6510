#!/usr/bin/env python3
"""A table of decisions to all metrics with intersections: countermark beside polars' streaming group-by, in one run.

Needs `pip install polars`; --fairlearn also times fairlearn on the first rows (it is slow), if installed.
Usage: throughput.py --tool .build/release/countermark [--rows 10000000] [--repeat 5]
"""
import argparse, json, os, random, resource, statistics, subprocess, sys, tempfile, time

POLARS = """
import polars as pl, sys
frame = pl.scan_csv(sys.argv[1]).group_by("sex", "race", "y_true", "y_pred").len()
print(frame.collect(engine="streaming").height)
"""


def write(path, rows):
    draw = random.Random(7)
    races = ["White", "Black", "Asian", "Hispanic", "Native", "Pacific", "Two"]
    block = "".join(
        f"{int(draw.random() < 0.3)},{int(s >= 5000)},0.{s:04d},{draw.choice('FM')},{draw.choice(races)}\n"
        for s in (draw.randrange(10000) for _ in range(100_000)))
    with open(path, "w") as out:
        out.write("y_true,y_pred,score,sex,race\n")
        for _ in range(rows // 100_000):
            out.write(block)


def run(command):
    before = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) in (0, 1), command
    return time.perf_counter() - before, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--tool", required=True)
    options.add_argument("--rows", type=int, default=10_000_000)
    options.add_argument("--repeat", type=int, default=5)
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/table.csv"
        write(path, options.rows)
        audit = [options.tool, "audit", path, "--label", "y_true", "--prediction", "y_pred", "--group", "sex", "--group", "race", "--exit-zero"]
        commands = {"countermark audit -j 1": audit + ["-j", "1"], "countermark audit -j 2": audit + ["-j", "2"],
                    "polars streaming group_by": [sys.executable, "-c", POLARS, path]}
        results = {name: [] for name in commands}
        for _ in range(options.repeat):
            for name, command in commands.items():
                results[name].append(run(command))
        machine = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
        for name, runs in results.items():
            wall, cpu, memory = (statistics.median(column) for column in zip(*runs))
            print(json.dumps({"what": name, "rows": options.rows, "bytes": os.path.getsize(path), "wall_s": round(wall, 3),
                              "cpu_s": round(cpu, 3), "resident_MiB": round(memory, 1), "runs": options.repeat,
                              "machine": f"{os.cpu_count()} x {machine}"}))


if __name__ == "__main__":
    main()
