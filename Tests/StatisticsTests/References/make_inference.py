"""Figures of scipy and statsmodels for paired tests and multinomial shares, kept in inference.json.

    pip install scipy==1.17.1 statsmodels==0.15.0 numpy==2.4.6
    python make_inference.py > inference.json
"""

import itertools
import json

import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import cochrans_q
from statsmodels.stats.proportion import multinomial_proportions_confint

random = np.random.default_rng(4)
out = {}

rows = []
for subjects, conditions in [(12, 3), (40, 4), (200, 2), (60, 7)]:
    table = (random.random((subjects, conditions)) < np.linspace(0.3, 0.6, conditions)).astype(int)
    result = cochrans_q(table)
    rows.append({"rows": table.tolist(), "statistic": result.statistic, "p": result.pvalue, "df": int(result.df)})
out["cochran_q"] = rows


def signs(differences, clusters):
    sums = {}
    for difference, cluster in zip(differences, clusters):
        sums[cluster] = sums.get(cluster, 0) + difference
    sums = np.array(list(sums.values()))
    result = stats.permutation_test(
        (sums,), np.sum, permutation_type="samples", n_resamples=np.inf, alternative="two-sided")
    return result.pvalue


rows = []
for n, clusters, whole in [(5, None, False), (9, None, True), (13, None, False), (24, 8, False), (30, 11, True)]:
    differences = random.normal(0.4, 1, n)
    if whole:
        differences = np.round(differences * 2)
    labels = list(range(n)) if clusters is None else random.integers(0, clusters, n).tolist()
    rows.append({"differences": differences.tolist(), "clusters": labels, "p": signs(differences, labels)})
out["sign_flip"] = rows

rows = []
for n, kind in [(8, "real"), (25, "real"), (50, "real"), (51, "real"), (300, "real"), (12, "whole"), (13, "zeros"),
                (80, "whole"), (400, "zeros")]:
    differences = random.normal(0.3, 1, n)
    if kind != "real":
        differences = np.round(differences * 2)
    if kind == "whole":
        differences = differences[differences != 0]
    result = stats.wilcoxon(differences)
    rows.append({"differences": differences.tolist(), "statistic": result.statistic, "p": result.pvalue})
out["wilcoxon"] = rows

rows = []
for counts in [[12, 5, 33], [0, 4, 6, 90], [1, 2], [300, 310, 290, 305], [56, 72, 73, 59, 62, 87, 58], [0, 0, 5],
               [7000, 2500, 400, 100], [500000, 300000, 200000], [3, 1, 0, 0, 2, 1, 0, 4, 8, 1]]:
    for level in [0.9, 0.95, 0.99]:
        entry = {"counts": counts, "level": level}
        for method in ["goodman", "sison-glaz"]:
            if method == "sison-glaz" and sum(counts) > 10_000:
                continue
            entry[method] = multinomial_proportions_confint(counts, 1 - level, method).tolist()
        rows.append(entry)
out["multinomial_intervals"] = rows

rows = []
for counts, shares in [([12, 5, 33], [0.3, 0.2, 0.5]), ([0, 4, 6], [0.2, 0.3, 0.5]), ([7, 3], [0.5, 0.5]),
                       ([2, 9, 1, 4], [0.25, 0.25, 0.25, 0.25]), ([30, 40, 50, 60], [0.1, 0.2, 0.3, 0.4])]:
    n = sum(counts)
    expected = np.array(shares) * n
    entry = {"counts": counts, "reference": shares}
    for name, key in [("pearson", "pearson"), ("log-likelihood", "likelihood_ratio")]:
        result = stats.power_divergence(counts, expected, lambda_=name)
        entry[key] = [result.statistic, result.pvalue]
    if n <= 50:
        law = stats.multinomial(n, shares)
        own = law.logpmf(counts)
        total = 0.0
        for cut in itertools.combinations(range(n + len(counts) - 1), len(counts) - 1):
            edges = (-1,) + cut + (n + len(counts) - 1,)
            mass = law.logpmf([b - a - 1 for a, b in zip(edges, edges[1:])])
            if mass <= own + 1e-7:
                total += np.exp(mass)
        entry["exact"] = min(1.0, total)
        if len(counts) == 2:
            entry["binomial"] = stats.binomtest(counts[0], n, shares[0]).pvalue
    rows.append(entry)
out["multinomial_fit"] = rows

rows = []
for seed, stream in [(0, 0), (1, 0), (20261124, 7), (2**64 - 1, 2**63)]:
    key = np.array([seed, stream], dtype=np.uint64)
    rows.append({"seed": str(seed), "stream": str(stream),
                 "numbers": [str(n) for n in np.random.Philox(key=key).random_raw(10).tolist()]})
out["philox"] = rows

print(json.dumps(out, separators=(",", ":")))
