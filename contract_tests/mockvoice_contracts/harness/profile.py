"""How much is generated, and by which seed."""

import os
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Profile:
    """How much is generated."""

    seeds: tuple[int, ...]
    examples: int  # drawn by chance for each operation
    scenarios: int  # chains of linked requests
    steps: int  # in each of them
    all_forms: bool  # whether the systematic phase tries what it tries as JSON as a form, too
    systematic: int | None = None  # at most so many of the systematic phase's for each operation


SMALL = Profile(seeds=(1,), examples=3, scenarios=12, steps=8, all_forms=False)
DEEP = Profile(seeds=(1, 2, 3, 4), examples=40, scenarios=150, steps=20, all_forms=True)

SEED, EXAMPLES = "MOCKVOICE_TEST_SEED", "MOCKVOICE_TEST_EXAMPLES"


def current_profile() -> Profile:
    """What ``MOCKVOICE_TEST_DEPTH`` asks for: ``deep``, or else a run of a minute.

    ``MOCKVOICE_TEST_SEED`` draws other examples. ``MOCKVOICE_TEST_EXAMPLES`` is how many generated
    requests an operation gets, a quarter of them drawn by chance, which is what takes longest to
    think up, and the others systematic ones as far as there are so many.
    """
    chosen = DEEP if os.environ.get("MOCKVOICE_TEST_DEPTH") == "deep" else SMALL
    if seed := os.environ.get(SEED):
        chosen = replace(chosen, seeds=tuple(int(seed) + each - 1 for each in chosen.seeds))
    if examples := int(os.environ.get(EXAMPLES, "0")):
        drawn = max(examples // 4, 1)
        systematic = max(examples - drawn, 1)
        scenarios = min(max(examples // 2, 1), 100)
        chosen = replace(chosen, examples=drawn, systematic=systematic, scenarios=scenarios)
    return chosen
