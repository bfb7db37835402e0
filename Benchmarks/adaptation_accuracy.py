"""Accuracy of adapted networks, exact gradients beside filtered ones, over several seeds, as a Markdown table.

    swift build -c release --product martlet
    python3 Benchmarks/adaptation_accuracy.py --model mcunet_5fps --weights WEIGHTS --data DATA --epochs 3

Rows train the same layers for the same epochs with the same options; a row's command stands in the last column. Scores are of the best
epoch: the share of right answers, or the mean intersection over union. Results are kept in
--results, so that the script can be stopped and goes on where it was.
"""

import argparse
import statistics

from adaptation_runs import Runs

METHODS = ["exact", "filter:2", "filter:4", "filter:7"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--martlet", default=".build/release/martlet")
    parser.add_argument("--model", required=True)
    parser.add_argument("--weights", help="the weights of --model; without them --model is the checkpoint of a run")
    parser.add_argument("--data", required=True)
    parser.add_argument("--layers", nargs="+", default=["last:2", "last:4"])
    parser.add_argument("--methods", nargs="+", default=METHODS)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--options", default="--optimizer sgd --classifier-rate 1 --lr 0.05 --momentum 0 --weight-decay 0.0001 --no-augment",
                        help="further options of martlet adapt")
    parser.add_argument("--results", default="adaptation_accuracy.json")
    options = parser.parse_args()
    runs = Runs(options.martlet, options.results)
    source = ["--model", options.model, "--weights", options.weights] if options.weights else ["--checkpoint", options.model]
    print("| layers | method | score % | backward FLOP a step | FLOP a step | kept MiB | options |\n| --- | --- | ---: | ---: | ---: | ---: | --- |", flush=True)
    for layers in options.layers:
        for method in options.methods:
            own = ["--layers", layers, "--method", method, "--epochs", str(options.epochs), "--batch-size",
                   str(options.batch_size), *options.options.split()]
            results = [runs.adapt([*source, "--data", options.data, *own, "--seed", str(seed)]) for seed in range(options.seeds)]
            print(row(layers, method, own, results), flush=True)


def row(layers, method, own, results):
    """One line of the table; where the method cannot train the layers, what martlet says."""
    if errors := [result["error"] for result in results if "error" in result]:
        return f"| {layers} | {method} | {errors[0][:100]} | | | | |"
    scores = [100 * result.get("miou", result.get("top1", 0)) for result in results]
    spread = f" ± {statistics.stdev(scores):.1f}" if len(scores) > 1 else ""
    measured = results[0]["measured"]
    costs = f"{measured['backward_flop']:.3g} | {measured['step_flop']:.3g} | {measured['saved_bytes'] / 2**20:.3g}"
    return f"| {layers} | {method} | {statistics.mean(scores):.1f}{spread} | {costs} | `{' '.join(own)}` |"


if __name__ == "__main__":
    main()
