"""Makes optimizers.safetensors and schedules.json (README.md states the conventions)."""

import json
import os
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.optim import SGD, AdamW, lr_scheduler

import formula

OUTPUT = Path(__file__).resolve().parents[1] / "TensorTests" / "References"
STEPS = 5
SIZES = (7, 33)

OPTIMIZERS = {
    "sgd": (SGD, {"lr": 0.1}),
    "sgd_weight_decay": (SGD, {"lr": 0.1, "weight_decay": 0.05}),
    "sgd_momentum": (SGD, {"lr": 0.05, "momentum": 0.9}),
    "sgd_momentum_weight_decay": (SGD, {"lr": 0.05, "momentum": 0.9, "weight_decay": 1e-2}),
    "sgd_momentum_dampening": (SGD, {"lr": 0.05, "momentum": 0.9, "dampening": 0.3}),
    "sgd_nesterov": (SGD, {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    "sgd_nesterov_weight_decay": (SGD, {"lr": 0.05, "momentum": 0.8, "nesterov": True, "weight_decay": 1e-2}),
    "adamw": (AdamW, {"lr": 1e-2, "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 1e-2}),
    "adamw_no_decay": (AdamW, {"lr": 1e-2, "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.0}),
    "adamw_betas": (AdamW, {"lr": 3e-3, "betas": [0.8, 0.95], "eps": 1e-6, "weight_decay": 0.3}),
}


def values(name, *shape):
    count = torch.Size(shape).numel()
    return torch.tensor(formula.signed(name, count), dtype=torch.float32).reshape(shape)


def run_optimizer(name, make, attributes, tensors):
    """Two parameters, five steps: stores the first values, the gradients, the values after each step."""
    starts = [values(f"{name}/parameter{k}", size) for k, size in enumerate(SIZES)]
    gradients = [values(f"{name}/gradient{k}", STEPS, size) for k, size in enumerate(SIZES)]
    parameters = [start.double().requires_grad_() for start in starts]
    optimizer = make(parameters, **attributes)
    after = [[] for _ in SIZES]
    for step in range(STEPS):
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient[step].double()
        optimizer.step()
        for history, parameter in zip(after, parameters):
            history.append(parameter.detach().clone())
    for k in range(len(SIZES)):
        tensors[f"{name}/parameter{k}"] = starts[k]
        tensors[f"{name}/gradient{k}"] = gradients[k]
        tensors[f"{name}/after{k}"] = torch.stack(after[k]).float()
    return {
        "name": name,
        "operation": make.__name__.lower(),
        "attributes": attributes,
        "parameters": len(SIZES),
        "steps": STEPS,
    }


def run_clipping(name, max_norm, tensors):
    gradients = [values(f"{name}/gradient{k}", size) for k, size in enumerate(SIZES)]
    parameters = [torch.zeros(size, dtype=torch.float64, requires_grad=True) for size in SIZES]
    for parameter, gradient in zip(parameters, gradients):
        parameter.grad = gradient.double()
    norm = torch.nn.utils.clip_grad_norm_(parameters, max_norm)
    for k, parameter in enumerate(parameters):
        tensors[f"{name}/gradient{k}"] = gradients[k]
        tensors[f"{name}/clipped{k}"] = parameter.grad.float()
    return {
        "name": name,
        "operation": "clip_grad_norm",
        "attributes": {"max_norm": max_norm},
        "parameters": len(SIZES),
        "norm": float(norm),
    }


def rates(make, steps, lr=0.1, metrics=None, **attributes):
    """The learning rate used by each of `steps` steps."""
    optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=lr, momentum=0.9)
    scheduler = make(optimizer, **attributes)
    result = []
    for step in range(steps):
        result.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(*([metrics[step]] if metrics else []))
    return result


def warmup_cosine(optimizer, start_factor, warmup_steps, T_max, eta_min):
    warmup = lr_scheduler.LinearLR(optimizer, start_factor, 1.0, warmup_steps)
    cosine = lr_scheduler.CosineAnnealingLR(optimizer, T_max, eta_min)
    return lr_scheduler.SequentialLR(optimizer, [warmup, cosine], milestones=[warmup_steps])


def schedules():
    losses = [
        1.0,
        0.8,
        0.79,
        0.7,
        0.71,
        0.72,
        0.705,
        0.703,
        0.5,
        0.49999,
        0.52,
        0.51,
        0.5,
        0.6,
        0.6,
        0.6,
        0.6,
        0.6,
    ]
    accuracies = [0.1, 0.3, 0.3, 0.2, 0.3, 0.31, 0.310001, 0.30, 0.31, 0.31, 0.2, 0.2]
    cases = [
        ("constant", lr_scheduler.ConstantLR, 4, {"factor": 1.0}),
        ("cosine", lr_scheduler.CosineAnnealingLR, 20, {"T_max": 20, "eta_min": 0.0}),
        ("cosine_eta_min", lr_scheduler.CosineAnnealingLR, 13, {"T_max": 13, "eta_min": 0.01}),
        ("step", lr_scheduler.StepLR, 14, {"step_size": 4, "gamma": 0.1}),
        ("multi_step", lr_scheduler.MultiStepLR, 14, {"milestones": [3, 7, 12], "gamma": 0.5}),
        (
            "linear_warmup_cosine",
            warmup_cosine,
            20,
            {"start_factor": 0.1, "warmup_steps": 5, "T_max": 15, "eta_min": 0.0},
        ),
        (
            "linear_warmup_cosine_eta_min",
            warmup_cosine,
            17,
            {"start_factor": 0.25, "warmup_steps": 3, "T_max": 14, "eta_min": 0.001},
        ),
        (
            "one_cycle",
            lr_scheduler.OneCycleLR,
            20,
            {
                "max_lr": 0.4,
                "total_steps": 20,
                "pct_start": 0.3,
                "anneal_strategy": "cos",
                "div_factor": 25.0,
                "final_div_factor": 1e4,
            },
        ),
        (
            "one_cycle_linear",
            lr_scheduler.OneCycleLR,
            15,
            {
                "max_lr": 0.2,
                "total_steps": 15,
                "pct_start": 0.4,
                "anneal_strategy": "linear",
                "div_factor": 10.0,
                "final_div_factor": 100.0,
            },
        ),
        (
            "plateau",
            lr_scheduler.ReduceLROnPlateau,
            len(losses),
            {
                "mode": "min",
                "factor": 0.5,
                "patience": 2,
                "threshold": 1e-3,
                "threshold_mode": "rel",
                "cooldown": 0,
                "min_lr": 0.0,
                "metrics": losses,
            },
        ),
        (
            "plateau_cooldown_max",
            lr_scheduler.ReduceLROnPlateau,
            len(accuracies),
            {
                "mode": "max",
                "factor": 0.1,
                "patience": 1,
                "threshold": 1e-2,
                "threshold_mode": "abs",
                "cooldown": 2,
                "min_lr": 0.002,
                "metrics": accuracies,
            },
        ),
    ]
    return [
        {
            "name": name,
            "operation": "LinearWarmupCosine" if make is warmup_cosine else make.__name__,
            "lr": 0.1,
            "attributes": attributes,
            "rates": rates(make, steps, **attributes),
        }
        for name, make, steps, attributes in cases
    ]


def main():
    tensors = {}
    cases = [
        run_optimizer(name, make, attributes, tensors) for name, (make, attributes) in OPTIMIZERS.items()
    ]
    cases += [run_clipping("clip_active", 0.5, tensors), run_clipping("clip_idle", 100.0, tensors)]
    OUTPUT.mkdir(parents=True, exist_ok=True)
    path = OUTPUT / "optimizers.safetensors"
    save_file(tensors, path, metadata={"cases": json.dumps(cases, separators=(",", ":"))})
    os.chmod(path, 0o644)
    (OUTPUT / "schedules.json").write_text(json.dumps({"schedules": schedules()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
