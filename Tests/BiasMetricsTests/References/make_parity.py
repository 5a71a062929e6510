#!/usr/bin/env python3
"""Figures of scipy, scikit-learn, statsmodels and fairlearn for ParityReferenceTests, into parity.json.

Needs: pip install fairlearn==0.15.0 scikit-learn==1.9.1 scipy==1.17.1 statsmodels==0.15.0
"""
import json, pathlib
import numpy as np
from scipy import stats
from sklearn import metrics
from fairlearn.metrics import MetricFrame, selection_rate, true_positive_rate
import statsmodels.api as sm

rng = np.random.default_rng(20261124)


def absolute_area(a, b):
    """The midpoint rule over a million slices of the two curves; corners are exact."""
    f = (np.arange(1_000_000) + 0.5) / 1_000_000
    at = lambda y, s: np.interp(f, *metrics.roc_curve(y, s, drop_intermediate=False)[:2])
    return float(np.abs(at(*a) - at(*b)).mean())


def scores():
    groups = {}
    for name, n, shift in [("a", 70, 0.0), ("b", 45, 0.4), ("c", 600, -0.3)]:
        y = rng.integers(0, 2, n)
        s = 1 / (1 + np.exp(-(1.2 * (y - 0.5) + shift + rng.normal(0, 1, n))))
        groups[name] = (y, np.clip(np.round(s, 2), 0.01, 0.99))
    out = {"rows": [[g, int(y), float(s)] for g, (ys, ss) in groups.items() for y, s in zip(ys, ss)], "groups": {}, "pairs": {}}
    for g, (y, s) in groups.items():
        fit = sm.Logit(y, sm.add_constant(np.log(s / (1 - s)))).fit(disp=0, tol=1e-12, maxiter=100)
        out["groups"][g] = {"auc": metrics.roc_auc_score(y, s), "brier": metrics.brier_score_loss(y, s),
                            "intercept": fit.params[0], "slope": fit.params[1], "intercept_error": fit.bse[0], "slope_error": fit.bse[1]}
    for g, h in [("a", "b"), ("a", "c"), ("b", "c")]:
        (y, s), (z, t) = groups[g], groups[h]
        cross = lambda y, s, z, t: metrics.roc_auc_score(
            np.r_[np.ones((y == 1).sum()), np.zeros((z == 0).sum())], np.r_[s[y == 1], t[z == 0]])
        out["pairs"][f"{g}|{h}"] = {
            "ks": stats.ks_2samp(s, t).statistic, "ks_exact": stats.ks_2samp(s, t, method="exact").pvalue,
            "ks_asymptotic": stats.ks_2samp(s, t, method="asymp").pvalue, "wasserstein": stats.wasserstein_distance(s, t),
            "cross": cross(y, s, z, t), "cross_reversed": cross(z, t, y, s), "abroca": absolute_area((y, s), (z, t))}
    return out


def numeric():
    groups = {}
    for name, n, bias, noise in [("a", 50, 0.0, 1.0), ("b", 80, 0.6, 2.0), ("c", 35, -0.2, 0.7)]:
        y = np.round(rng.normal(10, 3, n), 3)
        groups[name] = (y, np.round(y + bias + rng.normal(0, noise, n), 3))
    out = {"rows": [[g, float(y), float(p)] for g, (ys, ps) in groups.items() for y, p in zip(ys, ps)], "groups": {}, "pairs": {}}
    for g, (y, p) in groups.items():
        e = p - y
        low, high = stats.t.interval(0.95, len(e) - 1, loc=e.mean(), scale=stats.sem(e))
        out["groups"][g] = {"mean_prediction": p.mean(), "mean_residual": e.mean(), "mean_absolute_error": metrics.mean_absolute_error(y, p),
                            "mean_squared_error": metrics.mean_squared_error(y, p), "r2_score": metrics.r2_score(y, p),
                            "residual_lower": low, "residual_upper": high}
    for g, h in [("a", "b"), ("a", "c"), ("b", "c")]:
        (y, p), (z, q) = groups[g], groups[h]
        test = stats.ttest_ind(q - z, p - y, equal_var=False)
        # Three pairs and three figures make a family of nine.
        low, high = test.confidence_interval(1 - 0.05 / 9)
        out["pairs"][f"{g}|{h}"] = {"wasserstein": stats.wasserstein_distance(p, q), "residual_p": test.pvalue,
                                    "residual_lower": low, "residual_upper": high}
    return out


def multiclass():
    n = 900
    group = rng.choice(["f", "m", "x"], n, p=[0.5, 0.4, 0.1])
    y = rng.choice(["hire", "hold", "no"], n)
    p = np.where(rng.random(n) < 0.6, y, rng.choice(["hire", "hold", "no", "later"], n, p=[0.2, 0.2, 0.5, 0.1]))
    p = np.where((group == "f") & (p == "hire") & (rng.random(n) < 0.4), "no", p)
    out = {"rows": [[str(a), str(b), str(c)] for a, b, c in zip(group, y, p)], "classes": {}, "distances": {}}
    for c in ["hire", "hold", "later", "no"]:
        frame = MetricFrame(metrics={"selection_rate": selection_rate, "true_positive_rate": true_positive_rate},
                            y_true=(y == c).astype(int), y_pred=(p == c).astype(int), sensitive_features=group)
        out["classes"][c] = {k: frame.by_group[k].to_dict() for k in ["selection_rate", "true_positive_rate"]}
    for g, h in [("f", "m"), ("f", "x"), ("m", "x")]:
        share = lambda k: np.array([(p[group == k] == c).mean() for c in ["hire", "hold", "later", "no"]])
        out["distances"][f"{g}|{h}"] = float(np.abs(share(g) - share(h)).sum() / 2)
    return out


def ranking():
    rows, totals, counts, ndkl = [], {}, {}, []
    for q in range(6):
        n = int(rng.integers(8, 20))
        groups = rng.choice(["f", "m"], n)
        for i, g in enumerate(groups):
            rows.append([f"q{q}", str(g), i + 1])
            totals[g] = totals.get(g, 0) + 1 / np.log2(i + 2)
            counts[g] = counts.get(g, 0) + 1
        share = np.array([(groups == g).mean() for g in ["f", "m"]])
        parts = [stats.entropy([(groups[:k] == g).mean() for g in ["f", "m"]], share) / np.log2(k + 1) for k in range(1, n + 1)]
        ndkl.append(sum(parts) / sum(1 / np.log2(k + 1) for k in range(1, n + 1)))
    return {"rows": rows, "exposure": {str(g): totals[g] / counts[g] for g in totals}, "ndkl": float(np.mean(ndkl))}


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value


made = {"scores": scores(), "numeric": numeric(), "multiclass": multiclass(), "ranking": ranking()}
pathlib.Path(__file__).with_name("parity.json").write_text(json.dumps(plain(made)) + "\n")
