"""Détente: a strategy lab for nuclear diplomacy."""

import os

# XLA on CPU, left to itself, computes a value anew in every loop that reads it. Fused by their outputs, loops share
# it: seven times as fast. XLA reads this once, when it first compiles; flags that somebody set are kept.
os.environ["XLA_FLAGS"] = " ".join(
    [
        "--xla_backend_extra_options=xla_cpu_use_multi_output_fusion",
        os.environ.get("XLA_FLAGS", ""),
    ]
).strip()
