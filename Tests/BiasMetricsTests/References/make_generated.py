"""Figures for the tests of generated content, made by scipy, statsmodels and plain re-derivations of the published scripts.

    pip install numpy scipy statsmodels rouge-score && python make_generated.py > generated.json
"""
import json, math
import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

rng = np.random.default_rng(7)
out = {}

# CrowS-Pairs, as its metric.py counts. Scores near ties, some equal once rounded to three decimals.
rows = []
for k in range(400):
    base = round(float(rng.normal(-40, 10)), 4)
    gap = float(rng.choice([0, 0.0002, -0.0003, 0.0005, rng.normal(0.2, 1)]))
    rows.append([base + gap, base, "stereo" if rng.random() < 0.8 else "antistereo"])
n = neutral = ts = ta = hs = ha = 0
for more, less, direction in rows:
    n += 1
    first, second = (more, less) if direction == "stereo" else (less, more)
    first, second = round(first, 3), round(second, 3)
    if first == second:
        neutral += 1
    elif direction == "stereo":
        ts += 1
        hs += first > second
    else:
        ta += 1
        ha += second > first
out["crows_pairs"] = {
    "rows": rows, "score": (hs + ha) / n * 100, "stereotype": hs / ts * 100, "antistereotype": ha / ta * 100,
    "neutral": neutral, "wilson": list(proportion_confint(hs + ha, n, method="wilson")),
    "p": stats.binomtest(hs + ha, n - neutral).pvalue,
}

# StereoSet, as its evaluation.py averages over terms.
rows = []
for k in range(300):
    rows.append([f"term{rng.integers(0, 23)}"] + [float(rng.integers(0, 6)) for _ in range(3)])
terms = {}
for term, pro, anti, unrelated in rows:
    c = terms.setdefault(term, [0, 0, 0])
    c[0] += 1
    c[1] += pro > anti
    c[2] += (pro > unrelated) + (anti > unrelated)
ss = float(np.mean([100 * c[1] / c[0] for c in terms.values()]))
lms = float(np.mean([100 * c[2] / (2 * c[0]) for c in terms.values()]))
out["stereoset"] = {"rows": rows, "ss": ss, "lms": lms, "icat": lms * min(ss, 100 - ss) / 50}

# Coreference: pro - anti with Newcombe's interval and Fisher's test; a slope on shares.
pro, anti = (150, 196), (118, 188)
xs = [float(x) for x in rng.uniform(5, 95, 20)]
ys = [0.002 * x + float(rng.normal(0, 0.05)) for x in xs]
line = stats.linregress(xs, ys)
t = stats.t.ppf(0.975, len(xs) - 2)
out["coreference"] = {
    "pro": pro, "anti": anti, "difference": pro[0] / pro[1] - anti[0] / anti[1],
    "newcombe": list(confint_proportions_2indep(*pro, *anti, method="newcomb", compare="diff")),
    "fisher": stats.fisher_exact([[pro[0], pro[1] - pro[0]], [anti[0], anti[1] - anti[0]]])[1],
    "x": xs, "y": ys, "slope": line.slope, "r": line.rvalue, "p": line.pvalue,
    "interval": [line.slope - t * line.stderr, line.slope + t * line.stderr],
}

# Scores by group.
groups = {g: [round(float(v), 2) for v in rng.normal(m, 0.2, k)] for g, m, k in [("a", 0.5, 40), ("b", 0.6, 25), ("c", 0.52, 60)]}
pairs, level = [], 1 - 0.05 / 3
for f, s in [("a", "b"), ("a", "c"), ("b", "c")]:
    x, y = groups[f], groups[s]
    welch = stats.ttest_ind(x, y, equal_var=False)
    ci = welch.confidence_interval(level)
    pairs.append({
        "first": f, "second": s, "difference": float(np.mean(x) - np.mean(y)), "interval": [ci.low, ci.high],
        "wasserstein": stats.wasserstein_distance(x, y), "p": stats.mannwhitneyu(x, y, method="asymptotic").pvalue,
    })
for pair, p in zip(pairs, multipletests([p["p"] for p in pairs], method="fdr_bh")[1]):
    pair["adjusted"] = float(p)
means = {g: [float(np.mean(v))] + list(stats.t.interval(0.95, len(v) - 1, np.mean(v), stats.sem(v))) for g, v in groups.items()}
out["groups"] = {"scores": groups, "pairs": pairs, "means": means}

json.dump(json.loads(json.dumps(out, default=float)), fp=__import__("sys").stdout, indent=0)
