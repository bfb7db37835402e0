"""Plans for budgets of memory beside naive choices within the same budgets: the last layers exactly, as many as fit.

    swift build -c release --product martlet
    python3 Benchmarks/adaptation_plans.py --data DATA --budgets 16MB 24MB 32MB 64MB --networks mcunet_5fps=WEIGHTS …

A naive row trains the last k layers exactly, with the largest k of 0, 1, 2, 4, 8, … that fits the budget at the given batch size, which is
halved (and accumulated) until the classifier alone fits. Results are kept in --results.
"""

import argparse
import statistics

from adaptation_runs import Runs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--martlet", default=".build/release/martlet")
    parser.add_argument("--networks", nargs="+", required=True, help="model=weights")
    parser.add_argument("--data", required=True)
    parser.add_argument("--budgets", nargs="+", required=True)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--options", default="", help="further options of martlet adapt, such as --options=--no-augment")
    parser.add_argument("--results", default="adaptation_plans.json")
    options = parser.parse_args()
    runs = Runs(options.martlet, options.results)
    print("| network | budget | plan | layers | portions | peak MiB | score % | last k exactly | portions | peak MiB | score % |\n"
          "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
    gains = []
    for network in options.networks:
        model, weights = network.split("=", 1)
        base = ["--model", model, "--weights", weights, "--data", options.data, "--epochs", str(options.epochs),
                *options.options.split()]
        for budget in options.budgets:
            plans = [runs.adapt([*base, "--batch-size", str(options.batch_size), "--memory", budget, "--seed", str(seed)])
                     for seed in range(options.seeds)]
            name, naive = naive_choice(runs, base, budget, options)
            print(f"| {model} | {budget} | {kinds(plans[0])} | {columns(plans)} | {name} | {columns(naive, layers=False)} |", flush=True)
            if not any("error" in result for result in plans + naive):
                gains.append(score(plans) - score(naive))
    if gains:
        print(f"\nThe plans score {statistics.mean(gains):+.1f} points against the naive choices on average.")


def naive_choice(runs, base, budget, options):
    """The last k layers exactly, as many as fit, in the largest portions in which anything fits."""
    portion = options.batch_size
    while portion >= 1:
        found = None
        for count in [0, 1, 2, 4, 8, 16, 32, 64]:
            layers = f"last:{count}" if count else "none"
            own = [*base, "--layers", layers, "--method", "exact", "--memory", budget, "--batch-size", str(portion),
                   "--accumulate", str(options.batch_size // portion)]
            if "error" in runs.adapt([*own, "--seed", "0", "--plan-only"]):
                break
            found = (layers, own)
        if found:
            return found[0], [runs.adapt([*found[1], "--seed", str(seed)]) for seed in range(options.seeds)]
        portion //= 2
    return "nothing fits", [{"error": "nothing fits"}]


def kinds(plan):
    counts = {}
    for layer in plan.get("layers", []):
        counts[layer["strategy"]] = counts.get(layer["strategy"], 0) + 1
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or plan.get("error", "classifier")[:80]


def score(results):
    return statistics.mean(100 * result.get("miou", result.get("top1", 0)) for result in results)


def columns(results, layers=True):
    if "error" in results[0]:
        return " | ".join([""] * (4 if layers else 3))
    first = results[0]
    peak = max(result["peak_tensor_mb"] for result in results)
    portions = f"{first['accumulation']}×{first['micro_batch']}"
    text = f"{portions} | {peak:.1f} | {score(results):.1f}"
    return f"{len(first['layers'])} | {text}" if layers else text


if __name__ == "__main__":
    main()
