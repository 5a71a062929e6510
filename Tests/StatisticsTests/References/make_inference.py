"""Figures of scipy and statsmodels for paired tests and multinomial shares, kept in inference.json.

    pip install scipy==1.17.1 statsmodels==0.15.0 numpy==2.4.6
    python make_inference.py > inference.json
"""

import itertools
import json

import numpy as np
from scipy import integrate, optimize, special, stats
from statsmodels.stats.contingency_tables import cochrans_q
from statsmodels.stats.proportion import (
    multinomial_proportions_confint, power_proportions_2indep, samplesize_proportions_2indep_onetail)

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

rows = []
for p1, p2, n1, n2 in [(0.3, 0.4, 200, 200), (0.05, 0.02, 500, 1500), (0.62, 0.5, 90, 45), (0.5, 0.5, 100, 100)]:
    for alpha in [0.05, 0.001]:
        entry = {"p1": p1, "p2": p2, "n1": n1, "n2": n2, "alpha": alpha, "power": power_proportions_2indep(
            p1 - p2, p2, n1, n2 / n1, alpha, return_results=False)}
        if p1 != p2:
            entry["rows"] = samplesize_proportions_2indep_onetail(p1 - p2, p2, 0.8, n2 / n1, alpha)
        rows.append(entry)
out["power"] = rows

rows = []
for groups in [[(3, 10), (40, 90), (7, 30), (200, 350), (1, 4)], [(10, 100), (11, 100), (9, 100), (10, 100)],
               [(0, 5), (5, 5), (2, 4), (50, 60), (1, 40), (300, 1000)], [(1, 1000), (30, 1200), (2, 900), (0, 50)]]:
    x, n = np.array(groups, dtype=float).T

    def cost(parameters):
        mean, s = special.expit(parameters[0]), np.exp(parameters[1])
        a, b = mean * s, (1 - mean) * s
        return -np.sum(special.betaln(x + a, n - x + b) - special.betaln(a, b))

    best = min((optimize.minimize(cost, [special.logit(x.sum() / n.sum()), start], method="Nelder-Mead",
                                  options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 5000})
                for start in [0.0, 2.0, 4.0, 6.0]), key=lambda r: r.fun)
    rows.append({"successes": x.tolist(), "trials": n.tolist(), "mean": special.expit(best.x[0]),
                 "concentration": np.exp(best.x[1])})
out["beta_binomial"] = rows

rows = []
for a, b, c, d, ratio in [(12, 30, 40, 60, 0.8), (3, 2, 5000, 7000, 0.8), (400, 600, 20, 15, 0.8), (1.5, 80, 2.5, 60, 1.0),
                          (900, 100, 950, 50, 0.8), (900, 100, 950, 50, 1.0)]:
    value = integrate.quad(
        lambda x: np.exp(stats.beta.logpdf(x, c, d)) * stats.beta.cdf(min(1, ratio * x), a, b), 0, 1,
        points=[c / (c + d)], limit=1000, epsabs=1e-13, epsrel=1e-12)[0]
    rows.append({"first": [a, b], "second": [c, d], "ratio": ratio, "chance": value})
out["beta_ratio"] = rows

rows = []
for n, share in [(30, 0.2), (200, 0.7)]:
    data = (np.arange(n) < share * n).astype(float)
    for level in [0.9, 0.95]:
        result = stats.bootstrap((data,), np.mean, confidence_level=level, n_resamples=999, method="BCa", rng=7)
        plain = stats.bootstrap((data,), np.mean, confidence_level=level, n_resamples=0, method="percentile",
                                bootstrap_result=result)
        rows.append({"successes": int(data.sum()), "trials": n, "level": level,
                     "draws": result.bootstrap_distribution.tolist(), "bca": list(result.confidence_interval),
                     "percentile": list(plain.confidence_interval), "standard_error": result.standard_error})
out["bootstrap"] = rows

print(json.dumps(out, separators=(",", ":")))
