"""Writes tail-references.tsv: log tails of five distributions at 60 digits, for the tests of the Statistics module.

Run: python3 make_references.py      (needs mpmath 1.3; about 20 seconds on one core)

Every argument is a double, printed so that it reads back exactly, and is taken as exact. The values do not come from
mpmath's incomplete functions, which are slow or wrong for parameters of 1e8, but from positive series in integer arithmetic;
they are cross-checked here against mpmath.betainc / gammainc / quadrature and against direct sums of binomial terms.
Columns: function, arguments..., ln lower tail, ln upper tail (25 digits).
"""

import random
import sys
from fractions import Fraction
from mpmath import betainc, erfc, exp, gammainc, inf, log, loggamma, mp, mpf, nstr, pi, quad, sqrt

mp.dps = 60
ONE = 1 << 230
LIMIT = 400_000


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def log_complement(value):
    return log(-mp.expm1(value)) if value > -1 else mp.log1p(-exp(value))


def gamma_upper_descending(a, x):
    if x <= a:
        return None
    s = descending(a, x)
    return None if s is None else (a - 1) * log(x) - x - loggamma(a) + log(s)


def descending(a, x):
    """1 + (a-1)/x + (a-1)(a-2)/x^2 + ...; exact for whole a, asymptotic (and accepted only when settled) otherwise."""
    fa, fx = Fraction(str_exact(a)), Fraction(str_exact(x))
    common = fa.denominator * fx.denominator // gcd(fa.denominator, fx.denominator)
    top, bottom, step = int((fa - 1) * common), int(fx * common), common
    term, total = ONE, ONE
    for _ in range(LIMIT):
        if top == 0:
            return mpf(total) / ONE
        term = term * top // bottom
        total += term
        if abs(term) <= 1 << 20 and abs(top) < bottom:
            return mpf(total) / ONE
        if abs(top) > bottom and top < 0:
            return None
        top -= step
    return None


def str_exact(value):
    return Fraction(*float(value).as_integer_ratio())


def gamma_tails(a, x):
    a, x = mpf(a), mpf(x)
    upper = gamma_upper_descending(a, x)
    if upper is not None:
        return log_complement(upper), upper
    if x > a + 30 * sqrt(a) + 60:
        with_digits = mp.dps
        mp.dps = 60 + int(x / 2) if x < 5000 else 60
        value = log(gammainc(a, x, inf, regularized=True))
        mp.dps = with_digits
        return log_complement(value), value
    lower = gamma_lower_precise(a, x)
    if lower is None:
        return None
    upper = log_complement_precise(lower)
    if upper is None:
        if x > 5000:
            return None
        digits, mp.dps = mp.dps, 60 + int(x)
        upper = log(gammainc(a, x, inf, regularized=True))
        mp.dps = digits
    return lower, upper


def gamma_lower_precise(a, x):
    s = series_gamma(a, x)
    return None if s is None else a * log(x) - x - loggamma(a + 1) + log(s)


def series_gamma(a, x):
    fa, fx = str_exact(a), str_exact(x)
    common = fa.denominator * fx.denominator // gcd(fa.denominator, fx.denominator)
    top, bottom, step = int(fx * common), int((fa + 1) * common), common
    term, total = ONE, ONE
    for _ in range(LIMIT):
        term = term * top // bottom
        total += term
        if term < 1 << 20 and top < bottom:
            return mpf(total) / ONE
        bottom += step
    return None


def log_complement_precise(value):
    """ln(1 - e^value); None when fewer than 30 digits survive."""
    if value < -1:
        return log_complement(value)
    rest = -mp.expm1(value)
    if rest < mpf(10) ** -28:
        return None
    return log(rest)


def beta_series(a, b, x):
    """ln I_x by positive series: first (a+b)_k/(a+1)_k x^k, or (b-1)...(b-k)/(a+1)_k (x/y)^k while it stays positive."""
    fa, fb, fx = str_exact(a), str_exact(b), str_exact_fraction(x)
    fy = 1 - fx
    ma, mb = mpf(a), mpf(b)
    lead = ma * log_fraction(fx) - log(ma) - (loggamma(ma) + loggamma(mb) - loggamma(ma + mb))
    # ratio at start, and a rough count of the terms each form needs
    s = None
    ratio = fx / fy
    if fb > 1 and (fb.denominator == 1 or fb > 200):
        s = run(fb - 1, -1, fa + 1, ratio)
        if s is not None:
            return lead + (mb - 1) * log_fraction(fy) + log(s)
    if float(fx) < 0.9999:
        s = run(fa + fb, 1, fa + 1, fx)
        if s is not None:
            return lead + mb * log_fraction(fy) + log(s)
    return None


def run(top0, top_step, bottom0, ratio):
    common = lcm(top0.denominator, bottom0.denominator)
    rn, rd = ratio.numerator, ratio.denominator
    top, bottom = int(top0 * common) * rn, int(bottom0 * common) * rd
    ts, bs = top_step * common * rn, common * rd
    # keep the integers short: arguments have at most 53 bits each
    term, total = ONE, ONE
    for _ in range(LIMIT):
        if top == 0:
            return mpf(total) / ONE
        if top < 0:
            return None
        term = term * top // bottom
        total += term
        if term < 1 << 20 and top * 10001 < bottom * 10000 or term == 0:
            return mpf(total) / ONE
        top += ts
        bottom += bs
    return None


def lcm(a, b):
    return a * b // gcd(a, b)


def str_exact_fraction(x):
    return x if isinstance(x, Fraction) else str_exact(x)


def log_fraction(f):
    return log(mpf(f.numerator)) - log(mpf(f.denominator)) if abs(1 - f) > Fraction(1, 1000) else mp.log1p(
        mpf((f - 1).numerator) / (f - 1).denominator)


def beta_tails(a, b, x):
    """(ln I_x, ln (1 - I_x)); the smaller from a series of its own where that settles."""
    fx = str_exact_fraction(x)
    fa, fb = str_exact(a), str_exact(b)
    below = (fa + fb) * fx <= fa
    first = beta_series(a, b, fx) if below else beta_series(b, a, 1 - fx)
    if first is not None and exp(first) < mpf("0.9999999"):
        other = log_complement(first)
        return (first, other) if below else (other, first)
    second = beta_series(b, a, 1 - fx) if below else beta_series(a, b, fx)
    if second is not None:
        other = first if first is not None else log_complement_precise(second)
        if other is None:
            return None
        return (other, second) if below else (second, other)
    if first is not None:
        other = log_complement_precise(first)
        if other is not None:
            return (first, other) if below else (other, first)
    return None


def normal_tails(z):
    z = mpf(z)
    if abs(z) > 1000:  # erfc by its asymptotic series: settled at 60 digits from z = 20 on
        term, total, k = mpf(1), mpf(1), 0
        while abs(term) > mpf(10) ** -65:
            k += 1
            term *= -(2 * k - 1) / z**2
            total += term
        upper = -z * z / 2 - log(abs(z)) - log(2 * pi) / 2 + log(total)
    else:
        upper = log(erfc(abs(z) / sqrt(mpf(2))) / 2)
    lower = log_complement(upper)
    return (lower, upper) if z >= 0 else (upper, lower)


def binomial_upper_sum(n, k, q):
    """Direct sum of exact terms, for cross-checks."""
    fq = str_exact(q)
    total = mpf(0)
    for j in range(k, n + 1):
        total += exp(loggamma(mpf(n + 1)) - loggamma(mpf(j + 1)) - loggamma(mpf(n - j + 1))
                     + j * log_fraction(fq) + (n - j) * log_fraction(1 - fq))
    return log(total)


SPREADS = [-1400, -300, -100, -40, -12, -5, -1.5, -0.3, 0, 0.2, 1, 3, 8, 25, 37, 60, 150, 450, 1500, 6000]
ROWS = []
SKIPPED = {}


def emit(name, arguments, tails):
    if tails is None:
        SKIPPED[name] = SKIPPED.get(name, 0) + 1
        return
    lower, upper = tails
    # a tail within 1e-300 of 1 is written as 0: its log has no normal double
    values = [nstr(v, 25) if v < mpf("-1e-300") else "0.0" for v in (lower, upper)]
    ROWS.append([name] + [repr(v) for v in arguments] + values)


def main():
    rng = random.Random(20261124)

    for _ in range(150):
        z = rng.uniform(-40, 40)
        emit("normal", [z], normal_tails(z))
    for z in [0.0, 1e-300, -1e-17, 1e-9, 4.999, 5.0, 5.001, -5.001, 26.5, 37.5, 38.6, 40.0, -40.0, 100.0, 1e3, 1e4]:
        emit("normal", [z], normal_tails(z))
    for _ in range(250):
        z = rng.choice([-1, 1]) * 10 ** rng.uniform(-6, 4)
        emit("normal", [z], normal_tails(z))

    shapes = [1e-3, 0.01, 0.1, 0.3, 0.5, 0.999, 1.0, 1.001, 1.5, 2.0, 7.25, 10.0, 33.3, 100.0, 512.0, 1234.5, 1e4, 123456.7,
              1e6, 1e7 + 0.5, 1e8]
    for a in shapes:
        points = set()
        for s in SPREADS:
            points.add(a + s * a**0.5)
        for factor in [1e-12, 1e-6, 1e-3, 0.05, 0.3, 0.7, 0.9, 1.1, 1.5, 3.0, 30.0, 1e3]:
            points.add(a * factor)
        for x in [1e-8, 0.01, 0.3, 0.6, 0.999, 1.0, 1.001, 2.0, 20.0, 700.0, 1e5]:
            points.add(x if a < 100 else a + x)
        for x in sorted(points):
            if x > 0:
                emit("gamma", [a, x], gamma_tails(a, x))

    parameters = [1e-3, 0.05, 0.5, 0.9, 1.0, 1.7, 3.0, 12.5, 100.0, 3456.7, 1e5, 1e6 + 0.25, 1e8]
    for a in parameters:
        for b in parameters:
            n = a + b
            centre, deviation = a / n, (a * b / n / n / (n + 1)) ** 0.5
            points = {centre + s * deviation for s in rng.sample(SPREADS, 3) + [rng.uniform(-3, 3)]}
            points |= {rng.random(), centre * 10 ** rng.uniform(-4, 0), centre, 10 ** rng.uniform(-12, 0),
                       1 - (1 - centre) * 10 ** rng.uniform(-4, 0), 1 - 10 ** rng.uniform(-12, -1)}
            for x in sorted(points):
                if 0 < x < 1:
                    emit("beta", [a, b, x], beta_tails(a, b, x))

    chances = [1e-12, 1e-9, 1e-6, 1e-3, 0.1, 0.25, 0.5, 0.7, 0.999, 1 - 1e-6, 1 - 1e-9, 1 - 1e-12]
    for n in [1, 2, 17, 200, 2000, 65536, 10**6, 10**8, 10**9]:
        for q in chances:
            mean, deviation = n * q, max(1.0, (n * q * (1 - q)) ** 0.5)
            counts = {1, 2, n, n - 1, n // 2, int(mean), int(mean) + 1, rng.randint(1, n), rng.randint(1, n)}
            counts |= {int(mean + s * deviation) for s in SPREADS}
            counts = sorted(k for k in counts if 1 <= k <= n)
            if len(counts) > 12:
                counts = sorted(rng.sample(counts, 12))
            for k in counts:
                lower, upper = beta_tails(n - k + 1, k, 1 - str_exact(q)) or (None, None)
                # lower = ln P(X < k), upper = ln P(X >= k)
                emit("binomial", [n, q, k], None if lower is None else (lower, upper))

    for r in [1e-3, 0.3, 1.0, 2.5, 40.0, 777.7, 1e5, 1e8]:
        for q in chances:
            mean, deviation = r * (1 - q) / q, max(1.0, (r * (1 - q)) ** 0.5 / q)
            counts = {1, 2, 10, 1000, int(mean), int(mean * 3) + 1, int(mean / 3)}
            counts |= {int(mean + s * deviation) for s in rng.sample(SPREADS, 8)}
            counts = sorted(k for k in counts if 1 <= k <= 2**52)
            for k in counts:
                # lower = ln P(X < k) = ln I_q(r, k), upper = ln P(X >= k)
                emit("negative-binomial", [r, q, k], beta_tails(r, k, str_exact(q)))

    cross_check(rng)
    with open("tail-references.tsv", "w") as out:
        for row in ROWS:
            out.write("\t".join(row) + "\n")
    names = sorted({row[0] for row in ROWS})
    print({name: sum(row[0] == name for row in ROWS) for name in names}, "skipped", SKIPPED)


def cross_check(rng):
    """Fails when the series disagree with other methods at 40 digits."""
    worst = mpf(0)
    checked = {}
    sample = rng.sample([row for row in ROWS if row[0] != "normal"], 600)
    for row in sample:
        name, rest = row[0], row[1:]
        values = [mpf(v) for v in rest[-2:]]
        small = min(values)
        if name == "gamma" and float(rest[0]) < 2000 and float(rest[1]) < 5000 and small > -2000:
            a, x = float(rest[0]), float(rest[1])
            mp.dps = 60 + int(-small / 2)
            got = [log(gammainc(mpf(a), 0, mpf(x), regularized=True)), log(gammainc(mpf(a), mpf(x), inf, regularized=True))]
        elif name == "beta" and max(float(rest[0]), float(rest[1])) < 200 and small > -300:
            a, b, x = map(float, rest[:3])
            mp.dps = 200
            got = [log(betainc(mpf(a), mpf(b), 0, mpf(x), regularized=True)),
                   log(betainc(mpf(b), mpf(a), 0, 1 - mpf(x), regularized=True))]
        elif name == "binomial" and int(rest[0]) <= 2000 and values[1] < -1e-3:
            n, q, k = int(rest[0]), float(rest[1]), int(rest[2])
            upper = binomial_upper_sum(n, k, q)
            got = [log_complement_precise(upper) or values[0], upper]
        elif name == "gamma" and values[1] < -1e-3 and 1e4 <= float(rest[0]) <= 1e8 and abs(float(rest[1]) / float(rest[0]) - 1) < 8 / float(rest[0]) ** 0.5:
            a, x = mpf(float(rest[0])), mpf(float(rest[1]))
            mp.dps = 40
            cut = [x + j * sqrt(a) for j in (0, 1, 2, 4, 8, 16, 30)]
            upper = log(quad(lambda t: exp((a - 1) * log(t) - t - loggamma(a)), cut))
            got = [values[0], upper]
        else:
            continue
        mp.dps = 60
        checked[name] = checked.get(name, 0) + 1
        for value, other in zip(values, got):
            error = abs(value - other) / max(mpf("1e-270"), abs(other))
            if error > worst:
                worst = error
            if error > mpf(10) ** -20:
                sys.exit(f"disagreement {nstr(error, 3)} at {row}: {nstr(other, 25)}")
    print("cross-checked", checked, "worst relative difference", nstr(worst, 3))


if __name__ == "__main__":
    main()
